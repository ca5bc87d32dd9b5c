"""A brand at a glance: what came, who was there, what was made and spent, who converted; beside the period before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ai_studio.services.cost_report import cost_report
from ai_studio.services.periods import Period
from ai_studio.services.report import report as studio_report
from analytics.models import Funnel, Metric
from analytics.services import funnels
from brands.permissions import Actor

if TYPE_CHECKING:
    from analytics.services.metric_values import Values as Answered

Values = Sequence[float | None]


@dataclass(frozen=True)
class Figure:
    """`values` of each day of the period and, as `former`, of the one before; None where there is none, or not yet.

    `change` is relative, of what can be compared: None where it was 0. `direction`: up, down or stable; None where no
    test was made.
    """

    total: float | None
    former_total: float | None
    values: Values
    former: Values
    change: float | None = None
    direction: str | None = None


@dataclass(frozen=True)
class Conversion:
    """Of those whose window has run out; `open` may still convert. `rate` as the report says it."""

    figure: Figure
    rate: Mapping[str, Any]
    open: int


def of_metric(*, actor: Actor, measure: str, days: Period, at: datetime) -> Figure:
    """`measure`, count or people, of all events."""
    from analytics.metrics.periods import Period as Bucket
    from analytics.services import metric_reports
    from analytics.services.metric_values import Asked

    metric = Metric(brand_id=actor.brand_id, name=measure, definition={"measure": measure, "event": None})
    asked = Asked(days.from_date, days.to_date, Bucket.DAY, compare=True)
    answer = metric_reports.values(actor=actor, metric=metric, asked=asked, at=at, kind="overview", tell=_told)
    return Figure(**{field.name: answer[field.name] for field in fields(Figure)})


def _told(found: Answered) -> dict[str, Any]:
    former = found.former
    change = former.change if former else None
    return {
        "total": found.total.value,
        "former_total": former.total.value if former else None,
        "values": [point.value for point in found.series.points],
        "former": [point.value for point in former.series.points] if former else [],
        "change": change.relative if change else None,
        "direction": change.direction if change else None,
    }


def of_generations(*, actor: Actor, days: Period, at: datetime) -> Figure:
    now, before = (
        studio_report(actor=actor, at=at, from_date=each.from_date, to_date=each.to_date)
        for each in (days, days.former)
    )
    each_day, former = ({day: float(made.total) for day, made in one.days.items()} for one in (now, before))
    return Figure(
        now.totals.total,
        before.totals.total,
        _until(at, days, each_day),
        _until(at, days.former, former),
        now.trend["total"].relative,
    )


def of_spending(*, actor: Actor, days: Period, at: datetime) -> Figure:
    """In USD."""
    now, before = (
        cost_report(actor=actor, at=at, group_by=["day"], from_date=each.from_date, to_date=each.to_date)
        for each in (days, days.former)
    )
    total, former_total = float(now.total.amount_usd), float(before.total.amount_usd)
    each_day, former = ({row.keys["day"]: float(row.amount_usd) for row in one.rows} for one in (now, before))
    return Figure(
        total,
        former_total,
        _until(at, days, each_day),
        _until(at, days.former, former),
        total / former_total - 1 if former_total else None,
    )


def of_funnel(*, funnel: Funnel, days: Period, at: datetime) -> Conversion:
    """Raises InvalidInput naming what is wrong with the funnel's question."""
    from analytics.metrics.trends import of_rates

    now, before = (funnels.Asked(funnel.brand_id, funnel.definition, each, at=at) for each in (days, days.former))
    whole, former = funnels.report(now), funnels.report(before)
    rate, other = whole["settled_conversion"], former["settled_conversion"]
    tested = of_rates(rate["count"], rate["of"], other["count"], other["of"])
    figure = Figure(
        rate["value"],
        other["value"],
        _by_day(now),
        _by_day(before),
        tested.change if tested else None,
        tested.direction if tested else None,
    )
    return Conversion(figure, rate, whole["open"])


def _by_day(asked: funnels.Asked) -> list[float | None]:
    found = funnels.trend(asked, interval="day", from_step=0, to_step=None)
    return [period["settled_conversion"]["value"] for period in found["periods"]]


def _until(at: datetime, days: Period, each_day: Mapping[date, float]) -> list[float | None]:
    """0 on days without any, None on those that are still to come."""
    midnights = days.midnights()
    return [
        each_day.get(day, 0.0) if begins <= at else None for day, begins in zip(days.dates, midnights, strict=False)
    ]
