from typing import Any

from django.utils import timezone
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.filters import LedgerFilter
from ai_studio.api.serializers.money import BudgetBody, BudgetSerializer, LedgerEntrySerializer, QuotaSerializer
from ai_studio.models import LedgerEntry
from ai_studio.services import budgets
from brands.api.base import BrandAPIView, BrandGenericAPIView


@docs.QUOTA
class QuotaView(BrandAPIView):
    capability = {"get": "brand.view"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(QuotaSerializer(budgets.spend_of(actor=self.actor, at=timezone.now())).data)


@docs.BUDGET
class BudgetView(BrandAPIView):
    capability = {"get": "budget.view", "patch": "budget.manage"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(BudgetSerializer(budgets.spend_of(actor=self.actor, at=timezone.now())).data)

    def patch(self, request: Request, **_: Any) -> Response:
        asked = BudgetBody(data=request.data)
        asked.is_valid(raise_exception=True)
        budgets.set_monthly_limit(actor=self.actor, at=timezone.now(), **asked.validated_data)
        return Response(BudgetSerializer(budgets.spend_of(actor=self.actor, at=timezone.now())).data)


@docs.LEDGER
class LedgerView(BrandGenericAPIView, ListAPIView):
    model = LedgerEntry
    serializer_class = LedgerEntrySerializer
    filterset_class = LedgerFilter
    capability = {"get": "budget.view"}

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("budget", "quota")
