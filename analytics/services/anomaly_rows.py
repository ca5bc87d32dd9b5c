"""What was seen of a metric, written: new anomalies, other numbers of known ones, and those that are none any more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet

from analytics.choices import AnomalyStatus
from analytics.models import Anomaly, Metric
from brands import events

if TYPE_CHECKING:
    from analytics.services.anomaly_detection import Seen

FOUND, STATE_CHANGED = "anomaly.found", "anomaly.state_changed"
NO_LONGER = "With the events that came late it is no anomaly any more."
ANOTHER_WATCH = "The metric is watched in another way now."
_CAUSE = ("root_cause", "suggested_action")


class Changes(NamedTuple):
    found: int
    changed: int
    resolved: int


def of_watch(metric: Metric) -> QuerySet[Any]:
    """The metric's anomalies by the interval and the detector with which it is watched."""
    return Anomaly.objects.filter(metric=metric, interval=metric.watch_interval, detector=metric.watch_detector)


def written(*, metric: Metric, seen: Seen, at: datetime) -> Changes:
    """In the brand's scope, with the metric held. A status that a person set is kept."""
    kept = of_watch(metric)
    before = {
        row.period_start: row
        for row in kept.filter(period_start__gte=seen.range.start, period_start__lt=seen.range.end)
    }
    muted = list(kept.filter(status=AnomalyStatus.MUTED, muted_until__gt=seen.range.start))
    new = [
        _new(metric, start, facts, at)
        for start, facts in seen.departed.items()
        if start not in before and not _is_muted(muted, start, facts["direction"])
    ]
    Anomaly.objects.bulk_create(new, batch_size=500)
    changed = [row for start, row in before.items() if start in seen.departed and _follow(row, seen, at)]
    # What cannot be judged any more, for what was before it is forgotten, stays what it was.
    ordinary = seen.judged - seen.departed.keys()
    gone = [row for start, row in before.items() if start in ordinary and row.status == AnomalyStatus.OPEN]
    resolved = _resolved(gone, NO_LONGER, at) + _resolved(_of_another_watch(metric), ANOTHER_WATCH, at)
    if new:
        events.append_many(brand_id=metric.brand_id, type=FOUND, payloads=[_payload(row) for row in new])
    return Changes(len(new), len(changed), resolved)


def state_payload(row: Anomaly, before: str) -> dict[str, Any]:
    by = "SYSTEM" if row.status_by_id is None else "PERSON"
    return _named(row) | {"before": before, "status": row.status, "reason": row.reason, "by": by}


def _is_muted(muted: list[Anomaly], start: datetime, direction: str) -> bool:
    """By the period, not by the moment of looking: so it makes no difference when, or how often, that is."""
    return any(
        row.direction == direction and row.muted_until is not None and row.period_start < start < row.muted_until
        for row in muted
    )


def _new(metric: Metric, start: datetime, facts: dict[str, Any], at: datetime) -> Anomaly:
    return Anomaly(
        brand_id=metric.brand_id,
        metric=metric,
        interval=metric.watch_interval,
        detector=metric.watch_detector,
        period_start=start,
        found_at=at,
        judged_at=at,
        status_at=at,
        **facts,
    )


def _follow(row: Anomaly, seen: Seen, at: datetime) -> bool:
    """Take over the numbers as they are now. What Atelier had resolved and is one again is open again; what a person
    has resolved is done with."""
    if row.status == AnomalyStatus.RESOLVED and row.status_by_id is not None:
        return False
    facts = dict(seen.departed[row.period_start])
    if facts["observed"] == row.observed:
        facts = {name: value for name, value in facts.items() if name not in _CAUSE}  # it was not looked for again
    fields = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in fields:
        setattr(row, name, facts[name])
    if row.status == AnomalyStatus.RESOLVED:
        fields += _set_status(row, AnomalyStatus.OPEN, "With the events that came late it is one again.", at)
    if fields:
        row.judged_at = at
        row.save(update_fields=[*fields, "judged_at"])
    return bool(fields)


def _of_another_watch(metric: Metric) -> list[Anomaly]:
    others = Anomaly.objects.filter(metric=metric, status=AnomalyStatus.OPEN)
    return list(others.exclude(interval=metric.watch_interval, detector=metric.watch_detector))


def _resolved(rows: list[Anomaly], reason: str, at: datetime) -> int:
    for row in rows:
        row.save(update_fields=_set_status(row, AnomalyStatus.RESOLVED, reason, at))
    return len(rows)


def _set_status(row: Anomaly, status: AnomalyStatus, reason: str, at: datetime) -> list[str]:
    """By Atelier itself, told in the log. Returns the fields to save."""
    before, row.status, row.status_at, row.status_by, row.reason = row.status, status, at, None, reason
    events.append(brand_id=row.brand_id, type=STATE_CHANGED, payload=state_payload(row, before))
    return ["status", "status_at", "status_by", "reason"]


def _payload(row: Anomaly) -> dict[str, Any]:
    told = ("severity", "direction", "observed", "expected", "low", "high", "suggested_action")
    return _named(row) | {name: getattr(row, name) for name in told}


def _named(row: Anomaly) -> dict[str, Any]:
    return {
        "anomaly": str(row.pk),
        "metric": str(row.metric_id),
        "metric_name": row.metric.name,
        "interval": row.interval,
        "period_start": row.period_start,
        "period_end": row.period_end,
        "detector": row.detector,
    }
