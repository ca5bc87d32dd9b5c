"""Which property of a metric's events explains its anomalies best."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from analytics.metrics.anomalies.found import Anomaly
from analytics.metrics.anomalies.root_cause import RootCause
from analytics.metrics.periods import moment
from analytics.services.definitions import Definition, simple_parts
from analytics.services.metric_anomalies import Judgement, named
from analytics.services.metric_data import fetched
from analytics.services.root_causes import adds_up, root_cause
from analytics.stores.base import Range, Store

# Each property is a further look at the events, and each anomaly one at what was read.
MOST_DIMENSIONS = 5
MOST_EXPLAINED = 20
# So little more than its usual part of the whole is no explanation.
_LEAST_TELLING = 0.1
_LONGEST_VALUE = 200


@dataclass(frozen=True)
class Cause:
    dimension: str
    split: RootCause

    @property
    def value(self) -> str:
        """That explains most of the change; empty where none does."""
        return named(self.split)[:_LONGEST_VALUE]

    def words(self) -> dict[str, Any]:
        """As it is kept."""
        split = asdict(self.split)
        for part in split["contributions"]:
            part["value"] = part["value"][:_LONGEST_VALUE]
        return {"dimension": self.dimension, **split}


def causes(
    *,
    store: Store,
    brand_id: UUID,
    definition: Definition,
    judgement: Judgement,
    anomalies: Sequence[Anomaly],
    wanted: Sequence[str],
    window: int,
) -> dict[int, Cause]:
    """By bucket, of the newest anomalies. `wanted`: the properties to try; none: those that the events have."""
    if not anomalies or not adds_up(definition):
        return {}
    newest = sorted(anomalies, key=lambda each: -each.index)[:MOST_EXPLAINED]
    first = min(each.index - judgement.history(each.index, window) for each in newest)
    edges = judgement.cut.edges
    within = Range(moment(int(edges[first])), moment(int(edges[newest[0].index + 1])))
    dimensions = wanted or store.telling_properties(
        brand_id=brand_id, selection=simple_parts(definition)[0].selection, within=within, most=MOST_DIMENSIONS
    )
    found: dict[int, list[Cause]] = {each.index: [] for each in newest}
    for name in dimensions[:MOST_DIMENSIONS]:
        data = fetched(store, brand_id, definition, within, as_of=judgement.data.as_of, breakdown=name)
        for index, told in found.items():
            split = root_cause(data, judgement.cut, index, judgement.history(index, window))
            if split is not None:
                told.append(Cause(name, split))
    return {index: best for index, told in found.items() if (best := _best(told))}


def _best(told: Iterable[Cause]) -> Cause | None:
    """Of several alike the first: it was wanted first, or more events have it."""
    best = max(told, key=lambda cause: cause.split.telling, default=None)
    return best if best is not None and best.split.telling >= _LEAST_TELLING else None
