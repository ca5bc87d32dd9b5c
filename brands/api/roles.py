"""Roles of a brand's own, and what every right is called."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandAPIView, BrandViewSet
from brands.api.serializers import StrictSerializer
from brands.models import CustomRole
from brands.permissions import CAPABILITIES, PERMISSION_CAPABILITIES, RESOURCE_CAPABILITIES, ROLE_CAPABILITIES
from brands.services import roles


class RoleSerializer(serializers.ModelSerializer[CustomRole]):
    capabilities = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = CustomRole
        fields = ("id", "name", "capabilities", "created_at")


class RoleBody(StrictSerializer):
    name = serializers.CharField(max_length=60)
    capabilities = serializers.ListField(
        child=serializers.CharField(max_length=40), min_length=1, max_length=len(CAPABILITIES)
    )


def _named(help_text: str) -> serializers.DictField:
    """Capabilities by name."""
    return serializers.DictField(child=serializers.ListField(child=serializers.CharField()), help_text=help_text)


class RightsSerializer(serializers.Serializer[Any]):
    capabilities = serializers.ListField(child=serializers.CharField(), help_text="All that there are.")
    on_resources = serializers.ListField(
        child=serializers.CharField(), help_text="Those that a grant on a single resource can give."
    )
    roles = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="What Atelier's own roles give."
    )
    permissions = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="What plain permissions of a grant give."
    )


class RightsView(BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"get": "brand.view"}

    @extend_schema(
        operation_id="permissions_list", summary="List rights, and what gives them", responses=RightsSerializer
    )
    def get(self, request: Request, brand_id: str) -> Response:
        """What one may be allowed, and what roles and permissions allow."""
        facts = {
            "capabilities": sorted(CAPABILITIES),
            "on_resources": sorted(RESOURCE_CAPABILITIES),
            "roles": {role: sorted(given) for role, given in ROLE_CAPABILITIES.items()},
            "permissions": {name: sorted(given) for name, given in PERMISSION_CAPABILITIES.items()},
        }
        return Response(RightsSerializer(facts).data)


@extend_schema_view(
    list=extend_schema(operation_id="roles_list", summary="List the brand's own roles"),
    retrieve=extend_schema(operation_id="roles_get", summary="Look at a role"),
)
class RoleViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = CustomRole
    serializer_class = RoleSerializer
    capability: ClassVar[dict[str, str]] = {
        "list": "member.view",
        "retrieve": "member.view",
        "create": roles.CAPABILITY,
        "partial_update": roles.CAPABILITY,
        "destroy": roles.CAPABILITY,
    }

    @extend_schema(
        operation_id="roles_create", summary="Make a role", request=RoleBody, responses={201: RoleSerializer}
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A role of the brand's own. Nobody puts in capabilities that they lack."""
        made = roles.create(actor=self.actor, **RoleBody.read(request.data))
        return Response(RoleSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="roles_update", summary="Change a role", request=RoleBody, responses=RoleSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Counts at once for everybody who has the role."""
        body = RoleBody.read(request.data, partial=True)
        return Response(RoleSerializer(roles.change(actor=self.actor, role=self.get_object(), **body)).data)

    @extend_schema(operation_id="roles_delete", summary="Delete a role")
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """409 while a member, an open invitation or a grant has it."""
        roles.delete(actor=self.actor, role=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
