"""Which column of a file is which field of an event."""

from collections.abc import Mapping, Sequence

from brands.errors import InvalidInput

# The names that exports of others use, the surest first. Compared without regard to case.
KNOWN: Mapping[str, tuple[str, ...]] = {
    "name": ("event", "event_name", "eventname", "name"),
    "distinct_id": ("distinct_id", "user_id", "userid", "distinctid", "customer_id", "anonymous_id", "anonymousid"),
    "at": ("at", "timestamp", "time", "event_time", "originaltimestamp", "occurred_at", "created_at", "date"),
    "insert_id": ("insert_id", "$insert_id", "uuid", "messageid", "message_id", "event_id"),
    "session": ("session", "session_id", "sessionid", "$session_id"),
    "properties": ("properties",),
    "revenue": ("revenue", "$revenue"),
    "currency": ("currency", "$currency"),
    "identity": ("identity",),
    "alias": ("alias",),
}
NEEDED = ("name", "distinct_id", "at")
_SHOWN = 20
_LONGEST = 200


def checked(mapping: Mapping[str, str]) -> dict[str, str]:
    """{field: column} as people gave it. Raises InvalidInput naming `map`."""
    if unknown := sorted(set(mapping) - set(KNOWN)):
        raise InvalidInput(
            fields={"map": [f"Not a field of events: {', '.join(unknown)}. They are {', '.join(KNOWN)}."]}
        )
    if unfit := sorted(field for field, column in mapping.items() if "\x00" in column or len(column) > _LONGEST):
        sentence = f"No name of a column, for {', '.join(unfit)}: at most {_LONGEST} characters, and no NUL."
        raise InvalidInput(fields={"map": [sentence]})
    return dict(mapping)


def found(columns: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """{field: column} of those that are there: as `mapping` says, else by the names that are known. A column is one
    field only."""
    there: dict[str, str] = {}
    for column in columns:
        there.setdefault(column.casefold(), column)
    taken = {field: column for field, column in mapping.items() if column in columns}
    for field, names in KNOWN.items():
        if field in mapping:
            continue
        free = (there[name] for name in names if name in there and there[name] not in taken.values())
        if (first := next(free, None)) is not None:
            taken[field] = first
    return taken


def require(columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Raises InvalidInput naming `map`, for a file all of whose rows have these columns."""
    shown = ", ".join(columns[:_SHOWN]) + (" …" if len(columns) > _SHOWN else "")
    if absent := sorted(column for column in mapping.values() if column not in columns):
        raise InvalidInput(fields={"map": [f"The file has no column {', '.join(absent)}. It has {shown}."]})
    taken = found(columns, mapping)
    if missing := [field for field in NEEDED if field not in taken]:
        sentence = f"No column is known as {', '.join(missing)}: say which it is. The file has {shown}."
        raise InvalidInput(fields={"map": [sentence]})
