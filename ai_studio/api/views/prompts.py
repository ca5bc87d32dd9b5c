from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.serializers.prompts import OptimizeBody, OptimizedSerializer
from ai_studio.services import prompts
from brands.api.base import BrandAPIView


@docs.OPTIMIZE
class OptimizeView(BrandAPIView):
    capability = {"post": "generation.run"}
    rate_limit = "120/minute"  # each reads the prompt some dozens of times

    def post(self, request: Request, **_: Any) -> Response:
        optimised = prompts.optimise(actor=self.actor, **OptimizeBody.read(request.data))
        return Response(OptimizedSerializer(optimised).data)
