from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import event_docs as docs
from analytics.api.serializers.events import AnalyticsSettingsBody, AnalyticsSettingsSerializer
from analytics.services import settings
from brands.api.base import BrandAPIView


@docs.SETTINGS
class AnalyticsSettingsView(BrandAPIView):
    capability = {"get": "brand.view", "patch": "brand.manage"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(AnalyticsSettingsSerializer(settings.settings_of(actor=self.actor)).data)

    def patch(self, request: Request, **_: Any) -> Response:
        changes = AnalyticsSettingsBody.read(request.data, partial=True)
        return Response(AnalyticsSettingsSerializer(settings.change(actor=self.actor, changes=changes)).data)
