from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandViewSet
from brands.api.filters import StrictFilterSet
from brands.api.serializers import StrictSerializer, exactly_one
from brands.choices import Permission, Role
from brands.idempotency import Answer
from brands.models import Grant
from brands.services import grants
from brands.services.grants import Given, Holder

HOLDERS = {"member": "membership", "group": "group", "api_key": "api_key"}


class GrantSerializer(serializers.ModelSerializer[Grant]):
    """One of member, group, api_key and share_link has it; it gives one of role, custom_role and permissions."""

    member = serializers.UUIDField(source="membership_id", allow_null=True)
    group = serializers.UUIDField(source="group_id", allow_null=True)
    api_key = serializers.UUIDField(source="api_key_id", allow_null=True)
    share_link = serializers.UUIDField(source="share_link_id", allow_null=True)
    custom_role = serializers.UUIDField(source="custom_role_id", allow_null=True)
    permissions = serializers.ListField(child=serializers.ChoiceField(Permission.choices))
    capabilities = serializers.SerializerMethodField(help_text="What it comes to there, now.")
    created_by_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Grant
        fields = (
            "id", "member", "group", "api_key", "share_link", "resource_type", "resource_id", "role", "custom_role",
            "permissions", "capabilities", "created_by_id", "created_at", "expires_at",
        )  # fmt: skip

    def get_capabilities(self, grant: Grant) -> list[str]:
        return sorted(grant.capabilities)


class GrantBody(StrictSerializer):
    member = serializers.UUIDField(required=False, help_text="Of members/: a membership.")
    group = serializers.UUIDField(required=False)
    api_key = serializers.UUIDField(required=False)
    resource_type = serializers.CharField(max_length=40, required=False, help_text="Without: the whole brand.")
    resource_id = serializers.UUIDField(required=False)
    role = serializers.ChoiceField(Role.choices, required=False)
    custom_role = serializers.UUIDField(required=False)
    permissions = serializers.ListField(
        child=serializers.ChoiceField(Permission.choices), min_length=1, max_length=len(Permission), required=False
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        exactly_one(attrs, list(HOLDERS))
        exactly_one(attrs, ["role", "custom_role", "permissions"])
        missing = {"resource_type", "resource_id"} - attrs.keys()
        if len(missing) == 1:
            raise serializers.ValidationError({missing.pop(): ["Both, or neither for the whole brand."]})
        return attrs


class GrantChangeBody(StrictSerializer):
    expires_at = serializers.DateTimeField(allow_null=True)


class GrantFilter(StrictFilterSet):
    member = django_filters.UUIDFilter(field_name="membership_id")
    group = django_filters.UUIDFilter(field_name="group_id")
    api_key = django_filters.UUIDFilter(field_name="api_key_id")
    share_link = django_filters.UUIDFilter(field_name="share_link_id")
    resource_type = django_filters.CharFilter(max_length=40)
    resource_id = django_filters.UUIDFilter()

    class Meta:
        model = Grant
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="grants_list", summary="List rights beside roles"),
    retrieve=extend_schema(operation_id="grants_get", summary="Look at a grant"),
)
class GrantViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    """Who has which rights beside their role. Everybody sees their own, and those on what they may share; with
    member.view all that are not about what is kept from them."""

    model = Grant
    serializer_class = GrantSerializer
    filterset_class = GrantFilter
    # On a single resource its right to share decides, which the service asks for.
    capability: ClassVar[dict[str, str]] = dict.fromkeys(
        ("list", "retrieve", "create", "partial_update", "destroy"), "brand.view"
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset() if getattr(self, "swagger_fake_view", False) else grants.seen_by(self.actor)

    @extend_schema(
        operation_id="grants_create", summary="Give rights", request=GrantBody, responses={201: GrantSerializer}
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Give rights: on the brand with member.manage, on a resource with the right to share it; never more than one
        has there, nor for longer."""
        body = GrantBody.read(request.data)
        holder = next(Holder(kind, body.pop(name)) for name, kind in HOLDERS.items() if name in body)
        given = Given(**{name: body.pop(name) for name in ("role", "custom_role", "permissions") if name in body})

        def make() -> Answer:
            made = grants.create(actor=self.actor, holder=holder, given=given, **body)
            return Answer(status.HTTP_201_CREATED, dict(GrantSerializer(made).data))

        return self.once(request, make)

    @extend_schema(
        operation_id="grants_update",
        summary="Prolong or shorten a grant",
        request=GrantChangeBody,
        responses=GrantSerializer,
    )
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Another end, or none. Whoever prolongs a grant gives it again."""
        body = GrantChangeBody.read(request.data)
        return Response(GrantSerializer(grants.change(actor=self.actor, grant=self.get_object(), **body)).data)

    @extend_schema(operation_id="grants_revoke", summary="Take a grant back")
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Counts from the next request on."""
        grants.revoke(actor=self.actor, grant=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
