"""Public links: a brand's, and the exchange of a token for a guest's session."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import AtelierAPIView, BrandViewSet
from brands.api.filters import StrictFilterSet
from brands.errors import Forbidden
from brands.models import ShareLink
from brands.services.guests import GuestCredential
from brands.tenancy.scope import brand_scope
from collaboration.api.serializers.shares import (
    GuestSerializer,
    GuestSessionSerializer,
    LinkBody,
    LinkSerializer,
    OpenBody,
)
from collaboration.api.share_docs import LINKS, OPEN, SESSION
from collaboration.shares import links, opening, visits


class LinkFilter(StrictFilterSet):
    resource_type = django_filters.CharFilter(max_length=40)
    resource_id = django_filters.UUIDFilter()
    active = django_filters.BooleanFilter(method="only_active", help_text="Those that can still be opened.")

    class Meta:
        model = ShareLink
        fields: list[str] = []

    def only_active(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:  # noqa: FBT001
        live = links.active(queryset)
        return live if value else queryset.exclude(pk__in=live.values("pk"))


@LINKS
class ShareLinkViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = ShareLink
    serializer_class = LinkSerializer
    filterset_class = LinkFilter
    lookup_value_converter = "uuid"
    # What lets one share a resource depends on its type; the service asks for it.
    capability = dict.fromkeys(("list", "retrieve", "create", "revoke", "sessions"), "brand.view")

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return links.listed(self.actor)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The query string filters the list, not the one that an address names."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def create(self, request: Request, **_: Any) -> Response:
        """Whoever has the link sees the resource, without an account. The token is in this answer only."""
        made = links.make(actor=self.actor, **LinkBody.read(request.data))
        shown = LinkSerializer(self.get_queryset().get(pk=made.link.pk)).data
        answer = {**shown, "token": made.token, "url": made.url, "warning": made.warning}
        return Response(answer, status=201, headers={"Cache-Control": "no-store"})

    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, **_: Any) -> Response:
        """At once, with the sessions of all who came by it. It stays in the list."""
        link = self.get_object()
        links.revoke(actor=self.actor, link=link)
        return Response(LinkSerializer(self.get_object()).data)

    @action(detail=True, methods=["get"], filterset_class=None)
    def sessions(self, request: Request, **_: Any) -> Response:
        """Who came by it."""
        came = links.sessions(self.get_object())
        return self.get_paginated_response(GuestSessionSerializer(self.paginate_queryset(came), many=True).data)


@extend_schema_view(post=OPEN)
class OpenLinkView(AtelierAPIView):
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    rate_limit = "60/minute"

    def post(self, request: Request) -> Response:
        """Exchange a link's token, and its password if it has one, for a guest's session of 12 hours at most.

        What does not open is 404, for whatever reason; a live link whose password was not given is 403 with the code
        `password_needed`. After 5 failures in 15 minutes, for the token or from the address, 429.
        """
        body = OpenBody.read(request.data)
        opened = opening.open_link(address=str(request.META.get("REMOTE_ADDR", "")), **body)
        session = opened.session
        with brand_scope(session.brand_id):
            visit = visits.of(GuestCredential(session.pk, session.brand_id, session.link_id, session.name))
            answer = {**GuestSerializer(visit.facts).data, "token": opened.token}
        return Response(answer, status=201, headers={"Cache-Control": "no-store"})


@SESSION
class GuestSessionView(AtelierAPIView):
    """A guest's own session; the bearer token says which."""

    for_guests = True

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if self.guest is None:
            raise Forbidden("Only a guest has a guest's session.")
        with brand_scope(self.guest.brand_id):
            self.visit = visits.of(self.guest)
        request.actor = self.visit.actor  # type: ignore[attr-defined]  # whom the throttles count

    def get(self, request: Request) -> Response:
        """What the link shows, and what may be done with it now."""
        return Response(GuestSerializer(self.visit.facts).data)

    def delete(self, request: Request) -> Response:
        """Leave. The link stays."""
        opening.leave(brand_id=self.visit.actor.brand_id, session_id=self.visit.session.pk)
        return Response(status=204)
