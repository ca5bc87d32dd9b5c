from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.serializers.prompts import (
    OptimizeBody,
    OptimizedSerializer,
    PromptSettingsBody,
    PromptSettingsSerializer,
)
from ai_studio.services import prompt_settings, prompts
from brands.api.base import BrandAPIView


@docs.OPTIMIZE
class OptimizeView(BrandAPIView):
    capability = {"post": "generation.run"}
    rate_limit = "120/minute"  # each reads the prompt some dozens of times

    def post(self, request: Request, **_: Any) -> Response:
        prepared = prompts.prepare(actor=self.actor, **OptimizeBody.read(request.data))
        with self.apart():
            improved = prepared.optimise()
        return Response(OptimizedSerializer(improved).data)


@docs.PROMPT_SETTINGS
class PromptSettingsView(BrandAPIView):
    capability = {"get": "brand.view", "patch": "brand.manage"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(PromptSettingsSerializer(prompt_settings.settings_of(actor=self.actor)).data)

    def patch(self, request: Request, **_: Any) -> Response:
        changes = PromptSettingsBody.read(request.data, partial=True)
        return Response(PromptSettingsSerializer(prompt_settings.change(actor=self.actor, changes=changes)).data)
