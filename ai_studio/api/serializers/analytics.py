from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_studio.choices import GenerationType
from ai_studio.services.report import COMPARED, Report
from brands.api.serializers import StrictSerializer

# No brand lived before, and days far from today would leave the calendar.
DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 12, 31))]


class ReportQuery(StrictSerializer):
    to = serializers.DateField(required=False, validators=DAYS, help_text="The last day. Default: today.")
    type = serializers.MultipleChoiceField(choices=GenerationType.choices, required=False, help_text="May be repeated.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        text = "The first day. Default: 30 days in all; at most 366."
        return {"from": serializers.DateField(required=False, validators=DAYS, help_text=text), **super().get_fields()}


class FiguresSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    pending = serializers.IntegerField()
    processing = serializers.IntegerField()
    completed = serializers.IntegerField()
    failed = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    success_rate = serializers.FloatField(allow_null=True, help_text="completed / (completed + failed)")
    cost_usd = serializers.DecimalField(max_digits=18, decimal_places=6)
    average_cost_usd = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    average_seconds = serializers.FloatField(allow_null=True, help_text="Of completed ones, from start to end.")
    p50_seconds = serializers.FloatField(allow_null=True)
    p95_seconds = serializers.FloatField(allow_null=True)


class TypeFiguresSerializer(FiguresSerializer):
    type = serializers.ChoiceField(GenerationType.choices)


class ModelFiguresSerializer(FiguresSerializer):
    provider = serializers.CharField()
    model = serializers.CharField()


class DayFiguresSerializer(FiguresSerializer):
    date = serializers.DateField()


class TrendSerializer(serializers.Serializer[Any]):
    absolute = serializers.FloatField(allow_null=True)
    relative = serializers.FloatField(allow_null=True, help_text="absolute / the former value")


class MoneyTrendSerializer(TrendSerializer):
    absolute = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)  # type: ignore[assignment]


class TrendsSerializer(serializers.Serializer[Any]):
    """null where the former period has nothing to compare with."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {name: MoneyTrendSerializer() if name.endswith("_usd") else TrendSerializer() for name in COMPARED}


class FormerSerializer(FiguresSerializer):
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": serializers.DateField(), "to": serializers.DateField(), **super().get_fields()}


class ReportSerializer(serializers.Serializer[Any]):
    to = serializers.DateField(source="period.to_date")
    timezone = serializers.CharField(source="period.timezone", help_text="The brand's: its days are meant.")
    totals = FiguresSerializer()
    former = serializers.SerializerMethodField(help_text="The period of the same length before.")
    trend = TrendsSerializer()
    by_type = serializers.SerializerMethodField()
    by_model = serializers.SerializerMethodField()
    days = serializers.SerializerMethodField(help_text="Every day, also those without a generation.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": serializers.DateField(source="period.from_date"), **super().get_fields()}

    @extend_schema_field(FormerSerializer)
    def get_former(self, report: Report) -> dict[str, Any]:
        former = report.period.former
        return {"from": str(former.from_date), "to": str(former.to_date), **FiguresSerializer(report.former).data}

    @extend_schema_field(TypeFiguresSerializer(many=True))
    def get_by_type(self, report: Report) -> list[dict[str, Any]]:
        return _listed(report.by_type, lambda kind: {"type": kind})

    @extend_schema_field(ModelFiguresSerializer(many=True))
    def get_by_model(self, report: Report) -> list[dict[str, Any]]:
        return _listed(report.by_model, lambda key: {"provider": key[0], "model": key[1]})

    @extend_schema_field(DayFiguresSerializer(many=True))
    def get_days(self, report: Report) -> list[dict[str, Any]]:
        return _listed(report.days, lambda day: {"date": str(day)})


def _listed(found: Mapping[Any, Any], named: Any) -> list[dict[str, Any]]:
    return [{**named(key), **FiguresSerializer(figures).data} for key, figures in found.items()]
