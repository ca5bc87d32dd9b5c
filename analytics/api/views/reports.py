"""Saved reports and their results."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import report_docs as docs
from analytics.api import report_kinds
from analytics.api.serializers.reports import ReportBody, SavedReportSerializer
from analytics.models import AnalyticsReport
from analytics.services import reports
from brands.api.base import BrandViewSet
from brands.idempotency import Answer


@docs.REPORTS
class ReportViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = AnalyticsReport
    serializer_class = SavedReportSerializer
    lookup_value_converter = "uuid"
    rate_limit = "120/minute"
    capability = {
        "list": "analytics.view",
        "retrieve": "analytics.view",
        "result": "analytics.view",
        "create": reports.CAPABILITY,
        "partial_update": reports.CAPABILITY,
        "destroy": reports.CAPABILITY,
    }
    by_resource = frozenset(capability) - {"create"}

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("created_by")

    def create(self, request: Request, **_: Any) -> Response:
        body = {"parameters": {}, "last_days": None, **ReportBody.read(request.data)}
        self._check(body)
        return self.once(request, lambda: self._created(reports.create(actor=self.actor, **body)))

    def partial_update(self, request: Request, **_: Any) -> Response:
        body = ReportBody.read(request.data, partial=True)
        report = reports.held(self.actor, self.get_object())
        if any(name in body for name in reports.QUESTION):
            reports.require_may_ask(self.actor)
            self._check({name: body.get(name, getattr(report, name)) for name in reports.QUESTION})
        changed = reports.change(actor=self.actor, report=report, **body)
        return Response(self.get_serializer(changed).data)

    def destroy(self, request: Request, **_: Any) -> Response:
        reports.delete(actor=self.actor, report=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["get"])
    def result(self, request: Request, **_: Any) -> Response:
        return Response(report_kinds.result(actor=self.actor, report=self.get_object()))

    def _check(self, facts: dict[str, Any]) -> None:
        report_kinds.check(
            actor=self.actor, kind=facts["kind"], parameters=facts["parameters"], last_days=facts["last_days"]
        )

    def _created(self, made: AnalyticsReport) -> Answer:
        place = reverse("analytics:report-detail", kwargs={"brand_id": self.brand_id, "pk": made.pk})
        return Answer(201, self.get_serializer(made).data, {"Location": place})
