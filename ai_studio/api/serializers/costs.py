"""Cost reports."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_studio.api.serializers.analytics import DAYS
from ai_studio.choices import GenerationType
from ai_studio.services.cost_report import DIMENSIONS, CostReport, Spent
from brands.api.serializers import StrictSerializer


def _usd(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=6, **options)


class CostQuery(StrictSerializer):
    to = serializers.DateField(required=False, validators=DAYS, help_text="The last day. Default: today.")
    group_by = serializers.MultipleChoiceField(
        choices=[(name, name) for name in DIMENSIONS],
        required=False,
        help_text="May be repeated. Default: totals only.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        text = "The first day. Default: 30 days in all; at most 366."
        return {"from": serializers.DateField(required=False, validators=DAYS, help_text=text), **super().get_fields()}


class SpentSerializer(serializers.Serializer[Any]):
    generations = serializers.IntegerField(help_text="That cost something, or were corrected.")
    amount_usd = _usd()


class SpentByUserSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    email = serializers.CharField()


class SpentByKeysSerializer(SpentSerializer):
    """Of the keys, those that were asked for."""

    month = serializers.DateField(required=False, help_text="Its first day.")
    day = serializers.DateField(required=False)
    user = SpentByUserSerializer(required=False)
    provider = serializers.CharField(required=False)
    model = serializers.CharField(required=False)
    type = serializers.ChoiceField(GenerationType.choices, required=False)


class CostReportSerializer(serializers.Serializer[Any]):
    to = serializers.DateField(source="period.to_date")
    timezone = serializers.CharField(source="period.timezone", help_text="The brand's: its days are meant.")
    group_by = serializers.ListField(child=serializers.ChoiceField([(name, name) for name in DIMENSIONS]))
    totals = SpentSerializer(source="total")
    rows = serializers.SerializerMethodField(help_text="In the order of their keys.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": serializers.DateField(source="period.from_date"), **super().get_fields()}

    @extend_schema_field(SpentByKeysSerializer(many=True))
    def get_rows(self, report: CostReport) -> list[dict[str, Any]]:
        return [_row(row) for row in report.rows]


def _row(row: Spent) -> dict[str, Any]:
    keys = dict(row.keys)
    if "user" in keys:
        keys["user"] = dict(zip(("id", "email"), keys["user"], strict=True))
    return SpentByKeysSerializer({**keys, "generations": row.generations, "amount_usd": row.amount_usd}).data
