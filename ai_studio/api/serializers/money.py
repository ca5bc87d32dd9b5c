from typing import Any

from rest_framework import serializers

from ai_studio.models import LedgerEntry
from ai_studio.services.forecast import LASTS_THE_MONTH, TOO_FEW_DAYS
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


class ForecastSerializer(serializers.Serializer[Any]):
    """The day this month's budget runs out, from the last 14 days' spending: its mean, and the 10th and 90th percentile
    of 400 months drawn from those days. null: not in this month, or not known."""

    runs_out_date = serializers.DateField(allow_null=True)
    earliest_date = serializers.DateField(allow_null=True)
    latest_date = serializers.DateField(allow_null=True)
    daily_usd = _usd(allow_null=True, help_text="The mean of the last 14 days; null when nothing was spent.")
    reason = serializers.ChoiceField(
        [(code, code) for code in (TOO_FEW_DAYS, LASTS_THE_MONTH)],
        allow_blank=True,
        help_text="Why there is no day: fewer than 3 of the 14 days cost something, or the month ends before.",
    )


class BudgetSerializer(serializers.Serializer[Any]):
    """The brand's money of this month. Nothing carries over into the next."""

    month_date = serializers.DateField(
        source="spend.month_date", help_text="First day of the month, in the brand's time zone."
    )
    limit_usd = _usd(source="spend.budget_limit_usd")
    spent_usd = _usd(source="spend.budget_spent_usd")
    reserved_usd = _usd(source="spend.budget_reserved_usd", help_text="Held for what waits and runs.")
    forecast = ForecastSerializer()


class BudgetBody(StrictSerializer):
    limit_usd = _usd(min_value=0)


class LedgerEntrySerializer(serializers.ModelSerializer[LedgerEntry]):
    month_date = serializers.DateField(source="budget.month_date", read_only=True)
    user = serializers.IntegerField(source="quota.user_id", read_only=True)

    class Meta:
        model = LedgerEntry
        fields = ["id", "generation", "user", "month_date", "kind", "amount_usd", "note", "at"]
        read_only_fields = fields
