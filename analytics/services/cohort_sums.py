"""What a brand's cohorts add up to: from all events, or from what was kept and what is new since."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.models import CohortBuild, DailyPerson
from analytics.services import cohort_lives
from analytics.stores import postgres
from analytics.stores.base import Range
from brands.tenancy.scope import brand_scope

if TYPE_CHECKING:
    from analytics.metrics.cohorts.lives import History, Lives
    from analytics.metrics.cohorts.news import Change
    from analytics.metrics.cohorts.sums import Sums
    from analytics.metrics.stream import Activity, Arrivals, Int64s

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
# A batch is stored within this time after its events came. One that was not is noticed, and all is built anew.
STORED_WITHIN = timedelta(minutes=2)
# With more that is new than this part of all, starting anew costs less.
MOST_NEWS = 0.25


@dataclass(frozen=True)
class Asked:
    """Cohorts of all events from before `known_date` in the brand's calendar. `kept_from`: what was before is
    forgotten, and who came before does not count."""

    brand_id: UUID
    timezone: str
    known_date: date
    kept_from: datetime | None
    at: datetime

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, ZoneInfo(self.timezone))

    @property
    def until(self) -> datetime:
        return self.midnight(self.known_date)

    @property
    def told_from(self) -> datetime:
        return self.at - STORED_WITHIN


@dataclass(frozen=True, eq=False)
class Built:
    """`change`: the lives to be kept, of everyone where `whole`."""

    sums: Sums
    arrivals: Arrivals
    change: Change
    whole: bool

    def keep(self, brand_id: UUID) -> dict[str, Any]:
        """Keeps the lives; returns what the next build goes on from, as CohortBuild has it."""
        if self.whole:
            cohort_lives.replace(brand_id, self.change.now)
        else:
            gone = sorted({*self.change.former.people.tolist()} - {*self.change.now.people.tolist()})
            cohort_lives.keep(brand_id, self.change.now, gone=gone)
        return {"arrivals": asdict(self.arrivals), "sums": self.sums.to_bytes()}


def build(asked: Asked, former: CohortBuild | None) -> Built:
    """`former`: the last build, if what is new since can be added to it."""
    return (_further(asked, former) if former else None) or _anew(asked)


def _anew(asked: Asked) -> Built:
    from analytics.metrics.cohorts.lives import Lives, lives
    from analytics.metrics.cohorts.news import Change
    from analytics.metrics.cohorts.sums import sums

    everything, arrivals = postgres.store.activity(
        brand_id=asked.brand_id, within=Range(BEGINNING, asked.until), told_from=asked.told_from
    )
    now = lives(_history(everything), asked.timezone)
    now = now.without(_came_before(asked))
    return Built(sums(now), arrivals, Change(Lives.nobodys(), now), whole=True)


def _further(asked: Asked, former: CohortBuild) -> Built | None:
    """None where it must start anew."""
    import numpy as np

    from analytics.metrics.cohorts import news as further
    from analytics.metrics.cohorts.sums import Sums, updated

    newly = Range(asked.midnight(former.known_date), asked.until)
    known = _arrivals(former)
    found = postgres.store.news(brand_id=asked.brand_id, known=known, newly=newly, told_from=asked.told_from)
    if found is None or len(found.activity.at) > MOST_NEWS * found.arrivals.events:
        return None
    history = _history(found.activity)
    concerned = np.unique(np.concatenate([found.activity.person, found.merged, found.into]))
    with brand_scope(asked.brand_id):
        lived = cohort_lives.kept(asked.brand_id, concerned)
    again = np.union1d(further.begun_earlier(lived, history, asked.timezone), found.into)
    gone = np.concatenate([found.merged, _came_before(asked, concerned)])
    change = further.changed(lived, history, _lives_of(asked, again), gone, asked.timezone)
    before = Sums.from_bytes(bytes(former.sums or b""))
    after = updated(before, former=change.former, now=change.now)
    return Built(after, found.arrivals, change, whole=False)


def _lives_of(asked: Asked, people: Int64s) -> Lives:
    """From all their events."""
    from analytics.metrics.cohorts.lives import Lives, lives

    if not len(people):
        return Lives.nobodys()
    everything = postgres.store.activity_of(
        brand_id=asked.brand_id, people=people.tolist(), within=Range(BEGINNING, asked.until)
    )
    return lives(_history(everything), asked.timezone)


def _came_before(asked: Asked, people: Int64s | None = None) -> Int64s:
    """Who of them was there when events were that are forgotten now: the roll-ups still know."""
    import numpy as np

    if asked.kept_from is None:
        return np.zeros(0, np.int64)
    with brand_scope(asked.brand_id):
        older = DailyPerson.objects.filter(brand_id=asked.brand_id, day_date__lt=asked.kept_from.date())
        if people is not None:
            older = older.filter(person__in=people.tolist())
        return np.array(older.values_list("person", flat=True).distinct(), np.int64)


def _arrivals(build: CohortBuild) -> Arrivals:
    from analytics.metrics.stream import Arrivals

    kept: dict[str, Any] = build.arrivals or {}
    late = tuple(kept["late_events"]), tuple(kept["late_merges"])
    return Arrivals(kept["until"], kept["events"], kept["merges"], *late)


def _history(found: Activity) -> History:
    from analytics.metrics.cohorts.lives import History
    from analytics.metrics.stream import Occurrences

    done = Occurrences(found.person, found.at, found.revenue_micros)
    return History(done, done, Occurrences(found.person, found.at, found.cost_micros))
