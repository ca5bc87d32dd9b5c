"""A row of a file as an event."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from analytics.imports import columns
from analytics.imports.sets import Row
from analytics.ingest import bodies, fields, moments
from analytics.ingest.checking import row_of
from analytics.ingest.incoming import Identity, IncomingEvent, Rejected, Unfit
from analytics.ingest.moments import UnreadableMoment
from analytics.ingest.posthog import identity_of
from brands.errors import InvalidInput

# As JSON writes numbers, and not more digits than survive being a double: longer ones are ids.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?")
_DIGITS = 15
_MOST_SHAPES = 100


@dataclass
class Events:
    """Rows of one file as events. `sha256`, of the file, gives rows an insert_id that bring none: the same file again
    gives the same ones. `text_only`: numbers come as text, as CSV has them."""

    mapping: Mapping[str, str]
    sha256: str
    text_only: bool = False
    _shapes: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    def of(self, rows: Sequence[Row], *, start: int, received_at: datetime) -> list[IncomingEvent | Rejected]:
        """`start`: the first row's number in the file. A Rejected says where in the file it is."""
        return [self._one(row, start + n, received_at) for n, row in enumerate(rows)]

    def _one(self, row: Row, number: int, received_at: datetime) -> IncomingEvent | Rejected:
        try:
            return self._understood(row, number, received_at)
        except RecursionError:
            return _placed(row, Rejected("too_deep", "It is nested too deeply.", None))

    def _understood(self, row: Row, number: int, received_at: datetime) -> IncomingEvent | Rejected:
        values = row.values
        if isinstance(values, Rejected):
            return _placed(row, values)
        try:
            event = self._event(values, number)
        except Unfit as unfit:
            return _placed(row, Rejected(unfit.code, str(unfit), _shown(values)))
        except UnreadableMoment as error:
            return _placed(row, Rejected("bad_at", str(error), _shown(values)))
        # Asked here already, to say where it is.
        checked = row_of(event, received_at=received_at)
        return _placed(row, checked) if isinstance(checked, Rejected) else event

    def _event(self, values: Mapping[str, Any], number: int) -> IncomingEvent:
        shape = self._shape(values)
        cell = {name: values.get(column) for name, column in shape.items()}
        at = self._moment(cell.get("at"))
        if at is None:
            raise Unfit("no_at", f"Nothing in {shape.get('at', 'at')} says when it happened.")
        properties = self._properties(values, shape)
        name = fields.text(_plain(cell.get("name")), "name")
        distinct_id = fields.text(_plain(cell.get("distinct_id")), "distinct_id")
        identity, alias = _who(cell, name, properties, distinct_id)
        money = {key: _plain(cell[key]) for key in ("revenue", "currency") if cell.get(key) not in (None, "")}
        revenue, currency = fields.revenue({**properties, **money})
        return IncomingEvent(
            name=name,
            distinct_id=distinct_id,
            at=at,
            insert_id=fields.text(_plain(cell.get("insert_id")), "insert_id") or f"{self.sha256[:32]}-{number}",
            session=fields.text(_plain(cell.get("session")), "session"),
            properties=properties,
            revenue=revenue,
            currency=currency,
            identity=identity,
            alias=alias,
        )

    def _shape(self, values: Mapping[str, Any]) -> dict[str, str]:
        names = tuple(values)
        shape = self._shapes.get(names)
        if shape is None:
            shape = columns.found(names, self.mapping)
            if len(self._shapes) < _MOST_SHAPES:
                self._shapes[names] = shape
        return shape

    def _properties(self, values: Mapping[str, Any], shape: Mapping[str, str]) -> dict[str, Any]:
        """Those in the column that is called so; without one, all columns that are no field."""
        if "properties" in shape:
            given = values[shape["properties"]]
            return fields.mapping(_json(given) if isinstance(given, str) else _plain(given), "properties")
        taken = set(shape.values())
        read = _number if self.text_only else _plain
        rest = {name: read(value) for name, value in values.items() if name and name not in taken and value != ""}
        return {name: value for name, value in rest.items() if value is not None}

    def _moment(self, value: Any) -> datetime | None:
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        return moments.moment(_number(value.strip()) if isinstance(value, str) else value)


def _who(cell: Mapping[str, Any], name: str, properties: Mapping[str, Any], id_: str) -> tuple[Identity, str]:
    """What it says of who its person is: in fields of its own, or as PostHog says it."""
    said = fields.text(cell.get("identity"), "identity")
    if not said:
        return identity_of({"event": name}, dict(properties), id_)
    if said not in (Identity.IDENTIFY, Identity.ALIAS):
        raise Unfit("bad_identity", "identity is identify or alias.")
    return Identity(said), fields.text(cell.get("alias"), "alias")


def _json(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return bodies.loaded(text.encode(errors="surrogatepass"))
    except InvalidInput as error:
        raise Unfit("bad_properties", f"properties are {error.detail[0].lower()}{error.detail[1:]}") from error


def _number(value: Any) -> Any:
    """A text as the number that it is, if it is one."""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value) or sum(map(str.isdigit, value)) > _DIGITS:
        return value
    return float(value) if "." in value else int(value)


def _plain(value: Any) -> Any:
    """What Parquet holds, as JSON has it: NaN, which pandas writes where nothing is, is nothing."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date | Decimal):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _placed(row: Row, rejected: Rejected) -> Rejected:
    return Rejected(rejected.code, f"{row.place.capitalize()}: {rejected.reason}", rejected.payload)


def _shown(values: Mapping[str, Any]) -> str:
    return json.dumps(_plain(dict(values)), default=str)[:4000]
