"""Which events are meant, as clients say it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analytics.stores.base import Operator
from brands.api.serializers import StrictSerializer

MOST_FILTERS, MOST_VALUES = 10, 100
LONGEST_NAME, LONGEST_VALUE = 200, 1000
LARGEST_NUMBER = 1e300
WITHOUT_VALUES = (Operator.IS_SET, Operator.IS_NOT_SET)
NUMERIC = (Operator.ABOVE, Operator.AT_LEAST, Operator.BELOW, Operator.AT_MOST)


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]})
class ValueField(serializers.Field[Any, Any, Any, Any]):
    """A text, a number or true/false."""

    default_error_messages = {
        "invalid": "A text, a number, true or false.",
        "too_long": "Too long.",
        "too_large": "Too large.",
    }

    def to_internal_value(self, data: Any) -> str | float | bool:
        if not isinstance(data, str | int | float | bool):
            self.fail("invalid")
        if isinstance(data, str):
            self._check_text(data)
        # JSON's 1e400 is an infinity here, which no JSON can keep; nor can any keep a NaN, which is above nothing.
        elif not abs(data) <= LARGEST_NUMBER:
            self.fail("too_large")
        return data

    def _check_text(self, text: str) -> None:
        """As the parser of bodies does, which sees nothing of JSON in a query."""
        if len(text) > LONGEST_VALUE:
            self.fail("too_long")
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            self.fail("invalid")

    def to_representation(self, value: Any) -> Any:
        return value


class FilterBody(StrictSerializer):
    property = serializers.CharField(max_length=LONGEST_NAME)
    operator = serializers.ChoiceField([operator.value for operator in Operator], default=Operator.IS.value)
    values = serializers.ListField(
        child=ValueField(), max_length=MOST_VALUES, required=False, help_text="Any of them does; for is_not: none."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        operator, values = attrs["operator"], attrs.get("values", [])
        if (operator in WITHOUT_VALUES) == bool(values):
            raise serializers.ValidationError({"values": ["None, for is_set and is_not_set; else at least one."]})
        if operator in NUMERIC and any(isinstance(value, str | bool) for value in values):
            raise serializers.ValidationError({"values": ["Numbers, for this operator."]})
        return attrs


class SelectionBody(StrictSerializer):
    event = serializers.CharField(
        max_length=LONGEST_NAME, allow_null=True, help_text="The event's name; null: any event."
    )
    filters = serializers.ListField(child=FilterBody(), required=False, max_length=MOST_FILTERS)
