from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.serializers.providers import ProvidersSerializer
from ai_studio.services import providers
from brands.api.base import BrandAPIView


@docs.PROVIDERS
class ProvidersView(BrandAPIView):
    capability = {"get": "asset.view"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(ProvidersSerializer({"results": providers.usable(actor=self.actor)}).data)
