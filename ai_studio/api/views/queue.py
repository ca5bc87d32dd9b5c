from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.serializers.queue import QueueCountsSerializer
from ai_studio.services import queue
from brands.api.base import BrandAPIView


class _QueueView(BrandAPIView):
    def counts(self) -> Response:
        return Response(QueueCountsSerializer(queue.counts(brand_id=self.brand_id)).data)


@docs.QUEUE
class QueueView(_QueueView):
    capability = {"get": "asset.view"}

    def get(self, request: Request, **_: Any) -> Response:
        return self.counts()


@docs.PAUSE
class PauseView(_QueueView):
    capability = {"post": "queue.manage"}

    def post(self, request: Request, **_: Any) -> Response:
        queue.pause(actor=self.actor)
        return self.counts()


@docs.RESUME
class ResumeView(_QueueView):
    capability = {"post": "queue.manage"}

    def post(self, request: Request, **_: Any) -> Response:
        queue.resume(actor=self.actor)
        return self.counts()
