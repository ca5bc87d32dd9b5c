from typing import Any

from rest_framework import serializers

from analytics.models import AnalyticsSettings, DeadLetter, Event
from analytics.models.settings import MAX_KEPT_DAYS, MIN_KEPT_DAYS
from brands.api.serializers import StrictSerializer


class EventSerializer(serializers.ModelSerializer[Event]):
    person = serializers.IntegerField(source="whose", help_text="The brand's number of whoever did it.")

    class Meta:
        model = Event
        fields = (
            "name", "at", "insert_id", "distinct_id", "person", "session", "properties", "revenue", "currency",
            "received_at",
        )  # fmt: skip


class EventNameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    events = serializers.IntegerField(source="total")
    first_date = serializers.DateField(help_text="Days are UTC's.")
    last_date = serializers.DateField()


class DeadLetterSerializer(serializers.ModelSerializer[DeadLetter]):
    class Meta:
        model = DeadLetter
        fields = ("id", "received_at", "source", "code", "reason", "payload")


class AnalyticsSettingsBody(StrictSerializer):
    keep_events_days = serializers.IntegerField(
        min_value=MIN_KEPT_DAYS, max_value=MAX_KEPT_DAYS, allow_null=True, required=False, help_text="null: for good."
    )


class AnalyticsSettingsSerializer(serializers.ModelSerializer[AnalyticsSettings]):
    class Meta:
        model = AnalyticsSettings
        fields = ("keep_events_days",)
