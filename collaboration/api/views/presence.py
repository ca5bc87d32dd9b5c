"""Who looks at what."""

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from brands import registry
from brands.api.base import BrandAPIView
from brands.api.serializers import StrictSerializer
from brands.choices import ActorKind
from collaboration.services import presence

_RESOURCE = [
    OpenApiParameter("resource_type", OpenApiTypes.STR, required=True),
    OpenApiParameter("resource_id", OpenApiTypes.UUID, required=True),
]


class PresenceQuery(StrictSerializer):
    resource_type = serializers.CharField(max_length=40)
    resource_id = serializers.UUIDField()


class PresenceBody(PresenceQuery):
    leaving = serializers.BooleanField(default=False, help_text="You look away; who only goes is missed after 30 s.")


class PresentSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(ActorKind.choices)
    id = serializers.CharField()
    name = serializers.CharField(help_text="Empty for who has told none.")
    seen_at = serializers.DateTimeField()


class PresentsSerializer(serializers.Serializer[Any]):
    results = PresentSerializer(many=True)


class PresenceView(BrandAPIView):
    """Whoever may see a resource sees who else looks at it. A key or a guest is there like a person."""

    capability: ClassVar[dict[str, str]] = {"get": "asset.view", "post": "asset.view"}
    by_resource: ClassVar[frozenset[str]] = frozenset({"get", "post"})

    @property
    def needs(self) -> str:
        """What the type of the resource asks for."""
        needs = super().needs
        asked = self.request.data if self.request.method == "POST" else self.request.query_params
        code = asked.get("resource_type") if hasattr(asked, "get") else None
        return registry.known(code).view if isinstance(code, str) else needs

    @extend_schema(
        operation_id="collaboration_presence_list",
        summary="Who looks at a resource",
        parameters=_RESOURCE,
        responses=PresentsSerializer,
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """Who looked at the resource in the last 30 seconds, the latest first, 100 at most."""
        query = PresenceQuery.read(dict(request.query_params.items()))
        return _answer(presence.present(actor=self.actor, **query))

    @extend_schema(
        operation_id="collaboration_presence_note",
        summary="Say that you look at it",
        request=PresenceBody,
        responses=PresentsSerializer,
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """You look at it: to be said again every 10 to 20 seconds. Streams hear `presence.changed` when you come."""
        return _answer(presence.note(actor=self.actor, **PresenceBody.read(request.data)))


def _answer(there: list[dict[str, Any]]) -> Response:
    return Response(PresentsSerializer({"results": there}).data)
