from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Count, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandViewSet
from brands.api.members import MemberSerializer
from brands.api.serializers import StrictSerializer
from brands.models import Group, Membership
from brands.permissions import visible
from brands.services import groups

MOST_ADDED = 100


class GroupSerializer(serializers.ModelSerializer[Group]):
    members_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Group
        fields = ("id", "name", "members_count", "created_at")


class GroupBody(StrictSerializer):
    name = serializers.CharField(max_length=60)


class GroupMembersBody(StrictSerializer):
    members = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_ADDED, help_text="Of members/: memberships."
    )


class GroupAddedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField(help_text="How many were not in it yet.")


@extend_schema_view(
    list=extend_schema(operation_id="groups_list", summary="List groups"),
    retrieve=extend_schema(operation_id="groups_get", summary="Look at a group"),
)
class GroupViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = Group
    serializer_class = GroupSerializer
    capability: ClassVar[dict[str, str]] = {
        "list": "member.view",
        "retrieve": "member.view",
        "members": "member.view",
        "create": groups.CAPABILITY,
        "partial_update": groups.CAPABILITY,
        "destroy": groups.CAPABILITY,
        "add": groups.CAPABILITY,
        "remove": groups.CAPABILITY,
    }

    def get_queryset(self) -> QuerySet[Group]:
        return super().get_queryset().annotate(members_count=Count("members"))

    @extend_schema(
        operation_id="groups_create", summary="Make a group", request=GroupBody, responses={201: GroupSerializer}
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        made = groups.create(actor=self.actor, **GroupBody.read(request.data))
        return Response(self._shown(made.pk), status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="groups_update", summary="Rename a group", request=GroupBody, responses=GroupSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        body = GroupBody.read(request.data)
        return Response(self._shown(groups.rename(actor=self.actor, group=self.get_object(), **body).pk))

    @extend_schema(operation_id="groups_delete", summary="Delete a group")
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """What was granted to it ends with it."""
        groups.delete(actor=self.actor, group=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="groups_members", summary="List who is in a group", responses=MemberSerializer(many=True)
    )
    @action(detail=True, methods=["get"])
    def members(self, request: Request, **kwargs: Any) -> Response:
        inside = Membership.objects.select_related("user").filter(groups__group=self.get_object())
        page = self.paginate_queryset(visible(self.actor, self.needs, inside))
        return self.get_paginated_response(MemberSerializer(page, many=True).data)

    @extend_schema(
        operation_id="groups_add", summary="Let members in", request=GroupMembersBody, responses=GroupAddedSerializer
    )
    @action(detail=True, methods=["post"])
    def add(self, request: Request, **kwargs: Any) -> Response:
        """Let members in. They get what the group has: so nobody lets in who has less than that."""
        body = GroupMembersBody.read(request.data)
        return Response({"added": groups.add(actor=self.actor, group=self.get_object(), **body)})

    @extend_schema(operation_id="groups_remove", summary="Take a member out")
    @action(detail=True, methods=["delete"])
    def remove(self, request: Request, membership_id: UUID, **kwargs: Any) -> Response:
        groups.remove(actor=self.actor, group=self.get_object(), membership_id=membership_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _shown(self, pk: UUID) -> dict[str, Any]:
        return GroupSerializer(self.get_queryset().get(pk=pk)).data
