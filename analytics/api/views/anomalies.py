"""Anomalies that are kept, and their states."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import anomaly_docs as docs
from analytics.api.anomaly_filters import AnomalyFilter
from analytics.api.serializers.anomalies import (
    DetectBody,
    DetectedSerializer,
    KeptAnomalySerializer,
    MuteBody,
    StateBody,
)
from analytics.choices import AnomalyStatus
from analytics.models import Anomaly
from analytics.services import anomalies
from brands.api.base import BrandViewSet


@docs.ANOMALIES
class AnomalyViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = Anomaly
    serializer_class = KeptAnomalySerializer
    filterset_class = AnomalyFilter
    lookup_value_converter = "uuid"
    capability = {
        "list": "analytics.view",
        "retrieve": "analytics.view",
        "detect": anomalies.CAPABILITY,
        "acknowledge": anomalies.CAPABILITY,
        "mute": anomalies.CAPABILITY,
        "resolve": anomalies.CAPABILITY,
        "reopen": anomalies.CAPABILITY,
    }

    @property
    def rate_limit(self) -> str | None:
        """Each look reads the events of several metrics."""
        return "30/minute" if getattr(self, "action", None) == "detect" else None

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("metric", "status_by")

    @action(detail=False, methods=["post"])
    def detect(self, request: Request, **_: Any) -> Response:
        body, now = DetectBody.read(request.data), timezone.now()
        found = anomalies.asked(actor=self.actor, metrics=body.get("metrics"), from_date=body.get("from"), at=now)
        return Response(DetectedSerializer({"as_of": now, "metrics": found}).data)

    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, **_: Any) -> Response:
        return self._become(AnomalyStatus.ACKNOWLEDGED, StateBody.read(request.data))

    @action(detail=True, methods=["post"])
    def mute(self, request: Request, **_: Any) -> Response:
        return self._become(AnomalyStatus.MUTED, MuteBody.read(request.data))

    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, **_: Any) -> Response:
        return self._become(AnomalyStatus.RESOLVED, StateBody.read(request.data))

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, **_: Any) -> Response:
        return self._become(AnomalyStatus.OPEN, StateBody.read(request.data))

    def _become(self, to: AnomalyStatus, body: dict[str, Any]) -> Response:
        changed = anomalies.change_state(actor=self.actor, anomaly=self.get_object(), to=to, **body)
        return Response(KeptAnomalySerializer(changed).data)
