"""Metrics and what they come to."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import metric_docs as docs
from analytics.api.serializers.metric_anomalies import AnomaliesQuery, AnomaliesSerializer
from analytics.api.serializers.metric_values import ChartQuery, MetricValuesSerializer, ValuesQuery
from analytics.api.serializers.metrics import MetricBody, MetricSerializer
from analytics.api.serializers.pictures import look
from analytics.api.views.asking import asked_of, detector_of
from analytics.api.views.pictures import picture
from analytics.models import Metric
from analytics.services import metrics
from brands.api.base import BrandViewSet
from brands.idempotency import Answer


@docs.METRICS
class MetricViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = Metric
    serializer_class = MetricSerializer
    lookup_value_converter = "uuid"
    capability = {
        "list": "analytics.view",
        "retrieve": "analytics.view",
        "values": "analytics.view",
        "chart": "analytics.view",
        "anomalies": "analytics.view",
        "create": metrics.CAPABILITY,
        "partial_update": metrics.CAPABILITY,
        "destroy": metrics.CAPABILITY,
    }

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("created_by")

    def create(self, request: Request, **_: Any) -> Response:
        body = MetricBody.read(request.data)
        return self.once(request, lambda: self._created(metrics.create(actor=self.actor, **body)))

    def partial_update(self, request: Request, **_: Any) -> Response:
        body = MetricBody.read(request.data, partial=True)
        changed = metrics.change(actor=self.actor, metric=self.get_object(), **body)
        return Response(MetricSerializer(changed).data)

    def destroy(self, request: Request, **_: Any) -> Response:
        metrics.delete(actor=self.actor, metric=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["get"])
    def values(self, request: Request, **_: Any) -> Response:
        from analytics.services import metric_reports

        metric, asked = self.get_object(), ValuesQuery.read(request.query_params)
        answer = metric_reports.values(
            actor=self.actor,
            metric=metric,
            asked=asked_of(asked),
            at=timezone.now(),
            kind="metric.values",
            tell=lambda found: MetricValuesSerializer(found).data,
        )
        return Response(answer)

    @action(detail=True, methods=["get"])
    def anomalies(self, request: Request, **_: Any) -> Response:
        from analytics.services import metric_reports

        metric, asked = self.get_object(), AnomaliesQuery.read(request.query_params)
        answer = metric_reports.departures(
            actor=self.actor,
            metric=metric,
            asked=asked_of(asked),
            detector=detector_of(asked),
            at=timezone.now(),
            tell=lambda found: AnomaliesSerializer(found).data,
        )
        return Response(answer)

    @docs.METRIC_CHART
    def chart(self, request: Request, **_: Any) -> HttpResponse:
        from analytics.services import metric_reports
        from analytics.services.metric_charts import metric_chart

        metric, asked = self.get_object(), ChartQuery.read(request.query_params)
        drawn = look(asked)
        answer = metric_reports.values(
            actor=self.actor,
            metric=metric,
            asked=asked_of(asked),
            at=timezone.now(),
            kind="metric.chart",
            tell=lambda found: {"svg": metric_chart(metric, found, **drawn)},
            picture=[metric.name, metric.unit, drawn],
        )
        return picture(answer["svg"])

    def _created(self, made: Metric) -> Answer:
        place = reverse("analytics:metric-detail", kwargs={"brand_id": self.brand_id, "pk": made.pk})
        return Answer(201, MetricSerializer(made).data, {"Location": place})
