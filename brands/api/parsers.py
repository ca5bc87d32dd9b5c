"""JSON that PostgreSQL and our answers can hold."""

import math
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from brands.errors import InvalidInput

MAX_DEPTH = 32


class StrictJSONParser(JSONParser):
    """Refuses NUL characters, lone surrogates, NaN and Infinity, and nesting deeper than 32."""

    strict = True

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        _check(data, "", 0)
        return data


def _check(value: Any, path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ParseError(f"The JSON is nested more than {MAX_DEPTH} deep.")
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, float) and not math.isfinite(value):
        raise _invalid(path, "Not a finite number.")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key, path)
            _check(item, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        for n, item in enumerate(value):
            _check(item, f"{path}.{n}" if path else str(n), depth + 1)


def _check_text(text: str, path: str) -> None:
    if "\x00" in text:
        raise _invalid(path, "Holds a NUL character.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _invalid(path, "Holds half of a surrogate pair.")


def _invalid(path: str, sentence: str) -> InvalidInput:
    return InvalidInput(fields={path or "non_field_errors": [sentence]})
