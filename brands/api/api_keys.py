from datetime import timedelta
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandViewSet
from brands.api.serializers import StrictSerializer
from brands.models import ApiKey
from brands.services import api_keys
from brands.services.api_keys import IssuedKey

DAY_SECONDS = 86_400
MAX_SCOPES = 50


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    created_by_id = serializers.IntegerField()
    rotated_to_id = serializers.UUIDField(allow_null=True)
    scopes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ApiKey
        fields = (
            "id", "name", "prefix", "last4", "scopes", "created_by_id", "created_at", "expires_at", "revoked_at",
            "last_used_at", "rotated_to_id",
        )  # fmt: skip


class IssuedKeySerializer(ApiKeySerializer):
    token = serializers.CharField(help_text="Shown this once; it is not kept.")

    class Meta(ApiKeySerializer.Meta):
        fields = (*ApiKeySerializer.Meta.fields, "token")  # type: ignore[assignment]


class ApiKeyBody(StrictSerializer):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(
        child=serializers.CharField(max_length=40),
        min_length=1,
        max_length=MAX_SCOPES,
        help_text="Capabilities, or * for all that you have.",
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class RotateBody(StrictSerializer):
    overlap_seconds = serializers.IntegerField(
        min_value=0, max_value=30 * DAY_SECONDS, default=DAY_SECONDS, help_text="How long the old key still works."
    )


@extend_schema_view(
    list=extend_schema(operation_id="api_keys_list"), retrieve=extend_schema(operation_id="api_keys_get")
)
class ApiKeyViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = ApiKey
    serializer_class = ApiKeySerializer
    capability: ClassVar[dict[str, str]] = {
        "list": "apikey.manage",
        "retrieve": "apikey.manage",
        "create": "apikey.manage",
        "rotate": "apikey.manage",
        "destroy": "apikey.manage",
    }

    @extend_schema(operation_id="api_keys_create", request=ApiKeyBody, responses={201: IssuedKeySerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A key may do what its scopes name, as long as its maker may."""
        body = ApiKeyBody.read(request.data)
        return _issued(api_keys.issue(actor=self.actor, created_by=self.user, **body))

    @extend_schema(operation_id="api_keys_rotate", request=RotateBody, responses={201: IssuedKeySerializer})
    def rotate(self, request: Request, **kwargs: Any) -> Response:
        """A new key in place of this one, which goes on working for `overlap_seconds`."""
        body = RotateBody.read(request.data)
        overlap = timedelta(seconds=body["overlap_seconds"])
        return _issued(api_keys.rotate(actor=self.actor, key=self.get_object(), overlap=overlap))

    @extend_schema(operation_id="api_keys_revoke")
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """End a key at once. It stays in the list."""
        api_keys.revoke(actor=self.actor, key=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _issued(issued: IssuedKey) -> Response:
    answer = {**ApiKeySerializer(issued.key).data, "token": issued.token}
    return Response(answer, status=status.HTTP_201_CREATED)
