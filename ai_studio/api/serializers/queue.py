from typing import Any

from rest_framework import serializers


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
