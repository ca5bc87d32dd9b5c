"""Retention for each value of a property of the event that brought people in."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from analytics.metrics.people import places
from analytics.metrics.retention.presence import Presence
from analytics.metrics.stream import Int64s, Samples

MOST_VALUES = 25


@dataclass(frozen=True, eq=False)
class Part:
    """`value` is None for those whose event has none; `is_rest`: all values beyond the largest together."""

    value: str | None
    is_rest: bool
    presence: Presence


def parts(presence: Presence, starts: Samples, most: int = MOST_VALUES) -> tuple[Part, ...]:
    """Largest first, the rest last; they add up to the whole: in each cohort that they are in, a person has the value
    of their first start event of its period. `starts`: the same events, with values; of several at one instant the
    value that comes first."""
    if starts.value is None:
        raise ValueError("These events carry no values.")
    who, cohort, value = _entries(presence, starts, starts.value)
    kept, sizes = np.unique(value, return_counts=True)
    kept = kept[np.argsort(-sizes, kind="stable")]

    def part(which: Int64s, name: str | None, *, is_rest: bool = False) -> Part:
        of = np.isin(value, which)
        ones = np.ones(np.count_nonzero(of), np.int32)
        entered = sparse.coo_array((ones, (who[of], cohort[of])), shape=presence.entered.shape).tocsr()
        return Part(name, is_rest, replace(presence, entered=entered))

    found = [part(each, starts.values[each] if each >= 0 else None) for each in kept[:most]]
    return (*found, part(kept[most:], None, is_rest=True)) if len(kept) > most else tuple(found)


def _entries(presence: Presence, starts: Samples, value: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """Of each person in each of their cohorts, by their places: the value, -1 for none."""
    who, cohort = places(presence.people, starts.person), presence.question.periods.numbers(starts.at)
    rows = presence.question.rows
    inside = (who >= 0) & (cohort >= 0) & (cohort < rows)
    who, cohort, at, value = who[inside], cohort[inside], starts.at[inside], value[inside]
    pair = who * rows + cohort
    order = np.lexsort((value, at, pair))
    pair, first = np.unique(pair[order], return_index=True)
    value = value[order][first]
    entered = presence.entered.tocoo()
    # Not every start begins a cohort: of first times only the first does.
    is_entry = np.isin(pair, entered.row.astype(np.int64) * rows + entered.col)
    return pair[is_entry] // rows, pair[is_entry] % rows, value[is_entry]
