from typing import Any

from rest_framework import serializers

from analytics.ingest.incoming import Kept, Outcome, Rejected

REJECTED = "rejected"
_OK, _DUPLICATE = {"status": str(Kept.OK)}, {"status": str(Kept.DUPLICATE)}


class IncomingEventSerializer(serializers.Serializer[Any]):
    """For the OpenAPI document only: a bad event is no bad request."""

    name = serializers.CharField(max_length=200)
    distinct_id = serializers.CharField(max_length=400, help_text="Whoever did it, by any id of yours.")
    at = serializers.DateTimeField(required=False, help_text="Default: when it was received.")
    insert_id = serializers.CharField(
        max_length=200, required=False, help_text="Your own id of it: the same one again is a duplicate."
    )
    session = serializers.CharField(max_length=200, required=False)
    properties = serializers.DictField(required=False, help_text="At most 32 KB of JSON, nested at most 10 deep.")
    revenue = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=0, required=False)
    currency = serializers.CharField(required=False, help_text="ISO 4217; default: the brand's.")
    identity = serializers.ChoiceField(
        choices=["identify", "alias"],
        required=False,
        help_text="identify: `alias` is who they were before they were known; alias: both are the same person.",
    )
    alias = serializers.CharField(max_length=400, required=False)


class EventBatchSerializer(serializers.Serializer[Any]):
    events = IncomingEventSerializer(many=True, help_text="1 to 2,000.")
    sent_at = serializers.DateTimeField(
        required=False, help_text="What your clock shows on sending: times of a clock that is wrong are corrected."
    )


class EventResultSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=[str(Kept.OK), str(Kept.DUPLICATE), REJECTED])
    code = serializers.CharField(required=False, help_text="Why it was rejected: made for programs.")
    reason = serializers.CharField(required=False)


class EventOutcomeSerializer(serializers.Serializer[Any]):
    stored = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = EventResultSerializer(many=True, help_text="One for each event, in their order.")


def answer(outcome: Outcome) -> dict[str, Any]:
    """As EventOutcomeSerializer says; by hand, for thousands of events."""
    return {
        "stored": outcome.stored,
        "duplicates": outcome.duplicates,
        "rejected": outcome.rejected,
        "results": [_result(result) for result in outcome.results],
    }


def _result(result: Kept | Rejected) -> dict[str, str]:
    if isinstance(result, Rejected):
        return {"status": REJECTED, "code": result.code, "reason": result.reason}
    return _OK if result is Kept.OK else _DUPLICATE
