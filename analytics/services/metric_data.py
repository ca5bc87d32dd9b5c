"""The samples of a metric, and what its definition makes of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from analytics import progress
from analytics.metrics.formulas import combined, formula
from analytics.metrics.periods import Buckets
from analytics.metrics.series import Point, Series, overall, series
from analytics.metrics.stream import Samples
from analytics.services.definitions import Definition, Simple, simple_parts
from analytics.stores.base import Range, Store


@dataclass(frozen=True, eq=False)
class MetricData:
    """Samples for each simple part of the definition. `as_of`: microseconds since 1970 UTC."""

    definition: Definition
    samples: Sequence[Samples]
    as_of: int

    def series(self, cut: Buckets) -> Series:
        if isinstance(self.definition, Simple):
            return series(self.samples[0], cut, self.definition.measure, as_of=self.as_of)
        first, second = (
            series(samples, cut, each.measure, as_of=self.as_of)
            for each, samples in zip(simple_parts(self.definition), self.samples, strict=True)
        )
        return formula(first, self.definition.operation, second)

    def total(self, cut: Buckets) -> Point:
        totals = [
            overall(samples, cut, each.measure)
            for each, samples in zip(simple_parts(self.definition), self.samples, strict=True)
        ]
        if isinstance(self.definition, Simple):
            return totals[0]
        return combined(totals[0], self.definition.operation, totals[1])

    def largest(self) -> list[str]:
        """The breakdown values by how many events have them."""
        counts: Counter[str] = Counter()
        for each in self.samples:
            if each.value is not None:
                numbers = np.bincount(each.value[each.value >= 0], minlength=len(each.values))
                counts.update(dict(zip(each.values, numbers.tolist(), strict=True)))
        return sorted((value for value, number in counts.items() if number), key=lambda value: (-counts[value], value))

    def of_value(self, value: str) -> "MetricData":
        """Those of one breakdown value alone."""
        return MetricData(self.definition, [_of_value(each, value) for each in self.samples], self.as_of)


def fetched(
    store: Store, brand_id: UUID, definition: Definition, within: Range, *, as_of: int, breakdown: str | None = None
) -> MetricData:
    progress.tell(progress.READING)
    samples = [
        store.samples(
            brand_id=brand_id, selection=each.selection, within=within, number=each.number, breakdown=breakdown
        )
        for each in simple_parts(definition)
    ]
    progress.tell(progress.COUNTING)
    return MetricData(definition, samples, as_of)


def _of_value(samples: Samples, value: str) -> Samples:
    number = samples.values.index(value) if value in samples.values else len(samples.values)
    own = samples.value == number
    return Samples(samples.person[own], samples.at[own], samples.amount[own])
