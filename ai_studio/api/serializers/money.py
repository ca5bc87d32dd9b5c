from typing import Any

from rest_framework import serializers

from ai_studio.models import LedgerEntry
from brands.api.serializers import StrictSerializer


def _usd(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=12, decimal_places=6, **options)


class QuotaSerializer(serializers.Serializer[Any]):
    """What you may use this month, and what you have used."""

    month_date = serializers.DateField(help_text="First day of the month, in the brand's time zone.")
    limit_generations = serializers.IntegerField(source="quota_limit_generations")
    used_generations = serializers.IntegerField(source="quota_used_generations", help_text="Waiting, running and done.")
    limit_usd = _usd(source="quota_limit_usd")
    spent_usd = _usd(source="quota_spent_usd")
    reserved_usd = _usd(source="quota_reserved_usd", help_text="Held for what waits and runs.")


class BudgetSerializer(serializers.Serializer[Any]):
    """The brand's money of this month."""

    month_date = serializers.DateField(help_text="First day of the month, in the brand's time zone.")
    limit_usd = _usd(source="budget_limit_usd")
    spent_usd = _usd(source="budget_spent_usd")
    reserved_usd = _usd(source="budget_reserved_usd", help_text="Held for what waits and runs.")


class BudgetBody(StrictSerializer):
    limit_usd = _usd(min_value=0)


class LedgerEntrySerializer(serializers.ModelSerializer[LedgerEntry]):
    month_date = serializers.DateField(source="budget.month_date", read_only=True)
    user = serializers.IntegerField(source="quota.user_id", read_only=True)

    class Meta:
        model = LedgerEntry
        fields = ["id", "generation", "user", "month_date", "kind", "amount_usd", "note", "at"]
        read_only_fields = fields
