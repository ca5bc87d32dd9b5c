"""What a person is told, and how. It is theirs alone: keys and guests have none."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandAPIView, BrandViewSet
from brands.api.filters import StrictFilterSet
from collaboration.api import notification_docs as docs
from collaboration.api.serializers.notifications import (
    MarkBody,
    MuteSerializer,
    NotificationMuteBody,
    NotificationSerializer,
    PreferencesBody,
    PreferencesSerializer,
)
from collaboration.models import Notification, NotificationMute
from collaboration.notifications import inbox, mutes, preferences, titles
from collaboration.notifications.choices import Kind

CAPABILITY = "brand.view"


class ForPeople:
    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)  # type: ignore[misc]
        self.require_person()  # type: ignore[attr-defined]


class NotificationFilter(StrictFilterSet):
    unread = django_filters.ChoiceFilter(choices=[("true", "true")], method="filter_unread")
    kind = django_filters.MultipleChoiceFilter(choices=Kind.choices)
    resource_type = django_filters.CharFilter(max_length=40)
    resource_id = django_filters.UUIDFilter(method="filter_resource")

    class Meta:
        model = Notification
        fields: list[str] = []

    def filter_unread(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return queryset.filter(read_at=None)

    def filter_resource(self, queryset: "QuerySet[Any]", name: str, value: UUID) -> "QuerySet[Any]":
        if not self.form.cleaned_data.get("resource_type"):
            raise ValidationError({"resource_type": ["Give it with resource_id."]})
        return queryset.filter(resource_id=value)


@docs.NOTIFICATIONS
class NotificationViewSet(ForPeople, ListModelMixin, BrandViewSet):
    model = Notification
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter
    lookup_value_converter = "uuid"
    capability: ClassVar[dict[str, str]] = dict.fromkeys(("list", "unread", "mark", "mark_all"), CAPABILITY)

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return inbox.listed(self.actor)

    def list(self, request: Request, **_: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        context = {"titles": titles.of(self.actor, {row.resource for row in page if row.resource})}
        return self.get_paginated_response(NotificationSerializer(page, many=True, context=context).data)

    @action(detail=False, methods=["get"], filterset_class=None, pagination_class=None)
    def unread(self, request: Request, **_: Any) -> Response:
        return Response({"unread": inbox.count_unread(self.actor)})

    @action(detail=True, methods=["post"], url_path="read")
    def mark(self, request: Request, pk: UUID, **_: Any) -> Response:
        inbox.mark(actor=self.actor, pk=pk, at=timezone.now())
        return Response(status=204)

    @action(detail=False, methods=["post"], url_path="read")
    def mark_all(self, request: Request, **_: Any) -> Response:
        body = MarkBody.read(request.data)
        return Response({"marked": inbox.mark_all(actor=self.actor, at=timezone.now(), **body)})


@docs.MUTES
class MuteViewSet(ForPeople, ListModelMixin, CreateModelMixin, DestroyModelMixin, BrandViewSet):
    model = NotificationMute
    serializer_class = MuteSerializer
    lookup_value_converter = "uuid"
    capability: ClassVar[dict[str, str]] = dict.fromkeys(("list", "create", "destroy"), CAPABILITY)

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return mutes.mine(self.actor)

    def create(self, request: Request, **_: Any) -> Response:
        muted = mutes.mute(actor=self.actor, **NotificationMuteBody.read(request.data))
        return Response(MuteSerializer(muted).data, status=201)

    def destroy(self, request: Request, pk: UUID, **_: Any) -> Response:
        mutes.end(actor=self.actor, pk=pk)
        return Response(status=204)


@docs.PREFERENCES
class PreferencesView(ForPeople, BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"get": CAPABILITY, "put": CAPABILITY}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(PreferencesSerializer(preferences.read(actor=self.actor)).data)

    def put(self, request: Request, **_: Any) -> Response:
        changed = preferences.change(actor=self.actor, **PreferencesBody.read(request.data))
        return Response(PreferencesSerializer(changed).data)
