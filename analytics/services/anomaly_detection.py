"""What one metric's watch finds: its periods that have ended, judged, and what explains those that departed."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analytics.choices import Detector as Word
from analytics.choices import Direction, Interval, NotJudged, Severity
from analytics.metrics.anomalies.actions import suggested_action
from analytics.metrics.anomalies.bands import FENCES, Detector, Method
from analytics.metrics.anomalies.found import Anomaly as Found
from analytics.metrics.anomalies.subjects import Subject
from analytics.metrics.periods import Period, microseconds, moment
from analytics.models import Metric
from analytics.models.anomaly import MAX_ACTION
from analytics.services.anomaly_causes import Cause, causes
from analytics.services.definitions import read
from analytics.services.metric_anomalies import Judgement, judge
from analytics.services.metric_values import Asked
from analytics.stores.base import Range, Store
from brands.models import Brand

# So late may events come, with a day to spare: what is older is not judged again.
LOOK_BACK_DAYS = 31
# At the first look there is history to show; of hours no more than is looked at later too.
FIRST_LOOK_DAYS = 366


@dataclass(frozen=True, eq=False)
class Seen:
    """`range`: the asked periods that have ended. `departed`: the fields of each anomaly but its state, by the start of
    its period. `judged`: the starts of the periods that were. `due_at`: when the period that runs ends."""

    range: Range
    departed: Mapping[datetime, dict[str, Any]]
    judged: Set[datetime]
    not_judged: NotJudged | None
    due_at: datetime


def look(
    *,
    store: Store,
    brand: Brand,
    metric: Metric,
    known: Mapping[datetime, float],
    from_date: date | None,
    at: datetime,
) -> Seen:
    """`known`: what was observed of the anomalies that are kept: what did not change is not explained again.

    Raises InvalidInput naming `from` where the range is inverted or has too many periods.
    """
    definition, detector = read(metric.definition), detector_of(metric)
    asked = Asked(from_date or _first_day(metric, brand, at), None, Period(metric.watch_interval.lower()))
    judgement = judge(
        store=store,
        brand_id=brand.pk,
        timezone=brand.timezone,
        definition=definition,
        asked=asked,
        detector=detector,
        at=at,
    )
    explained = causes(
        store=store,
        brand_id=brand.pk,
        definition=definition,
        judgement=judgement,
        anomalies=[each for each in judgement.anomalies if known.get(_start(judgement, each)) != each.value],
        wanted=metric.watch_breakdowns,
        window=detector.window,
    )
    reason = _not_judged(judgement)
    edges = judgement.cut.edges.tolist()
    ended = max(judgement.first, len(judgement.known))
    return Seen(
        range=Range(moment(edges[judgement.first]), moment(edges[ended])),
        departed={
            _start(judgement, each): _facts(judgement, each, metric, explained.get(each.index))
            for each in judgement.anomalies
        },
        judged={moment(edges[index]) for index in judgement.judged},
        not_judged=reason,
        due_at=moment(next(edge for edge in edges if edge > microseconds(at))),
    )


def detector_of(metric: Metric) -> Detector:
    """The place where a learned detector is chosen by its word."""
    word = Word(metric.watch_detector)
    return FENCES if word is Word.IQR else replace(Detector(), method=Method(word.lower()))


def _first_day(metric: Metric, brand: Brand, at: datetime) -> date:
    is_first = metric.watch_due_at is None and metric.watch_interval != Interval.HOUR
    days = FIRST_LOOK_DAYS if is_first else LOOK_BACK_DAYS
    return at.astimezone(ZoneInfo(brand.timezone)).date() - timedelta(days=days)


def _not_judged(judgement: Judgement) -> NotJudged | None:
    if not judgement.has_events:
        return NotJudged.NO_EVENTS
    if not judgement.judged:
        return NotJudged.TOO_SHORT
    return None if judgement.varied else NotJudged.ZERO_VARIANCE


def _start(judgement: Judgement, anomaly: Found) -> datetime:
    return moment(int(judgement.cut.edges[anomaly.index]))


def _facts(judgement: Judgement, anomaly: Found, metric: Metric, cause: Cause | None) -> dict[str, Any]:
    dimension, value = (cause.dimension, cause.value) if cause else ("", "")
    action = suggested_action(Subject(metric.subject), anomaly.side, dimension=dimension, cause=value)
    return {
        "period_end": moment(int(judgement.cut.edges[anomaly.index + 1])),
        "observed": anomaly.value,
        "expected": anomaly.band.expected,
        "low": anomaly.band.low,
        "high": anomaly.band.high,
        "spreads": anomaly.spreads,
        "severity": Severity(anomaly.severity.upper()),
        "direction": Direction(anomaly.side.upper()),
        "root_cause": cause.words() if cause else None,
        "suggested_action": action[:MAX_ACTION],
    }
