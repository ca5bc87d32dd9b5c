"""What people who converted did more, or less, often than the others. An association: it does not prove a cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from scipy import special, stats

from analytics.metrics.funnel.kernel import NOT_AT, People
from analytics.metrics.funnel.question import Question
from analytics.metrics.funnel.rows import Bools
from analytics.metrics.intervals import CONFIDENCE
from analytics.metrics.stream import Column, Int64s, Occurrences, Traits

SMALLEST_EXPECTED = 5
PRIOR = 1


@dataclass(frozen=True)
class Driver:
    """`converted_with` of `converted` people did it, `others_with` of `others`. `q_value`: Benjamini, Hochberg 1995."""

    name: str
    converted_with: int
    converted: int
    others_with: int
    others: int
    odds_ratio: float
    low: float
    high: float
    p_value: float
    q_value: float

    @property
    def helps(self) -> bool:
        return self.odds_ratio > 1


def drivers(
    people: People,
    question: Question,
    candidates: Mapping[str, Occurrences],
    entered_with: Mapping[str, Bools] | None = None,
    confidence: float = CONFIDENCE,
) -> tuple[Driver, ...]:
    """`candidates`: events by name; `entered_with`: of each of the people whether it holds of their entry, by name.

    By the strength of the association, strongest first. Events count after the entry and before the conversion, or
    the end of the window; people who can still convert are left out, and so are events that nobody counted did.

    Odds ratio with 1 added to every cell as PostHog does it
    (https://posthog.com/docs/product-analytics/correlation), interval by Woolf's logit on the same cells; p by
    Pearson's chi² or, where an expected count is below 5, Fisher's exact test, on the cells as they are.
    """
    which = is_decided(people)
    decided = people.taken(which)
    until = np.where(decided.converted, decided.at[question.last_step], decided.started_at + question.window)
    having = {name: did(decided, until, found) for name, found in candidates.items()}
    having |= {name: of_whom[which] for name, of_whom in (entered_with or {}).items()}
    tables = {name: _table(decided, of_whom) for name, of_whom in having.items()}
    tables = {name: table for name, table in sorted(tables.items()) if table[0] + table[2]}
    p_values = [_p_value(*table) for table in tables.values()]
    q_values: list[float] = stats.false_discovery_control(p_values).tolist() if p_values else []
    found = [
        _driver(name, table, p, q, confidence)
        for (name, table), p, q in zip(tables.items(), p_values, q_values, strict=True)
    ]
    return tuple(sorted(found, key=lambda driver: -abs(log(driver.odds_ratio))))


def is_decided(people: People) -> Bools:
    """Of each person whether they entered and their fate is known."""
    return ~people.open & people.at_step(0)


def entry_values(people: People, traits: Traits, column: Column) -> Int64s:
    """Of each person, who ascend, the value of the event that is their first step: its index, or -1. Of several at one
    instant the value that comes first."""
    place = np.searchsorted(people.person, traits.person)
    known = place < len(people)
    place, person, at, value = place[known], traits.person[known], traits.at[known], column.value[known]
    entry = (people.person[place] == person) & (people.at[0][place] == at) & (at != NOT_AT) & (value >= 0)
    found = np.full(len(people), len(column.values))
    np.minimum.at(found, place[entry], value[entry])
    return np.where(found < len(column.values), found, -1)


def did(people: People, until: Int64s, found: Occurrences) -> Bools:
    """Of each person, who ascend, whether one of these events lies after their entry and before `until`."""
    place = np.searchsorted(people.person, found.person)
    known = place < len(people)
    place, at, person = place[known], found.at[known], found.person[known]
    inside = (people.person[place] == person) & (at > people.started_at[place]) & (at < until[place])
    return np.bincount(place[inside], minlength=len(people)) > 0


def _table(people: People, having: Bools) -> tuple[int, int, int, int]:
    """Converted with and without, others with and without."""
    converted = people.converted
    cells = (converted & having, converted & ~having, ~converted & having, ~converted & ~having)
    first, second, third, fourth = (int(np.count_nonzero(cell)) for cell in cells)
    return first, second, third, fourth


def _p_value(a: int, b: int, c: int, d: int) -> float:
    table = np.array([[a, b], [c, d]])
    margins = (table.sum(axis=0), table.sum(axis=1))
    if min(margins[0].min(), margins[1].min()) == 0:
        return 1.0
    if np.outer(margins[1], margins[0]).min() / table.sum() < SMALLEST_EXPECTED:
        return float(stats.fisher_exact(table).pvalue)
    return float(stats.chi2_contingency(table, correction=False).pvalue)


def _driver(name: str, table: tuple[int, int, int, int], p: float, q: float, confidence: float) -> Driver:
    a, b, c, d = (cell + PRIOR for cell in table)
    center = log(a * d / (b * c))
    half = float(special.ndtri(0.5 + confidence / 2)) * sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return Driver(
        name=name,
        converted_with=table[0],
        converted=table[0] + table[1],
        others_with=table[2],
        others=table[2] + table[3],
        odds_ratio=a * d / (b * c),
        low=exp(center - half),
        high=exp(center + half),
        p_value=p,
        q_value=q,
    )
