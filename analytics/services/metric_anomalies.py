"""What departed in a metric, why, and what to do: looked for when somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from analytics.metrics.anomalies.actions import suggested_action
from analytics.metrics.anomalies.bands import Band, Detector
from analytics.metrics.anomalies.found import Anomaly, judged
from analytics.metrics.anomalies.root_cause import RootCause
from analytics.metrics.anomalies.subjects import Subject
from analytics.metrics.former import earlier
from analytics.metrics.periods import Buckets, buckets, microseconds, moment
from analytics.metrics.series import Series
from analytics.services.definitions import Definition
from analytics.services.metric_data import MetricData, fetched
from analytics.services.metric_values import Asked, cut_of
from analytics.services.root_causes import root_cause
from analytics.stores.base import Range, Store

# A value that explains so much of a change is named as its cause.
_MOST_OF_IT = 0.5


@dataclass(frozen=True, eq=False)
class Departure:
    """`cause` compares with the mean of the history, by the values of the breakdown."""

    label: str
    start: datetime
    anomaly: Anomaly
    cause: RootCause | None
    action: str


@dataclass(frozen=True, eq=False)
class Departures:
    """`bands`: for each bucket of the series, None where there was too little before it: `too_short` if everywhere."""

    series: Series
    bands: Sequence[Band | None]
    found: Sequence[Departure]
    as_of: datetime

    @property
    def too_short(self) -> bool:
        return not any(self.bands)


def departures(
    *,
    store: Store,
    brand_id: UUID,
    timezone: str,
    definition: Definition,
    subject: Subject,
    asked: Asked,
    detector: Detector,
    at: datetime,
) -> Departures:
    """Of the asked range; its history is read too. Raises InvalidInput naming `from`."""
    cut = cut_of(asked, timezone, at)
    start, end = earlier(cut, detector.window), moment(int(cut.edges[-1]))
    whole = buckets(start, end, cut.period, timezone, asked.week_start)
    data = fetched(store, brand_id, definition, Range(start, end), as_of=microseconds(at), breakdown=asked.breakdown)
    known = data.series(whole).complete()
    first = len(whole) - len(cut)
    if all(value >= 0 for value in known if value is not None):
        detector = replace(detector, least=0.0)  # what never was negative is not expected to be
    verdict = judged(known, detector)
    causes = _Causes(data, whole, asked.breakdown, detector.window)
    found = [_departure(each, causes, subject) for each in verdict.anomalies if each.index >= first]
    shown = [*verdict.bands[first:], *[None] * (len(whole) - max(first, len(known)))]
    return Departures(data.series(cut), shown, found, at)


@dataclass(frozen=True, eq=False)
class _Causes:
    data: MetricData
    cut: Buckets
    breakdown: str | None
    window: int

    def of(self, bucket: int) -> RootCause | None:
        if self.breakdown is None:
            return None
        return root_cause(self.data, self.cut, bucket, min(self.window, bucket))


def _departure(anomaly: Anomaly, causes: _Causes, subject: Subject) -> Departure:
    cause = causes.of(anomaly.index)
    action = suggested_action(subject, anomaly.side, dimension=causes.breakdown or "", cause=_named(cause))
    start = moment(int(causes.cut.edges[anomaly.index]), causes.cut.timezone)
    return Departure(causes.cut.labels[anomaly.index], start, anomaly, cause, action)


def _named(cause: RootCause | None) -> str:
    strongest = cause.contributions[0] if cause and cause.contributions else None
    explains = strongest is not None and strongest.share is not None and strongest.share >= _MOST_OF_IT
    return strongest.value if strongest and explains else ""
