"""Answers about metrics that are kept: asked again while nothing changed, they cost no look at events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from analytics.metrics.anomalies.bands import Detector
from analytics.metrics.periods import microseconds
from analytics.models import Metric
from analytics.services import answers, metric_answers
from analytics.services.metric_anomalies import Departures
from analytics.services.metric_answers import CAPABILITY, Related
from analytics.services.metric_values import Asked, Values, cut_of
from analytics.services.narrowing import in_segment
from analytics.stores import postgres
from brands.models import Brand
from brands.permissions import Actor, require

# How what was found is said: JSON.
Told = dict[str, Any]


def values(
    *, actor: Actor, metric: Metric, asked: Asked, at: datetime, kind: str, tell: Callable[[Values], Told], **said: Any
) -> Told:
    """`said`: what else the answer of this `kind` depends on, as the size of a picture. Raises InvalidInput naming
    `from` or `segment`."""
    require(actor, CAPABILITY, metric)
    return _kept(
        kind,
        {"definition": metric.definition, **said},
        lambda: tell(metric_answers.metric_values(actor=actor, metric=metric, asked=asked, at=at)),
        actor=actor,
        asked=asked,
        at=at,
    )


def departures(
    *,
    actor: Actor,
    metric: Metric,
    asked: Asked,
    detector: Detector,
    at: datetime,
    tell: Callable[[Departures], Told],
) -> Told:
    """Raises InvalidInput naming `from`."""
    require(actor, CAPABILITY, metric)
    question = {"definition": metric.definition, "subject": metric.subject, "detector": asdict(detector)}
    find = metric_answers.metric_anomalies
    return _kept(
        "metric.anomalies",
        question,
        lambda: tell(find(actor=actor, metric=metric, asked=asked, detector=detector, at=at)),
        actor=actor,
        asked=asked,
        at=at,
    )


def related(
    *,
    actor: Actor,
    metric_ids: Sequence[UUID],
    most_lead: int,
    asked: Asked,
    at: datetime,
    kind: str,
    tell: Callable[[Related], Told],
    said: Mapping[str, Any],
) -> Told:
    """`said` as in values. Raises InvalidInput naming `from` or `metric`."""
    metrics = metric_answers.chosen(actor=actor, ids=metric_ids)
    question = {"metrics": [[each.name, each.definition] for each in metrics], "most_lead": most_lead, **said}
    find = metric_answers.related
    return _kept(
        kind,
        question,
        lambda: tell(find(actor=actor, metric_ids=metric_ids, asked=asked, most_lead=most_lead, at=at)),
        actor=actor,
        asked=asked,
        at=at,
    )


def _kept(
    kind: str, question: Mapping[str, Any], compute: Callable[[], Told], *, actor: Actor, asked: Asked, at: datetime
) -> Told:
    brand = Brand.objects.get(pk=actor.brand_id)
    cut = cut_of(asked, brand.timezone, at)
    people = in_segment(brand_id=brand.pk, segment_id=asked.segment_id)
    words = {
        **question,
        "from": int(cut.edges[0]),
        "until": int(cut.edges[-1]),
        "by": cut.period,
        "week_start": asked.week_start,
        "breakdown": asked.breakdown,
        "compare": asked.compare,
        **(people.words() if people else {}),
        "timezone": brand.timezone,
        "currency": brand.currency,
    }
    # What has not ended means something else a moment later, of the same events.
    is_over = int(cut.edges[-1]) <= microseconds(at)
    return answers.kept(
        brand_id=brand.pk,
        kind=kind,
        question=words,
        version=postgres.store.version(brand_id=brand.pk),
        compute=compute,
        seconds=lambda _: answers.KEPT_SECONDS if is_over else answers.OPEN_SECONDS,
    )
