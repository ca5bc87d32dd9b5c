from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.filters import LedgerFilter
from ai_studio.api.serializers.costs import CostQuery, CostReportSerializer
from ai_studio.api.serializers.money import BudgetBody, BudgetSerializer, LedgerEntrySerializer, QuotaSerializer
from ai_studio.api.spreadsheets import csv_response
from ai_studio.models import LedgerEntry
from ai_studio.services import budgets
from ai_studio.services.cost_report import CostReport, cost_report
from brands.api.base import BrandAPIView, BrandGenericAPIView
from brands.permissions import Actor


@docs.QUOTA
class QuotaView(BrandAPIView):
    capability = {"get": "brand.view"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(QuotaSerializer(budgets.spend_of(actor=self.actor, at=timezone.now())).data)


@docs.BUDGET
class BudgetView(BrandAPIView):
    capability = {"get": "budget.view", "patch": "budget.manage"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(BudgetSerializer(budgets.outlook(actor=self.actor, at=timezone.now())).data)

    def patch(self, request: Request, **_: Any) -> Response:
        asked = BudgetBody(data=request.data)
        asked.is_valid(raise_exception=True)
        budgets.set_monthly_limit(actor=self.actor, at=timezone.now(), **asked.validated_data)
        return Response(BudgetSerializer(budgets.outlook(actor=self.actor, at=timezone.now())).data)


@docs.COSTS
class CostsView(BrandAPIView):
    capability = {"get": "budget.view"}
    rate_limit = "120/minute"  # each sums up to a year of rows

    def get(self, request: Request, **_: Any) -> Response:
        return Response(CostReportSerializer(_report(self.actor, request)).data)


@docs.COSTS_CSV
class CostsCsvView(BrandAPIView):
    capability = {"get": "budget.view"}
    rate_limit = "120/minute"

    def get(self, request: Request, **_: Any) -> StreamingHttpResponse:
        return csv_response(_report(self.actor, request))


def _report(actor: Actor, request: Request) -> CostReport:
    asked = CostQuery.read(request.query_params)
    days = {"from_date": asked.get("from"), "to_date": asked.get("to")}
    return cost_report(actor=actor, at=timezone.now(), group_by=sorted(asked["group_by"]), **days)


@docs.LEDGER
class LedgerView(BrandGenericAPIView, ListAPIView):
    model = LedgerEntry
    serializer_class = LedgerEntrySerializer
    filterset_class = LedgerFilter
    capability = {"get": "budget.view"}

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("budget", "quota")
