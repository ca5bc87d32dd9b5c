"""What OpenAPI says of every route."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `errors` names what was wrong: {"items.3.parameters.seed": ["…"]}."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable: made for programs.")
    detail = serializers.CharField()
    request_id = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]  # a field here, a property of serializers there
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


PROBLEM = "application/problem+json"
Direction = Literal["request", "response"]


class AtelierSchema(AutoSchema):
    """Groups operations by their app: brands, ai, analytics, collaboration. Every operation may answer a problem."""

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        problem = {"schema": self.resolve_serializer(ProblemSerializer, direction).ref}
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for body in bodies.values():
            content = body.get("content", {})
            if content.get("application/json", {}).get("schema") == problem["schema"]:
                content[PROBLEM] = content.pop("application/json")
        return {**bodies, "default": {"description": "A problem (RFC 9457).", "content": {PROBLEM: problem}}}

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.split("/") if part and not part.startswith("{")]
        tail = parts[2:]  # behind api, v1
        if tail[:1] == ["brands"] and len(tail) > 1 and tail[1] in {"ai", "analytics", "collaboration"}:
            return [tail[1]]
        return tail[:1] or ["atelier"]


class ApiKeyScheme(OpenApiAuthenticationExtension):
    target_class = "brands.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of the brand, prefix_secret."}


class GuestScheme(OpenApiAuthenticationExtension):
    target_class = "brands.api.authentication.GuestAuthentication"
    name = "guestSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A guest's session, guest_…, got for a share link."}


class HeadlessTokenScheme(OpenApiAuthenticationExtension):
    target_class = "brands.api.authentication.HeadlessTokenAuthentication"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": "X-Session-Token"}


class BrowserSessionScheme(OpenApiAuthenticationExtension):
    target_class = "brands.api.authentication.BrowserSessionAuthentication"
    name = "browserSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
