"""Lives that go on: what new events change of what was known, so that nobody else's life is looked at."""

from dataclasses import dataclass, fields

import numpy as np

from analytics.metrics.cohorts.lives import History, Lives, lives
from analytics.metrics.people import earliest, places
from analytics.metrics.periods import dates
from analytics.metrics.stream import Int64s


@dataclass(frozen=True, eq=False)
class Change:
    """Of those of whom something else is known than before: what was, and what is. Who is only in `former` is somebody
    else now, or does not count any more."""

    former: Lives
    now: Lives


def begun_earlier(known: Lives, news: History, timezone: str) -> Int64s:
    """Who came earlier than was known: their ages are others, so that all their events count anew."""
    people, first = earliest(news.starts.person, news.starts.at)
    place = places(known.people, people)
    people, first, place = people[place >= 0], first[place >= 0], place[place >= 0]
    return people[dates(first, timezone) < known.came[place]]


def changed(known: Lives, news: History, anew: Lives, gone: Int64s, timezone: str) -> Change:
    """`known` and `news`: of all people concerned. `anew`: lives that replace the known; `gone`: whose are no more."""
    replaced = np.union1d(anew.people, gone)
    going_on = lives(_without(news, replaced), timezone, known.without(replaced))
    return _differing(known, going_on.and_of(anew.without(gone)))


def _without(news: History, people: Int64s) -> History:
    return History(*(getattr(news, field.name).taken(~np.isin(getattr(news, field.name).person, people))
                     for field in fields(news)))  # fmt: skip


def _differing(former: Lives, now: Lives) -> Change:
    place = places(now.people, former.people)
    still = np.flatnonzero(place >= 0)
    same = still[(_rows(former)[still] == _rows(now)[place[still]]).all(axis=1)]
    return Change(former.taken(_all_but(len(former), same)), now.taken(_all_but(len(now), place[same])))


def _rows(found: Lives) -> Int64s:
    return np.column_stack([getattr(found, field.name) for field in fields(found)])


def _all_but(count: int, which: Int64s) -> Int64s:
    return np.delete(np.arange(count), which)
