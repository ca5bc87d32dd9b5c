from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.serializers.models import ModelOfferSerializer
from ai_studio.services import catalogue
from brands.api.base import BrandAPIView


@docs.MODELS
class ModelsView(BrandAPIView):
    capability = {"get": "asset.view"}

    def get(self, request: Request, **_: Any) -> Response:
        offers = catalogue.offers(brand_id=self.brand_id, at=timezone.now())
        return Response({"results": ModelOfferSerializer(offers, many=True).data})
