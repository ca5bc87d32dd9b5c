from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.serializers.queue import QueueCountsSerializer, QueueHistoryQuery, QueueHistorySerializer
from ai_studio.services import queue
from ai_studio.services.queue_history import history
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


@docs.QUEUE_HISTORY
class QueueHistoryView(BrandAPIView):
    capability = {"get": "asset.view"}

    def get(self, request: Request, **_: Any) -> Response:
        asked = QueueHistoryQuery.read(request.query_params)
        found = history(
            actor=self.actor,
            at=timezone.now(),
            from_date=asked.get("from"),
            to_date=asked.get("to"),
            queue=asked.get("queue", ""),
            provider=asked.get("provider", ""),
        )
        return Response(QueueHistorySerializer(found).data)
