from typing import Any

from rest_framework import serializers

from ai_studio.api.serializers.analytics import DAYS
from ai_studio.choices import Queue
from ai_studio.models.queue_sample import KEPT_DAYS
from brands.api.serializers import StrictSerializer


class CountsSerializer(serializers.Serializer[Any]):
    waiting = serializers.IntegerField()
    active = serializers.IntegerField()
    delayed = serializers.IntegerField(help_text="Waiting for the moment of their next step.")
    completed = serializers.IntegerField()
    failed = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class QueueCountsSerializer(CountsSerializer):
    by_provider = serializers.DictField(child=CountsSerializer())
    paused = serializers.BooleanField()
    oldest_waiting_seconds = serializers.FloatField(allow_null=True)


class QueueHistoryQuery(StrictSerializer):
    to = serializers.DateField(required=False, validators=DAYS, help_text="The last day. Default: today.")
    queue = serializers.ChoiceField(choices=Queue.choices, required=False, help_text="Default: all.")
    provider = serializers.CharField(required=False, max_length=40, help_text="Default: all.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        text = f"The first day. Default: yesterday; {KEPT_DAYS} days are kept."
        return {"from": serializers.DateField(required=False, validators=DAYS, help_text=text), **super().get_fields()}


class QueuePointSerializer(serializers.Serializer[Any]):
    """null where nobody looked."""

    at = serializers.DateTimeField(help_text="When the step begins.")
    waiting = serializers.IntegerField(allow_null=True, help_text="The most at any minute of the step.")
    active = serializers.IntegerField(allow_null=True, help_text="The most at any minute of the step.")
    delayed = serializers.IntegerField(allow_null=True, help_text="The most at any minute of the step.")
    oldest_seconds = serializers.FloatField(
        allow_null=True, help_text="The longest that one had been due; null also where nothing waited."
    )
    completed = serializers.IntegerField(allow_null=True, help_text="Ended in the step.")
    failed = serializers.IntegerField(allow_null=True, help_text="Ended in the step.")


class QueueHistorySerializer(serializers.Serializer[Any]):
    to = serializers.DateField(source="period.to_date")
    timezone = serializers.CharField(source="period.timezone", help_text="The brand's: its days are meant.")
    step_seconds = serializers.IntegerField()
    points = QueuePointSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": serializers.DateField(source="period.from_date"), **super().get_fields()}
