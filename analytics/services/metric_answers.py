"""Answers about a brand's metrics, by its own calendar and clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from analytics.metrics.anomalies.bands import Detector
from analytics.metrics.anomalies.subjects import Subject
from analytics.metrics.correlations.pairs import correlations
from analytics.metrics.correlations.results import Correlation, Correlations, Measured
from analytics.metrics.correlations.words import insight
from analytics.metrics.former import part
from analytics.metrics.periods import Buckets, microseconds, moment
from analytics.metrics.seasons import seasons
from analytics.models import Metric
from analytics.services.definitions import read
from analytics.services.metric_anomalies import Departures, departures
from analytics.services.metric_data import fetched
from analytics.services.metric_values import Asked, Values, cut_of, values
from analytics.stores.base import Range
from analytics.stores.postgres import store
from brands.errors import InvalidInput
from brands.models import Brand
from brands.permissions import Actor, require, visible

CAPABILITY = "analytics.view"
LEAST_CORRELATED, MOST_CORRELATED = 2, 12


@dataclass(frozen=True)
class Told:
    pair: Correlation
    insight: str


@dataclass(frozen=True, eq=False)
class Related:
    """`cut`: the complete buckets that were compared. Metrics are named by their names; `names`: as they were given."""

    cut: Buckets
    found: Correlations
    as_of: datetime
    names: Sequence[str]

    @property
    def buckets(self) -> int:
        return len(self.cut)

    @property
    def told(self) -> list[Told]:
        return [Told(pair, insight(pair, self.cut.period)) for pair in self.found.pairs]


def metric_values(*, actor: Actor, metric: Metric, asked: Asked, at: datetime) -> Values:
    """Raises InvalidInput naming `from`."""
    require(actor, CAPABILITY, metric)
    brand = Brand.objects.get(pk=actor.brand_id)
    return values(
        store=store,
        brand_id=brand.pk,
        timezone=brand.timezone,
        definition=read(metric.definition),
        asked=asked,
        at=at,
    )


def metric_anomalies(*, actor: Actor, metric: Metric, asked: Asked, detector: Detector, at: datetime) -> Departures:
    """Raises InvalidInput naming `from`."""
    require(actor, CAPABILITY, metric)
    brand = Brand.objects.get(pk=actor.brand_id)
    return departures(
        store=store,
        brand_id=brand.pk,
        timezone=brand.timezone,
        definition=read(metric.definition),
        subject=Subject(metric.subject),
        asked=asked,
        detector=detector,
        at=at,
    )


def related(*, actor: Actor, metric_ids: Sequence[UUID], asked: Asked, most_lead: int, at: datetime) -> Related:
    """The correlations of 2 to 12 metrics. Raises InvalidInput naming `from`, or `metric` where one is not found."""
    brand = Brand.objects.get(pk=actor.brand_id)
    metrics = chosen(actor=actor, ids=metric_ids)
    whole = cut_of(asked, brand.timezone, at)
    cut = part(whole, 0, int(np.count_nonzero(whole.edges[1:] <= microseconds(at))))
    within = Range(moment(int(whole.edges[0])), moment(int(whole.edges[-1])))
    measured = []
    for metric in metrics:
        data = fetched(store, brand.pk, read(metric.definition), within, as_of=microseconds(at))
        measured.append(Measured(metric.name, data.series(whole).complete()))
    found = correlations(measured, seasons=seasons(cut), most_lead=most_lead)
    return Related(cut, found, at, [each.name for each in measured])


def chosen(*, actor: Actor, ids: Sequence[UUID]) -> list[Metric]:
    """In the order given, each once. Raises InvalidInput naming `metric`."""
    wanted = list(dict.fromkeys(ids))
    if not LEAST_CORRELATED <= len(wanted) <= MOST_CORRELATED:
        raise InvalidInput(fields={"metric": [f"{LEAST_CORRELATED} to {MOST_CORRELATED} different ones."]})
    known = {metric.pk: metric for metric in visible(actor, CAPABILITY, Metric.objects.filter(pk__in=wanted))}
    if missing := [each for each in wanted if each not in known]:
        raise InvalidInput(fields={"metric": [f"Not found: {', '.join(map(str, missing))}."]})
    return [known[each] for each in wanted]
