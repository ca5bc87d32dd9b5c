"""Who am I?"""

from typing import Any, ClassVar

from allauth.mfa.utils import is_mfa_enabled
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from brands import registry
from brands.api.base import AtelierAPIView, BrandAPIView
from brands.api.serializers import StrictSerializer
from brands.choices import ActorKind
from brands.models import User
from brands.services import people
from brands.services.api_keys import Credential


class MeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(ActorKind.choices)
    user_id = serializers.IntegerField()
    email = serializers.EmailField()
    name = serializers.CharField()
    mfa_enabled = serializers.BooleanField()
    api_key_id = serializers.UUIDField(allow_null=True)
    scopes = serializers.ListField(child=serializers.CharField(), allow_null=True, help_text="Of an API key.")


class MeBody(StrictSerializer):
    name = serializers.CharField(max_length=120, allow_blank=True)


class _Sorted(serializers.ListField):
    child = serializers.CharField()

    def to_representation(self, data: Any) -> list[Any]:
        return sorted(data)


class RightSerializer(serializers.Serializer[Any]):
    resource_type = serializers.CharField(source="type")
    resource_id = serializers.UUIDField(source="id")
    capabilities = _Sorted()


class ActorSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(ActorKind.choices)
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    brand_id = serializers.UUIDField()
    user_id = serializers.IntegerField(allow_null=True, help_text="null for a guest.")
    membership_id = serializers.UUIDField(
        allow_null=True, help_text="Of members/{id}/: who leaves deletes it. null for a guest."
    )
    role = serializers.CharField(allow_null=True, help_text="One of Atelier's or the brand's own, by name.")
    capabilities = _Sorted(help_text="In the whole brand.")
    rights = RightSerializer(many=True, help_text="Beside them, on single resources and what those hold.")


class ResourceTypeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    view_capability = serializers.CharField(source="view")
    share_capabilities = serializers.ListField(
        source="share", child=serializers.CharField(), help_text="What one needs to share it, or to restrict it."
    )


class ResourceTypesSerializer(serializers.Serializer[Any]):
    results = ResourceTypeSerializer(many=True)


class MeView(AtelierAPIView):
    @extend_schema(operation_id="me_get", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The person behind the credential, and the API key if it is one."""
        return Response(_me(self.user, self.key))

    @extend_schema(operation_id="me_update", request=MeBody, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Change the name that others see."""
        self.require_person()
        body = MeBody.read(request.data)
        people.rename(user=self.user, **body)
        return Response(_me(self.user, self.key))


class BrandMeView(BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"get": "brand.view"}
    open_to_all = frozenset({"get"})

    @extend_schema(operation_id="brands_me", responses=ActorSerializer)
    def get(self, request: Request, brand_id: str) -> Response:
        """Who you are in this brand and what you may do there, now."""
        return Response(ActorSerializer(self.actor).data)


class ResourceTypesView(BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"get": "brand.view"}

    @extend_schema(operation_id="resource_types_list", responses=ResourceTypesSerializer)
    def get(self, request: Request, brand_id: str) -> Response:
        """What can be shared, commented and reviewed."""
        return Response(ResourceTypesSerializer({"results": registry.all_types()}).data)


def _me(user: User, key: Credential | None) -> dict[str, Any]:
    facts = {
        "kind": ActorKind.API_KEY if key else ActorKind.USER,
        "user_id": user.pk,
        "email": user.email,
        "name": user.name,
        "mfa_enabled": is_mfa_enabled(user),
        "api_key_id": key and key.key_id,
        "scopes": key and list(key.scopes),
    }
    return dict(MeSerializer(facts).data)
