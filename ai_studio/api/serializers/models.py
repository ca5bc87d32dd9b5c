"""Models that one can choose: what they do, cost and were measured to take."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_studio.choices import AspectRatio, GenerationType, Quality
from ai_studio.services.catalogue import Offer


class UnitPriceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    unit = serializers.CharField(help_text="image, second, call, credit, megapixel, output_token, …")
    tier = serializers.CharField(help_text="The size that it is for; empty: any.")
    unit_price_usd = serializers.DecimalField(max_digits=12, decimal_places=6)
    valid_from = serializers.DateField()
    source_url = serializers.URLField(help_text="Where the provider says so.")


class PriceSerializer(serializers.Serializer[Any]):
    """By the studio's tariff (`base_usd`, `second_usd`), or by its provider's prices (`rows`)."""

    type = serializers.ChoiceField(GenerationType.choices)
    quality = serializers.ChoiceField(Quality.choices)
    estimate_usd = serializers.DecimalField(
        max_digits=12,
        decimal_places=6,
        allow_null=True,
        help_text="What is held for one with the model's own parameters; null: no price is known, and it is refused.",
    )
    base_usd = serializers.DecimalField(max_digits=12, decimal_places=6, allow_null=True, help_text="For one.")
    second_usd = serializers.DecimalField(
        max_digits=12, decimal_places=6, allow_null=True, help_text="For each second of it, on top."
    )
    rows = UnitPriceSerializer(many=True)


class MeasuredSerializer(serializers.Serializer[Any]):
    """Over this brand's last 1,000 finished generations."""

    completed = serializers.IntegerField()
    failed = serializers.IntegerField()
    success_rate = serializers.FloatField(help_text="completed / (completed + failed)")
    p50_seconds = serializers.FloatField(allow_null=True)
    p95_seconds = serializers.FloatField(allow_null=True)


class MeasuredByTypeSerializer(serializers.Serializer[Any]):
    """null for a type that this brand never made with the model."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {kind: MeasuredSerializer(allow_null=True) for kind in GenerationType.values}


class RangeSerializer(serializers.Serializer[Any]):
    min = serializers.FloatField()
    max = serializers.FloatField()


class ModelOfferSerializer(serializers.Serializer[Any]):
    provider = serializers.CharField(source="model.provider")
    name = serializers.CharField(source="model.name")
    label = serializers.CharField(source="model.label")  # type: ignore[assignment]
    types = serializers.ListField(source="model.types", child=serializers.ChoiceField(GenerationType.choices))
    qualities = serializers.ListField(source="model.qualities", child=serializers.ChoiceField(Quality.choices))
    aspect_ratios = serializers.ListField(
        source="model.aspect_ratios", child=serializers.ChoiceField(AspectRatio.choices)
    )
    parameters = serializers.ListField(source="model.parameters", child=serializers.CharField())
    steps = serializers.SerializerMethodField()
    guidance = serializers.SerializerMethodField()
    duration_seconds = serializers.SerializerMethodField()
    prices = PriceSerializer(many=True)
    measured = serializers.SerializerMethodField()

    @extend_schema_field(RangeSerializer(allow_null=True))
    def get_steps(self, offer: Offer) -> dict[str, float] | None:
        return _range(offer.model.steps_range)

    @extend_schema_field(RangeSerializer(allow_null=True))
    def get_guidance(self, offer: Offer) -> dict[str, float] | None:
        return _range(offer.model.guidance_range)

    @extend_schema_field(RangeSerializer(allow_null=True))
    def get_duration_seconds(self, offer: Offer) -> dict[str, float] | None:
        return _range(offer.model.duration_range_seconds)

    @extend_schema_field(MeasuredByTypeSerializer)
    def get_measured(self, offer: Offer) -> dict[str, Any]:
        known = {kind: offer.measured.get(kind) for kind in offer.model.types}
        return {kind: MeasuredSerializer(found).data if found else None for kind, found in known.items()}


def _range(limits: tuple[Any, Any] | None) -> dict[str, float] | None:
    return None if limits is None else {"min": float(limits[0]), "max": float(limits[1])}
