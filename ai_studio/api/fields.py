import json
from typing import Any

from rest_framework import serializers

from ai_studio.prompts.templating import MAX_VARIABLES

MAX_EXTRAS_BYTES = 8192
MAX_EXTRAS_DEPTH = 4


class StrictIntegerField(serializers.IntegerField):
    """A JSON integer: not true, not 1.0, not "1"."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class ExtrasField(serializers.JSONField):
    """A small, flat object of a model's own parameters."""

    default_error_messages = {
        "not_an_object": "Not an object.",
        "too_big": f"More than {MAX_EXTRAS_BYTES} bytes.",
        "too_deep": f"Nested more than {MAX_EXTRAS_DEPTH} deep.",
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            self.fail("not_an_object")
        if _depth(data) > MAX_EXTRAS_DEPTH:
            self.fail("too_deep")
        if len(json.dumps(data, ensure_ascii=False).encode()) > MAX_EXTRAS_BYTES:
            self.fail("too_big")
        return super().to_internal_value(data)


def _depth(value: Any) -> int:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, items), default=0) if isinstance(value, dict | list) else 0


class VariablesField(serializers.DictField):
    """Values by name: texts and numbers. Whether they fit is the template's to say."""

    child = serializers.JSONField()
    default_error_messages = {"too_many": f"At most {MAX_VARIABLES}.", "not_plain": "A text or a number."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        values: dict[str, Any] = super().to_internal_value(data)
        if len(values) > MAX_VARIABLES:
            self.fail("too_many")
        odd = [name for name, value in values.items() if isinstance(value, bool | dict | list)]
        if odd:
            raise serializers.ValidationError({name: [self.error_messages["not_plain"]] for name in odd})
        return values
