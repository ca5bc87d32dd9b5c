"""Which events are meant, as clients say it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analytics.models.event import MAX_NAME
from analytics.stores.base import Operator
from brands.api.serializers import StrictSerializer

MAX_FILTERS = 10
MAX_VALUES = 50
MAX_VALUE_LENGTH = 400
MOST_NUMBER = 2**53
_WITHOUT_VALUES = {Operator.IS_SET, Operator.IS_NOT_SET}


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]})
class ScalarField(serializers.Field[Any, Any, Any, Any]):
    """A text, a number or a truth value, as JSON has them."""

    def to_internal_value(self, data: Any) -> str | float | bool:
        # Beyond 2^53 no double tells neighbours apart; infinities and NaN are no JSON.
        fits = isinstance(data, bool) or (isinstance(data, int | float) and abs(data) <= MOST_NUMBER)
        if isinstance(data, str):
            fits = len(data) <= MAX_VALUE_LENGTH and "\0" not in data
        if not fits:
            raise serializers.ValidationError(
                f"A text of up to {MAX_VALUE_LENGTH} characters without NUL, a number up to 2^53, true or false."
            )
        kept: str | float | bool = data
        return kept

    def to_representation(self, value: Any) -> Any:
        return value


class FilterBody(StrictSerializer):
    name = serializers.CharField(max_length=MAX_NAME, help_text="Of the property.")
    operator = serializers.ChoiceField([each.value for each in Operator])
    values = serializers.ListField(
        child=ScalarField(), required=False, max_length=MAX_VALUES, help_text="Any of them does; of is_not, none."
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        operator, values = Operator(data["operator"]), data.get("values", [])
        if operator in _WITHOUT_VALUES:
            if values:
                raise serializers.ValidationError({"values": ["This operator takes none."]})
        elif not values:
            raise serializers.ValidationError({"values": ["This operator needs at least one."]})
        return data


class SelectionBody(StrictSerializer):
    event = serializers.CharField(
        max_length=MAX_NAME, required=False, allow_null=True, help_text="Its name; left out: any event."
    )
    filters = serializers.ListField(
        child=FilterBody(), required=False, max_length=MAX_FILTERS, help_text="All of them must hold."
    )
