"""Selections of events as SQL. What people ask for becomes parameters, never text of the statement."""

from collections.abc import Sequence
from typing import Any

from analytics.stores.base import Operator, PropertyFilter, Selection

_COMPARED = {Operator.ABOVE: ">", Operator.AT_LEAST: ">=", Operator.BELOW: "<", Operator.AT_MOST: "<="}
_Value = str | float | bool
_GLOB = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_", "*": "%", "?": "_"})


class Parameters:
    """The values of a statement: `of` gives each its place, such as $3, the same value the same place."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._places: dict[tuple[type, Any], int] = {}

    def of(self, value: Any) -> str:
        place = self._places.get((type(value), value))
        if place is None:
            self.values.append(value)
            place = self._places[(type(value), value)] = len(self.values)
        return f"${place}"


def matches(selections: Sequence[tuple[Selection, int]], parameters: Parameters, *, otherwise: int = 0) -> str:
    """The bits of all selections that an event is of, as a bigint; `otherwise` when it is of none.

    Without filters it is told by the name alone, so that an index is all that is read.
    """
    if all(selection.event is not None and not selection.filters for selection, _ in selections):
        by_name: dict[str | None, int] = {}
        for selection, bit in selections:
            by_name[selection.event] = by_name.get(selection.event, 0) | bit
        cases = " ".join(f"WHEN {parameters.of(name)} THEN {bits}" for name, bits in by_name.items())
        return f"(CASE name {cases} ELSE {otherwise} END)::bigint"
    bits = " + ".join(
        f"CASE WHEN {condition(selection, parameters)} THEN {bit} ELSE 0 END" for selection, bit in selections
    )
    return f"coalesce(nullif(({bits})::bigint, 0), {otherwise})"


def condition(selection: Selection, parameters: Parameters) -> str:
    parts = [] if selection.event is None else [f"name = {parameters.of(selection.event)}"]
    parts += [_passes(filter_, parameters) for filter_ in selection.filters]
    return " AND ".join(parts) or "true"


def named(selections: Sequence[Selection], parameters: Parameters) -> str:
    """What narrows the scan down to the names that are asked for; nothing where any name will do."""
    names = sorted({selection.event for selection in selections if selection.event is not None})
    if len(names) < len({selection.event for selection in selections}):
        return "true"
    return f"name IN ({', '.join(map(parameters.of, names))})"


def _passes(filter_: PropertyFilter, parameters: Parameters) -> str:
    """Never NULL: what is not there is not equal, not above, and not set."""
    name = parameters.of(filter_.name)
    if filter_.operator is Operator.IS_SET:
        return f"properties ->> {name} IS NOT NULL"
    if filter_.operator is Operator.IS_NOT_SET:
        return f"properties ->> {name} IS NULL"
    any_of = " OR ".join(_compared(filter_.operator, name, value, parameters) for value in filter_.values) or "false"
    return f"{'NOT ' if filter_.operator is Operator.IS_NOT else ''}coalesce(({any_of}), false)"


def _compared(operator: Operator, name: str, value: _Value, parameters: Parameters) -> str:
    text = f"(properties ->> {name})"
    if operator is Operator.CONTAINS:
        return f"strpos(lower({text}), lower({parameters.of(_as_text(value))})) > 0"
    if operator is Operator.MATCHES_GLOB:
        return f"{text} LIKE {parameters.of(_as_text(value).translate(_GLOB))}"
    sign = _COMPARED.get(operator, "=")
    as_text = f'{text} {sign} {parameters.of(_as_text(value))} COLLATE "C"'
    if isinstance(value, str | bool):
        return as_text
    number = f"(properties -> {name})::numeric {sign} {parameters.of(_as_text(value))}::numeric"
    otherwise = as_text if sign == "=" else "false"
    return f"CASE jsonb_typeof(properties -> {name}) WHEN 'number' THEN {number} ELSE {otherwise} END"


def _as_text(value: _Value) -> str:
    """As PostgreSQL writes a property."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
