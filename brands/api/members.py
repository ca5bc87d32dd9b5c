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
from brands.choices import Role
from brands.models import Membership
from brands.services import members


class MemberSerializer(serializers.ModelSerializer[Membership]):
    user_id = serializers.IntegerField()
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    custom_role = serializers.UUIDField(source="custom_role_id", allow_null=True)

    class Meta:
        model = Membership
        fields = ("id", "user_id", "email", "name", "role", "custom_role", "created_at")


class RoleChoiceBody(StrictSerializer):
    """One of Atelier's own roles, or one of the brand's."""

    role = serializers.ChoiceField(Role.choices, required=False)
    custom_role = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        exactly_one(attrs, ["role", "custom_role"])
        return attrs


class MemberBody(RoleChoiceBody):
    """Exactly one of the two."""


class MemberFilter(StrictFilterSet):
    role = django_filters.ChoiceFilter(choices=Role.choices)
    custom_role = django_filters.UUIDFilter(field_name="custom_role_id")

    class Meta:
        model = Membership
        fields: list[str] = []


@extend_schema_view(list=extend_schema(operation_id="members_list"), retrieve=extend_schema(operation_id="members_get"))
class MemberViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = Membership
    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    capability: ClassVar[dict[str, str]] = {
        "list": "member.view",
        "retrieve": "member.view",
        "partial_update": "member.manage",
        "destroy": "brand.view",  # everyone may leave; removing others needs member.manage
    }

    def get_queryset(self) -> QuerySet[Membership]:
        return super().get_queryset().select_related("user")

    @extend_schema(operation_id="members_update", request=MemberBody, responses=MemberSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change a role. Nobody gives rights that they do not have; the last owner stays one."""
        body = MemberBody.read(request.data)
        changed = members.change_role(actor=self.actor, membership=self.get_object(), **body)
        return Response(MemberSerializer(changed).data)

    @extend_schema(operation_id="members_remove")
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a member, or leave."""
        members.remove(actor=self.actor, membership=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
