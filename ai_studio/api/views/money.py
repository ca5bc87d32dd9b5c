from typing import Any

from django.utils import timezone
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio import ledger
from ai_studio.api import docs
from ai_studio.api.filters import LedgerFilter
from ai_studio.api.serializers.money import BudgetBody, BudgetSerializer, LedgerEntrySerializer, QuotaSerializer
from ai_studio.ledger import Spend
from ai_studio.models import LedgerEntry
from ai_studio.services import budgets
from brands.api.base import BrandAPIView, BrandGenericAPIView
from brands.models import Brand
from brands.permissions import Actor


def _spend(actor: Actor) -> Spend:
    brand = Brand.objects.get(pk=actor.brand_id)
    return ledger.spend(brand=brand, user_id=actor.person_id, at=timezone.now())


@docs.QUOTA
class QuotaView(BrandAPIView):
    capability = {"get": "brand.view"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(QuotaSerializer(_spend(self.actor)).data)


@docs.BUDGET
class BudgetView(BrandAPIView):
    capability = {"get": "budget.view", "patch": "budget.manage"}

    def get(self, request: Request, **_: Any) -> Response:
        return Response(BudgetSerializer(_spend(self.actor)).data)

    def patch(self, request: Request, **_: Any) -> Response:
        asked = BudgetBody(data=request.data)
        asked.is_valid(raise_exception=True)
        budgets.set_monthly_limit(actor=self.actor, at=timezone.now(), **asked.validated_data)
        return Response(BudgetSerializer(_spend(self.actor)).data)


@docs.LEDGER
class LedgerView(BrandGenericAPIView, ListAPIView):
    model = LedgerEntry
    serializer_class = LedgerEntrySerializer
    filterset_class = LedgerFilter
    capability = {"get": "budget.view"}

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("budget", "quota")
