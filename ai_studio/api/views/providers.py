from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.serializers.providers import (
    ProvidersSerializer,
    RoutingSettingsBody,
    RoutingSettingsSerializer,
)
from ai_studio.services import prompt_settings, providers, routing_settings
from brands.api.base import BrandAPIView


@docs.PROVIDERS
class ProvidersView(BrandAPIView):
    capability = {"get": "asset.view"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(ProvidersSerializer({"results": providers.usable(actor=self.actor)}).data)


@docs.ROUTING_SETTINGS
class RoutingSettingsView(BrandAPIView):
    capability = {"get": "brand.view", "patch": "brand.manage"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(RoutingSettingsSerializer(prompt_settings.settings_of(actor=self.actor)).data)

    def patch(self, request: Request, **_: Any) -> Response:
        changes = RoutingSettingsBody.read(request.data, partial=True)
        return Response(RoutingSettingsSerializer(routing_settings.change(actor=self.actor, changes=changes)).data)
