"""Anomalies that are kept: found by beat or when somebody asks, and what people make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from analytics.choices import AnomalyStatus, NotJudged
from analytics.errors import WrongAnomalyState
from analytics.models import Anomaly, Metric
from analytics.services import anomaly_rows
from analytics.stores import postgres
from brands import audit, events
from brands.errors import InvalidInput, NotFound
from brands.models import Brand
from brands.permissions import Actor, require, visible
from brands.tenancy.scope import brand_scope

if TYPE_CHECKING:
    from analytics.services.anomaly_detection import Seen

CAPABILITY = "analytics.edit"
MOST_AT_ONCE = 12
# Late events change periods that were judged: so often is looked whether some came.
LATE_EVERY = timedelta(hours=6)
MUTED_FOR = timedelta(days=7)
LONGEST_MUTE = timedelta(days=366)
# From which a status may follow.
AFTER = {
    AnomalyStatus.OPEN: {AnomalyStatus.ACKNOWLEDGED, AnomalyStatus.MUTED, AnomalyStatus.RESOLVED},
    AnomalyStatus.ACKNOWLEDGED: {AnomalyStatus.OPEN, AnomalyStatus.MUTED},
    AnomalyStatus.MUTED: {AnomalyStatus.OPEN, AnomalyStatus.ACKNOWLEDGED, AnomalyStatus.MUTED},
    AnomalyStatus.RESOLVED: {AnomalyStatus.OPEN, AnomalyStatus.ACKNOWLEDGED, AnomalyStatus.MUTED},
}
_DONE = {
    AnomalyStatus.OPEN: "anomaly.reopened",
    AnomalyStatus.ACKNOWLEDGED: "anomaly.acknowledged",
    AnomalyStatus.MUTED: "anomaly.muted",
    AnomalyStatus.RESOLVED: "anomaly.resolved",
}


@dataclass(frozen=True)
class Outcome:
    """Of one metric: how many periods were judged, or why none was, and what that changed."""

    metric: Metric
    judged: int
    not_judged: NotJudged | None
    found: int
    changed: int
    resolved: int


def due(*, at: datetime) -> list[UUID]:
    """Brands with a watched metric one of whose periods has ended, or for which events may have come late."""
    watched = Metric.objects.all_brands(reason="anomalies").filter(watched=True)
    is_due = Q(watch_due_at=None) | Q(watch_due_at__lte=at) | Q(watch_checked_at__lte=at - LATE_EVERY)
    return list(watched.filter(is_due).order_by().values_list("brand_id", flat=True).distinct())


def detect(
    *, brand_id: UUID, at: datetime, metrics: Sequence[UUID] | None = None, from_date: date | None = None
) -> list[Outcome]:
    """Look for anomalies of the brand's watched metrics that are due, or of `metrics`, due or not; from `from_date` on.

    Done again, it changes nothing: a period has one anomaly, whose numbers follow the events. Reads no event where
    nothing is due. Raises InvalidInput naming `metrics` or `from`.
    """
    version = postgres.store.version(brand_id=brand_id)
    with brand_scope(brand_id):
        brand = Brand.objects.get(pk=brand_id)
        chosen = _chosen(metrics)
        looked_at = chosen if metrics is not None or from_date is not None else _due_of(chosen, version, at)
    groups = [looked_at[start : start + MOST_AT_ONCE] for start in range(0, len(looked_at), MOST_AT_ONCE)]
    return [outcome for group in groups for outcome in _detected(brand, group, version, from_date, at)]


def asked(*, actor: Actor, metrics: Sequence[UUID] | None, from_date: date | None, at: datetime) -> list[Outcome]:
    """The same when somebody asks, of a few metrics; without `metrics` of all that are watched, if those are few."""
    require(actor, CAPABILITY, Brand.objects.get(pk=actor.brand_id))
    watched = [metric.pk for metric in Metric.objects.filter(watched=True)[: MOST_AT_ONCE + 1]]
    wanted = list(dict.fromkeys(watched if metrics is None else metrics))
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidInput(fields={"metrics": [f"At most {MOST_AT_ONCE} at once: name them."]})
    return detect(brand_id=actor.brand_id, at=at, metrics=wanted, from_date=from_date)


def change_state(
    *,
    actor: Actor,
    anomaly: Anomaly,
    to: AnomalyStatus,
    until: datetime | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Anomaly:
    """`until`, of a mute: a week where nothing is said. Raises WrongAnomalyState, and InvalidInput naming `until`."""
    at = at or timezone.now()
    held = _held(actor, anomaly)
    if held.status not in AFTER[to]:
        raise WrongAnomalyState(f"An anomaly that is {held.status} cannot become {to}.", status_now=held.status)
    before, held.status = held.status, to
    held.muted_until = _muted_until(until, at) if to is AnomalyStatus.MUTED else None
    held.status_by_id, held.status_at, held.reason = actor.person_id, at, reason
    held.save(update_fields=["status", "status_by", "status_at", "reason", "muted_until"])
    audit.record(actor=actor, action=_DONE[to], obj=held, before=before, reason=reason, muted_until=_iso(held))
    payload = anomaly_rows.state_payload(held, before) | {"muted_until": _iso(held)}
    events.append(brand_id=held.brand_id, type=anomaly_rows.STATE_CHANGED, payload=payload)
    return held


def _chosen(metrics: Sequence[UUID] | None) -> list[Metric]:
    rows = Metric.objects.order_by("id")
    if metrics is None:
        return list(rows.filter(watched=True))
    found = {metric.pk: metric for metric in rows.filter(pk__in=metrics)}
    if missing := [each for each in metrics if each not in found]:
        raise InvalidInput(fields={"metrics": [f"Not found: {', '.join(map(str, missing))}."]})
    return [found[each] for each in metrics]


def _due_of(metrics: Sequence[Metric], version: int, at: datetime) -> list[Metric]:
    """Where no period has ended and no event came since, that is noted, and all there is to do."""
    found: list[Metric] = []
    same: list[Metric] = []
    for metric in metrics:
        if metric.watch_due_at is None or metric.watch_due_at <= at:
            found.append(metric)
        elif metric.watch_checked_at is None or metric.watch_checked_at <= at - LATE_EVERY:
            (same if metric.watch_version == version else found).append(metric)
    if same:
        Metric.objects.filter(pk__in=[metric.pk for metric in same]).update(watch_checked_at=at)
    return found


def _detected(
    brand: Brand, metrics: Sequence[Metric], version: int, from_date: date | None, at: datetime
) -> list[Outcome]:
    """First all looks, then all writing: once something is in the log of the brand's events, others wait for it."""
    from analytics.services.anomaly_detection import look

    with brand_scope(brand):
        known = [dict(anomaly_rows.of_watch(each).values_list("period_start", "observed")) for each in metrics]
    seen = [
        look(store=postgres.store, brand=brand, metric=metric, known=observed, from_date=from_date, at=at)
        for metric, observed in zip(metrics, known, strict=True)
    ]
    with brand_scope(brand):
        return [_written(metric, each, version, at) for metric, each in zip(metrics, seen, strict=True)]


def _written(metric: Metric, seen: Seen, version: int, at: datetime) -> Outcome:
    # Beat and somebody may look at once: the second waits here, and writes what is then the same.
    now: Metric | None = Metric.objects.select_for_update(no_key=True, of=("self",)).filter(pk=metric.pk).first()
    if now is None or now.updated_at != metric.updated_at:
        # Forgotten or changed meanwhile: what was seen is of a question that nobody asks any more.
        return Outcome(metric, 0, None, 0, 0, 0)
    changes = anomaly_rows.written(metric=metric, seen=seen, at=at)
    judged = 0 if seen.not_judged else len(seen.judged)
    # Not by save(): that it was judged is no change of the metric.
    Metric.objects.filter(pk=metric.pk).update(
        watch_due_at=seen.due_at,
        watch_version=version,
        watch_checked_at=at,
        watch_judged=judged,
        watch_not_judged=seen.not_judged or "",
    )
    return Outcome(metric, judged, seen.not_judged, *changes)


def _held(actor: Actor, anomaly: Anomaly) -> Anomaly:
    known = visible(actor, "analytics.view", Anomaly.objects.select_related("metric", "status_by"))
    held: Anomaly | None = known.select_for_update(of=("self",)).filter(pk=anomaly.pk).first()
    if held is None:
        raise NotFound()
    require(actor, CAPABILITY, held)
    return held


def _muted_until(until: datetime | None, at: datetime) -> datetime:
    if until is None:
        return at + MUTED_FOR
    if not at < until <= at + LONGEST_MUTE:
        raise InvalidInput(fields={"until": [f"A moment to come, in at most {LONGEST_MUTE.days} days."]})
    return until


def _iso(anomaly: Anomaly) -> str | None:
    return anomaly.muted_until.isoformat() if anomaly.muted_until else None
