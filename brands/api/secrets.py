from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from brands import secrets
from brands.api.base import BrandAPIView
from brands.api.serializers import StrictSerializer
from brands.models import Brand
from brands.models.secret import MAX_VALUE_BYTES


class SecretSerializer(serializers.Serializer[secrets.Listed]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field here, an attribute of serializers there
    is_set = serializers.BooleanField()
    last4 = serializers.CharField(help_text="Empty when the value is shorter than 12 characters.")
    updated_at = serializers.DateTimeField(allow_null=True)
    updated_by_id = serializers.IntegerField(allow_null=True)


class SecretsSerializer(serializers.Serializer[Any]):
    results = SecretSerializer(many=True)


class SecretBody(StrictSerializer):
    value = serializers.CharField(
        max_length=MAX_VALUE_BYTES, trim_whitespace=False, help_text="Kept exactly as sent; never shown again."
    )


class SecretsView(BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"get": secrets.CAPABILITY}

    @extend_schema(operation_id="secrets_list", responses=SecretsSerializer)
    def get(self, request: Request, brand_id: str) -> Response:
        """The secrets that this brand may keep here, and which of them it does; never their values."""
        return Response(SecretsSerializer({"results": secrets.listed(actor=self.actor)}).data)


class SecretView(BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"put": secrets.CAPABILITY, "delete": secrets.CAPABILITY}

    @extend_schema(operation_id="secrets_keep", request=SecretBody, responses=SecretSerializer)
    def put(self, request: Request, brand_id: str, name: str) -> Response:
        """Keep a value in place of what was there. The same value again changes nothing."""
        body = SecretBody.read(request.data)
        kept = secrets.keep(actor=self.actor, brand=self._brand(), name=name, **body)
        return Response(SecretSerializer(kept).data)

    @extend_schema(operation_id="secrets_forget", responses={204: None})
    def delete(self, request: Request, brand_id: str, name: str) -> Response:
        """Forget a secret. Forgetting what is not there is fine."""
        secrets.forget(actor=self.actor, brand=self._brand(), name=name)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _brand(self) -> Brand:
        return Brand.objects.get(pk=self.brand_id)
