"""What departed in a metric, why, and what to do: looked for when somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from analytics.metrics.anomalies.actions import suggested_action
from analytics.metrics.anomalies.bands import Band, Detector
from analytics.metrics.anomalies.found import Anomaly, Judged, judged
from analytics.metrics.anomalies.root_cause import RootCause
from analytics.metrics.anomalies.subjects import Subject
from analytics.metrics.former import earlier, part
from analytics.metrics.periods import Buckets, buckets, microseconds, moment
from analytics.metrics.series import Series
from analytics.services.definitions import Definition
from analytics.services.metric_beginnings import known_from
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


@dataclass(frozen=True, eq=False)
class Judgement:
    """`cut`: the asked buckets, behind as much of their history as the detector looks at; `first` is where they begin.

    `known`: the values of those that have ended; None before there was anything to know of the metric, and in gaps.
    """

    data: MetricData
    cut: Buckets
    first: int
    known: Sequence[float | None]
    verdict: Judged
    has_events: bool

    @property
    def anomalies(self) -> list[Anomaly]:
        return [each for each in self.verdict.anomalies if each.index >= self.first]

    @property
    def judged(self) -> list[int]:
        """The asked buckets that were: they had a value, and enough before it."""
        pairs = enumerate(zip(self.known, self.verdict.bands, strict=True))
        return [k for k, (value, band) in pairs if k >= self.first and value is not None and band is not None]

    def history(self, index: int, window: int) -> int:
        """How many buckets before it are its history: none from before anything was known."""
        began = next((k for k, value in enumerate(self.known) if value is not None), index)
        return max(0, min(window, index - began))

    @property
    def varied(self) -> bool:
        return len({value for value in self.known if value is not None}) > 1


def judge(
    *,
    store: Store,
    brand_id: UUID,
    timezone: str,
    definition: Definition,
    asked: Asked,
    detector: Detector,
    at: datetime,
) -> Judgement:
    """Each complete bucket of the range by those before it, which are read too. Raises InvalidInput naming `from`."""
    asked_cut = cut_of(asked, timezone, at)
    start, end = earlier(asked_cut, detector.window), moment(int(asked_cut.edges[-1]))
    cut = buckets(start, end, asked_cut.period, timezone, asked.week_start)
    data = fetched(store, brand_id, definition, Range(start, end), as_of=microseconds(at), breakdown=asked.breakdown)
    since = known_from(brand_id=brand_id, definition=definition)
    known = _since(since, cut, data.series(cut).complete())
    if all(value >= 0 for value in known if value is not None):
        detector = replace(detector, least=0.0)  # what never was negative is not expected to be
    return Judgement(data, cut, len(cut) - len(asked_cut), known, judged(known, detector), since is not None)


def _since(since: datetime | None, cut: Buckets, values: Sequence[float | None]) -> list[float | None]:
    """Without those of buckets that ended before anything was known: their zeros are no history."""
    if since is None:
        return [None] * len(values)
    ends = cut.edges[1:].tolist()
    return [value if ends[k] > microseconds(since) else None for k, value in enumerate(values)]


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
    found = judge(
        store=store,
        brand_id=brand_id,
        timezone=timezone,
        definition=definition,
        asked=asked,
        detector=detector,
        at=at,
    )
    cut = part(found.cut, found.first, len(found.cut))
    bands = found.verdict.bands[found.first :]
    shown = [*bands, *[None] * (len(cut) - len(bands))]
    told = [_departure(found, each, subject, asked.breakdown, detector.window) for each in found.anomalies]
    return Departures(found.data.series(cut), shown, told, at)


def _departure(
    judgement: Judgement, anomaly: Anomaly, subject: Subject, breakdown: str | None, window: int
) -> Departure:
    cut, index, cause = judgement.cut, anomaly.index, None
    if breakdown is not None:
        cause = root_cause(judgement.data, cut, index, judgement.history(index, window))
    action = suggested_action(subject, anomaly.side, dimension=breakdown or "", cause=named(cause))
    return Departure(cut.labels[index], moment(int(cut.edges[index]), cut.timezone), anomaly, cause, action)


def named(cause: RootCause | None) -> str:
    """The value that explains most of the change; empty where none does."""
    strongest = cause.contributions[0] if cause and cause.contributions else None
    explains = strongest is not None and strongest.share is not None and strongest.share >= _MOST_OF_IT
    return strongest.value if strongest and explains else ""
