"""People put into static segments by the ids they came under, as a file of one column."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from analytics.models import DistinctId, PersonMerge, Segment
from analytics.models.event import MAX_DISTINCT_ID
from analytics.services import segment_builds
from analytics.services.segment_people import finding
from analytics.services.segments import create_static, held, record, recounted
from brands.errors import InvalidInput, TooLarge
from brands.permissions import Actor

MAX_BYTES = 10_000_000
MAX_ROWS = 200_000
# As many of the unknown ids are told by name.
MOST_TOLD = 100
_AT_ONCE = 10_000
_HEADERS = {"distinct_id", "distinct_ids"}


@dataclass(frozen=True)
class Upload:
    """`rows`: ids in the file; `repeated`: of these not the first; `unknown`: nobody came under them, `unknown_ids` are
    the first of them; `people`: whom the others are; `added`: of these new in the segment."""

    segment: Segment
    rows: int
    repeated: int
    unknown: int
    unknown_ids: list[str]
    people: int
    added: int


def create(*, actor: Actor, name: str, file: BinaryIO, at: datetime, description: str = "") -> Upload:
    """Raises InvalidInput naming `file` when it is no such column or knows nobody, TooLarge; and as create_static."""
    ids = read(file)
    numbers, unknown = _known(list(dict.fromkeys(ids)))
    made = create_static(actor=actor, name=name, description=description, numbers=numbers, at=at)
    return _told(made, ids, numbers, unknown, added=len(numbers))


def put(*, actor: Actor, segment: Segment, file: BinaryIO, replace: bool, at: datetime) -> Upload:
    """Add to a static segment, or put these in the place of all. Raises as create does; then nothing was changed."""
    ids = read(file)
    segment = held(actor, segment)
    if not segment_builds.is_static(segment):
        raise InvalidInput(fields={"segment": ["Only into a static segment can people be put."]})
    numbers, unknown = _known(list(dict.fromkeys(ids)))
    if replace:
        segment_builds.write(segment, [])
    before = segment_builds.count(segment)
    segment_builds.add(segment, numbers)
    recounted(segment, finding(brand_id=actor.brand_id, at=at))
    record(actor, "segment.changed", segment, changed=["members"])
    return _told(segment, ids, numbers, unknown, added=segment.people - before)


def read(file: BinaryIO) -> list[str]:
    """The ids, one a line, with or without the heading `distinct_id`. Raises InvalidInput naming `file`, TooLarge."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLarge(f"At most {MAX_BYTES:,} bytes.")
    try:
        text = data.decode("utf-8-sig")
        lines = filter(any, csv.reader(io.StringIO(text, newline=""), strict=True))
        rows = list(islice(lines, MAX_ROWS + 2))  # a heading, and one too many
    except UnicodeDecodeError as error:
        raise _unfit("Not UTF-8.") from error
    except csv.Error as error:
        raise _unfit(f"Not CSV: {error}.") from error
    if rows and rows[0][0].strip().lower() in _HEADERS:
        del rows[0]
    if len(rows) > MAX_ROWS:
        raise _unfit(f"At most {MAX_ROWS:,} ids.")
    for place, row in enumerate(rows, 1):
        _check(place, row)
    if not rows:
        raise _unfit("It holds no id.")
    return [row[0].strip() for row in rows]


def _check(place: int, row: Sequence[str]) -> None:
    if len(row) != 1:
        raise _unfit(f"Row {place} has {len(row)} columns, not one.")
    if "\x00" in row[0]:
        raise _unfit(f"Row {place} holds a NUL character.")
    if len(row[0].strip()) > MAX_DISTINCT_ID:
        raise _unfit(f"Row {place} is longer than {MAX_DISTINCT_ID} characters.")


def _known(ids: Sequence[str]) -> tuple[list[int], list[str]]:
    """Whose ids these are, each person once; and the ids of nobody."""
    numbers: dict[str, int] = {}
    for start in range(0, len(ids), _AT_ONCE):
        found = DistinctId.objects.filter(distinct_id__in=ids[start : start + _AT_ONCE])
        numbers |= dict(found.values_list("distinct_id", "person"))
    into = dict(PersonMerge.objects.filter(merged__in=set(numbers.values())).values_list("merged", "into"))
    people = sorted({into.get(number, number) for number in numbers.values()})
    if not people:
        raise _unfit("Nobody came under any of these ids.")
    return people, [id_ for id_ in ids if id_ not in numbers]


def _told(segment: Segment, ids: list[str], numbers: list[int], unknown: list[str], *, added: int) -> Upload:
    repeated = len(ids) - len(set(ids))
    return Upload(segment, len(ids), repeated, len(unknown), unknown[:MOST_TOLD], len(numbers), added)


def _unfit(reason: str) -> InvalidInput:
    return InvalidInput(fields={"file": [reason]})
