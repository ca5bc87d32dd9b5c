"""Criteria of a segment as clients send them: conditions, joined by all, any and not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_studio.api.serializers.analytics import DAYS
from analytics.api.serializers.selections import SelectionBody
from brands.api.serializers import StrictSerializer

MOST_DEPTH, MOST_PARTS, MOST_CONDITIONS = 6, 20, 30
MOST_DAYS, MOST_TIMES = 3_650, 1_000_000
WHICH = ("any", "first", "last")
COUNTS = ("at_least", "at_most", "exactly")
TIMES: dict[str, Any] = {"min_value": 0, "max_value": MOST_TIMES, "required": False}
JOINTS = ("all", "any", "not")


class SpanBody(StrictSerializer):
    """When: in the last days, or on days of the brand's calendar, both included. Left out: ever."""

    within_days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, required=False)
    to = serializers.DateField(required=False, validators=DAYS)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": serializers.DateField(required=False, validators=DAYS), **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        days = [name for name in ("from", "to") if name in attrs]
        if days and "within_days" in attrs:
            raise serializers.ValidationError({"within_days": ["Either this, or from and to."]})
        if len(days) > 1 and attrs["from"] > attrs["to"]:
            raise serializers.ValidationError({"from": [f"It is after the last day, {attrs['to']}."]})
        return {**attrs, **{name: attrs[name].isoformat() for name in days}}


class EventConditionBody(SpanBody, SelectionBody):
    """Did, or did not. Without numbers: at least once; `at_most` alone counts those who never did, too."""

    did = serializers.BooleanField(required=False)
    at_least = serializers.IntegerField(**TIMES)
    at_most = serializers.IntegerField(**TIMES)
    exactly = serializers.IntegerField(**TIMES)
    which = serializers.ChoiceField(
        WHICH, required=False, help_text="first, last: their very first or last such event lies in the time given."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        counts = [name for name in COUNTS if name in attrs]
        if "exactly" in counts and len(counts) > 1:
            raise serializers.ValidationError({"exactly": ["Either this, or at_least and at_most."]})
        if attrs.get("at_least", 0) > attrs.get("at_most", MOST_TIMES):
            raise serializers.ValidationError({"at_least": ["It is more than at_most."]})
        if counts and attrs.get("which", "any") != "any":
            raise serializers.ValidationError({name: ["There is one first and one last event."] for name in counts})
        return attrs


class PersonConditionBody(SpanBody):
    person = serializers.ChoiceField(
        ("identified", "created"), help_text="identified: they said who they are. created: when they first came in."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "is": serializers.BooleanField(required=False)}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        when = [name for name in ("within_days", "from", "to") if name in attrs]
        if attrs["person"] == "identified" and when:
            raise serializers.ValidationError({name: ["Nothing tells when they said so."] for name in when})
        if attrs["person"] == "created" and "is" in attrs:
            raise serializers.ValidationError({"is": ["Only for identified."]})
        if attrs["person"] == "created" and not when:
            raise serializers.ValidationError({"within_days": ["This, or from and to."]})
        return attrs


class SegmentConditionBody(StrictSerializer):
    segment = serializers.UUIDField()
    is_in = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {**attrs, "segment": str(attrs["segment"])}


BODIES: dict[str, type[StrictSerializer]] = {
    "event": EventConditionBody,
    "person": PersonConditionBody,
    "segment": SegmentConditionBody,
}


@extend_schema_field({"type": "object", "additionalProperties": True})
class CriteriaField(serializers.Field[Any, Any, Any, Any]):
    """{all: […]}, {any: […]}, {not: …}, or a condition with `event`, `person` or `segment`."""

    default_error_messages = {
        "no_object": "An object.",
        "no_condition": "One of all, any, not, event, person, segment.",
        "no_list": f"A list of 1 to {MOST_PARTS}.",
        "too_deep": f"At most {MOST_DEPTH} levels.",
        "too_many": f"At most {MOST_CONDITIONS} conditions in all.",
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        found: list[Any] = []
        read = self._read(data, MOST_DEPTH, found.append)
        if len(found) > MOST_CONDITIONS:
            self.fail("too_many")
        return read

    def to_representation(self, value: Any) -> Any:
        return value

    def _read(self, data: Any, depth: int, count: Callable[[Any], None]) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("no_object")
        if depth == 0:
            self.fail("too_deep")
        joint = next((name for name in JOINTS if name in data), None)
        if joint is None:
            count(data)
            return self._condition(data)
        if surplus := sorted(str(name) for name in set(data) - {joint}):
            raise serializers.ValidationError({name: [f"Not beside {joint}."] for name in surplus})
        if joint == "not":
            with _below("not"):
                return {"not": self._read(data["not"], depth - 1, count)}
        return {joint: self._parts(joint, data[joint], depth - 1, count)}

    def _parts(self, joint: str, data: Any, depth: int, count: Callable[[Any], None]) -> list[Any]:
        if not isinstance(data, list) or not 1 <= len(data) <= MOST_PARTS:
            with _below(joint):
                self.fail("no_list")
        parts = []
        for place, part in enumerate(data):
            with _below(joint, str(place)):
                parts.append(self._read(part, depth, count))
        return parts

    def _condition(self, data: dict[str, Any]) -> dict[str, Any]:
        kind = next((name for name in BODIES if name in data), None)
        if kind is None:
            self.fail("no_condition")
        return BODIES[kind].read(data)


@contextmanager
def _below(*path: str) -> Iterator[None]:
    """What is wrong inside is said of its place."""
    try:
        yield
    except serializers.ValidationError as error:
        detail: Any = error.detail
        for name in reversed(path):
            detail = {name: detail}
        raise serializers.ValidationError(detail) from error
