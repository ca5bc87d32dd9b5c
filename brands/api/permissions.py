"""Why somebody may, and what is restricted."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandAPIView
from brands.api.serializers import StrictSerializer
from brands.permissions import CAPABILITIES
from brands.services import explanations, restrictions
from brands.services.explanations import Cut, Way


class ExplainQuery(StrictSerializer):
    capability = serializers.ChoiceField([(name, name) for name in sorted(CAPABILITIES)])
    resource_type = serializers.CharField(max_length=40, required=False, help_text="Without: in the whole brand.")
    resource_id = serializers.UUIDField(required=False)
    member = serializers.UUIDField(required=False, help_text="A membership. Without any of the three: you.")
    group = serializers.UUIDField(required=False)
    api_key = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        missing = {"resource_type", "resource_id"} - attrs.keys()
        if len(missing) == 1:
            raise serializers.ValidationError({missing.pop(): ["Both, or neither for the whole brand."]})
        return attrs


class HolderSerializer(serializers.Serializer[Any]):
    resource_type = serializers.CharField(source="type")
    resource_id = serializers.UUIDField(source="id")


class PathSerializer(serializers.Serializer[Any]):
    way = serializers.ChoiceField(Way.choices)
    role = serializers.CharField(source="role_name", help_text="Its name; empty for plain permissions.")
    grant = serializers.UUIDField(source="grant.id", allow_null=True, default=None)
    group = serializers.UUIDField(source="grant.group_id", allow_null=True, default=None, help_text="That has it.")
    held_by = HolderSerializer(allow_null=True, help_text="null: nothing, or what you may not see.")
    expires_at = serializers.DateTimeField(allow_null=True)
    cut = serializers.ListField(
        child=serializers.ChoiceField(Cut.choices), help_text="Why this way is closed. Empty: it is open."
    )


class ExplanationSerializer(serializers.Serializer[Any]):
    capability = serializers.CharField()
    allowed = serializers.BooleanField(help_text="One of the ways is open.")
    restricted = serializers.BooleanField()
    paths = PathSerializer(many=True)


class ExplainView(BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"get": "brand.view"}

    @extend_schema(
        operation_id="permissions_explain",
        summary="Why somebody may, or may not",
        parameters=[ExplainQuery],
        responses=ExplanationSerializer,
    )
    def get(self, request: Request, brand_id: str) -> Response:
        """Why you may do something, or may not: each way to the right, and what cuts it. About others with
        member.view; about a resource only to who may see it."""
        asked = ExplainQuery.read(request.query_params)
        return Response(ExplanationSerializer(explanations.explain(actor=self.actor, **asked)).data)


class RestrictionBody(StrictSerializer):
    restricted = serializers.BooleanField()


class RestrictionSerializer(serializers.Serializer[Any]):
    restricted = serializers.BooleanField()
    by = serializers.IntegerField(source="created_by_id", allow_null=True, default=None)
    at = serializers.DateTimeField(source="created_at", allow_null=True, default=None)


class RestrictionView(BrandAPIView):
    # The right to see or to share the resource decides, which the service asks for.
    capability: ClassVar[dict[str, str]] = {"get": "brand.view", "put": "brand.view"}

    @extend_schema(
        operation_id="restriction_get", summary="Whether a resource is restricted", responses=RestrictionSerializer
    )
    def get(self, request: Request, brand_id: str, resource_type: str, resource_id: UUID) -> Response:
        """Whether rights in the brand count for this resource: not if it is restricted."""
        return self._answer(resource_type, resource_id)

    @extend_schema(
        operation_id="restriction_set",
        summary="Restrict a resource, or lift it",
        request=RestrictionBody,
        responses=RestrictionSerializer,
    )
    def put(self, request: Request, brand_id: str, resource_type: str, resource_id: UUID) -> Response:
        """Restrict it, or let rights in the brand count again. Whoever restricts keeps what their role gives them."""
        change = restrictions.restrict if RestrictionBody.read(request.data)["restricted"] else restrictions.lift
        change(actor=self.actor, resource_type=resource_type, resource_id=resource_id)
        return self._answer(resource_type, resource_id)

    def _answer(self, resource_type: str, resource_id: UUID) -> Response:
        found = restrictions.of(actor=self.actor, resource_type=resource_type, resource_id=resource_id)
        facts = {} if found is None else {"created_by_id": found.created_by_id, "created_at": found.created_at}
        return Response(RestrictionSerializer({"restricted": found is not None, **facts}).data)
