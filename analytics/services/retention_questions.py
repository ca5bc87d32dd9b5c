"""Questions about retention, before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ai_studio.services.periods import Period as Days
from analytics.services.narrowing import InSegment
from analytics.stores.base import Range
from brands.errors import InvalidInput

if TYPE_CHECKING:
    from analytics.metrics.periods import Buckets
    from analytics.metrics.retention.question import Question

MAX_DAYS = 4_000
MAX_COHORTS = 400
MAX_CELLS = 20_000
# A table for each of the largest values, one for the rest, and the whole.
TABLES_OF_BREAKDOWN = 27
# Before any event: first times look at all of history.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_LEAST = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=28)}


@dataclass(frozen=True)
class Asked:
    """`start`, `back`: {event, filters}, the events that bring people in and those by which they are back.

    `days`: those in which the cohorts began; the periods that they are in count as a whole. What came after `as_of` is
    not known; without it, after `at`, the moment of asking. `people`: whom alone it is about; None: everyone.
    `breakdown`: a property of the events that bring people in.
    """

    brand_id: UUID
    start: Mapping[str, Any]
    back: Mapping[str, Any]
    days: Days
    at: datetime
    period: str
    columns: int
    entry: str
    match: str
    windows: str
    week_start: str
    minimum: int = 1
    as_of: datetime | None = None
    people: InSegment | None = None
    breakdown: str | None = None

    @property
    def known_until(self) -> datetime:
        """Never what is still to come: nobody's time has run out by then."""
        return min(self.as_of or self.at, self.at)

    @property
    def is_fixed(self) -> bool:
        """Whether it is asked as of a moment that does not move."""
        return self.as_of is not None and self.as_of <= self.at

    def words(self) -> dict[str, Any]:
        return {
            "start": dict(self.start),
            "return": dict(self.back),
            "from": self.days.from_date,
            "to": self.days.to_date,
            "timezone": self.days.timezone,
            "period": self.period,
            "columns": self.columns,
            "entry": self.entry,
            "match": self.match,
            "windows": self.windows,
            "week_start": self.week_start,
            "minimum_occurrences": self.minimum,
            **(self.people.words() if self.people else {}),
            "breakdown": self.breakdown,
        }


def check(asked: Asked) -> None:
    """Raises InvalidInput for more cohorts or cells than a table may have, before any of it is read."""
    cohorts = -(-timedelta(days=asked.days.days) // _LEAST[asked.period]) + 1
    if cohorts > MAX_COHORTS + 1:
        raise InvalidInput(fields={"from": [f"At most {MAX_COHORTS} cohorts: ask for longer periods or fewer days."]})
    most = MAX_CELLS if asked.breakdown is None else MAX_CELLS // TABLES_OF_BREAKDOWN
    if cohorts * asked.columns > most:
        why = f"At most {most} cells{'' if asked.breakdown is None else ' with a breakdown'}"
        raise InvalidInput(fields={"columns": [f"{why}: ask for fewer columns or fewer days."]})


def question(asked: Asked) -> Question:
    from analytics.metrics.periods import microseconds
    from analytics.metrics.retention.question import Entry, Match, Question, Windows

    rows = _buckets(asked)
    further = asked.columns - 1
    last = rows.starts()[-1]
    if asked.match == Match.ON_OR_AFTER and asked.known_until > last:
        further = max(further, len(_buckets(asked, last, asked.known_until)))
    return Question(
        periods=_buckets(asked, further=further),
        rows=len(rows),
        columns=asked.columns,
        known_until=microseconds(asked.known_until),
        entry=Entry(asked.entry),
        match=Match(asked.match),
        windows=Windows(asked.windows),
        minimum=asked.minimum,
    )


def _buckets(asked: Asked, start: datetime | None = None, end: datetime | None = None, *, further: int = 0) -> Buckets:
    from analytics.metrics.periods import Period, WeekStart, buckets

    midnights = asked.days.midnights()
    return buckets(
        start or midnights[0],
        end or midnights[-1],
        Period(asked.period),
        asked.days.timezone,
        WeekStart(asked.week_start),
        further=further,
    )


def ranges(asked: Asked, about: Question) -> tuple[Range, Range]:
    """When the start events and the return events that the question is about were."""
    from analytics.metrics.periods import moment
    from analytics.metrics.retention.question import Entry, Match

    ever = about.entry in {Entry.FIRST_TIME, Entry.FIRST_EVER}
    begin, end = moment(int(about.periods.edges[0])), moment(int(about.periods.edges[about.rows]))
    last = moment(about.ends_at(about.rows - 1, about.columns - 1))
    until = asked.known_until
    returns_until = until if about.match is Match.ON_OR_AFTER else min(last, until)
    starts = Range(_BEGINNING if ever else begin, max(min(end, until), begin))
    return starts, Range(begin, max(returns_until, begin))
