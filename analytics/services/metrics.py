"""Metrics: kept, changed, forgotten."""

from typing import Any

from analytics.errors import TooManyMetrics
from analytics.models import Metric
from brands import audit, events
from brands.errors import InvalidInput, NotFound
from brands.models import Brand
from brands.permissions import Actor, require, visible
from brands.services.conflicts import refused_as

CAPABILITY = "analytics.edit"
ONCE = "metric_name_once"
MOST_METRICS = 200
# What was found before a change of these answers another question.
_WATCHED = {"definition", "watched", "watch_interval", "watch_detector", "watch_breakdowns"}


def create(*, actor: Actor, name: str, definition: dict[str, Any], **facts: Any) -> Metric:
    """Raises InvalidInput naming `name` when it is taken, and TooManyMetrics."""
    brand = Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.brand_id)
    require(actor, CAPABILITY, brand)
    if Metric.objects.count() >= MOST_METRICS:
        raise TooManyMetrics(f"A brand keeps at most {MOST_METRICS} metrics.")
    made = Metric(brand_id=actor.brand_id, created_by_id=actor.person_id, name=name, definition=definition, **facts)
    with refused_as(**{ONCE: _taken()}):
        made.save(force_insert=True)
    _record(actor, "metric.created", made)
    return made


def change(*, actor: Actor, metric: Metric, **changes: Any) -> Metric:
    """Raises InvalidInput naming `name` when it is taken."""
    metric = _held(actor, metric)
    changed = sorted(field for field, value in changes.items() if getattr(metric, field) != value)
    if not changed:
        return metric
    for field in changed:
        setattr(metric, field, changes[field])
    if _WATCHED & {*changed}:
        metric.watch_due_at = None
    with refused_as(**{ONCE: _taken()}):
        metric.save(update_fields=[*changed, "watch_due_at", "updated_at"])
    _record(actor, "metric.changed", metric, changed=changed)
    return metric


def delete(*, actor: Actor, metric: Metric) -> None:
    metric = _held(actor, metric)
    _record(actor, "metric.deleted", metric)
    metric.delete()


def _held(actor: Actor, metric: Metric) -> Metric:
    """As it is now, until the commit."""
    known = visible(actor, "analytics.view", Metric.objects.all())
    held: Metric | None = known.select_for_update(of=("self",)).filter(pk=metric.pk).first()
    if held is None:
        raise NotFound()
    require(actor, CAPABILITY, held)
    return held


def _taken() -> InvalidInput:
    return InvalidInput(fields={"name": ["Another metric has this name."]})


def _record(actor: Actor, action: str, metric: Metric, **details: Any) -> None:
    audit.record(actor=actor, action=action, obj=metric, name=metric.name, **details)
    events.append(brand_id=metric.brand_id, type=action, payload={"metric": str(metric.pk), **details})
