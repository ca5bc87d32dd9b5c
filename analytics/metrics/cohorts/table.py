"""The table of cohorts: what they brought and who was there again, up to 7, 30, 90, 180, 365 days after they came."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from math import sqrt

import numpy as np
from scipy import special

from analytics.metrics.cohorts.lives import PERIODS
from analytics.metrics.cohorts.part import Part, Retention
from analytics.metrics.cohorts.sums import Sums
from analytics.metrics.periods import Buckets, dates
from analytics.metrics.trends import Sample, Trend, of_means, of_rates

_MICRO = Decimal("0.000001")


@dataclass(frozen=True)
class Cell:
    """What a cohort did in its first `period` days, the day on which each of them came included.

    Money is exact, in the brand's currency; `ltv` is the revenue of a person, with its t interval where there are two.
    Before `matures_at` all of it is None, but for a retention that can be estimated. Trends: beside the cohort before.
    """

    period: int
    matures_at: date
    retention: Retention | None = None
    revenue: Decimal | None = None
    ltv: Decimal | None = None
    ltv_interval: tuple[Decimal, Decimal] | None = None
    cost: Decimal | None = None
    margin: Decimal | None = None
    retention_trend: Trend | None = None
    ltv_trend: Trend | None = None


@dataclass(frozen=True)
class Cohort:
    """People who came in the same day, week or month; so far, when it is not `complete`."""

    label: str
    people: int
    complete: bool
    cells: tuple[Cell, ...]


def table(sums: Sums, cohorts: Buckets, *, known_until: int) -> tuple[Cohort, ...]:
    """`cohorts`: days, weeks or months. `known_until`: all events before it have arrived (microseconds since 1970)."""
    starts = dates(cohorts.edges, cohorts.timezone).tolist()
    last_day = int(dates(np.array([known_until], np.int64), cohorts.timezone)[0]) - 1
    found = []
    former: dict[int, tuple[Part, Cell]] = {}
    for label, start, end in zip(cohorts.labels, starts[:-1], starts[1:], strict=True):
        part = Part(sums.between(start, end), last_day - np.arange(start, end))
        cells = [_cell(part, number, end - 2, last_day) for number in range(len(PERIODS))]
        for number, cell in enumerate(cells):
            if cell.ltv is not None:
                cells[number] = _beside(number, part, cell, *former[number]) if number in former else cell
                former[number] = part, cell
        found.append(Cohort(label, part.people, last_day >= end - 1, tuple(cells)))
    return tuple(found)


def _cell(part: Part, number: int, day_before_last: int, last_day: int) -> Cell:
    """The last period of anyone in the cohort ends with the day `day_before_last` + period."""
    period = PERIODS[number]
    whole = last_day >= day_before_last + period
    matures_at = date.fromordinal(day_before_last + period + 1)
    cell = Cell(period, matures_at, part.retention(number, whole=whole))
    if not whole:
        return cell
    revenue, cost = _money(part.revenue_micros(number)), _money(part.cost_micros(number))
    cell = replace(cell, revenue=revenue, cost=cost, margin=revenue - cost)
    if not part.people:
        return cell
    interval = _interval(part.revenue_of_a_person(number))
    return replace(cell, ltv=_rounded(revenue / part.people), ltv_interval=interval)


def _beside(number: int, part: Part, cell: Cell, former: Part, before: Cell) -> Cell:
    now, then = cell.retention, before.retention
    rates = None
    if now and then and now.seen is not None and then.seen is not None:
        rates = of_rates(now.seen, part.people, then.seen, former.people)
    means = of_means(part.revenue_of_a_person(number), former.revenue_of_a_person(number))
    return replace(cell, retention_trend=rates, ltv_trend=means)


def _interval(sample: Sample, confidence: float = 0.95) -> tuple[Decimal, Decimal] | None:
    if sample.count <= 1:
        return None
    half = float(special.stdtrit(sample.count - 1, 0.5 + confidence / 2)) * sqrt(sample.variance / sample.count)
    return _rounded(Decimal(sample.mean - half)), _rounded(Decimal(sample.mean + half))


def _money(micros: int) -> Decimal:
    return Decimal(micros).scaleb(-6)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_MICRO, rounding=ROUND_HALF_EVEN)
