"""People with the same history counted once: a likelihood costs as much as there are different histories."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.predict.purchases.histories import Histories
from analytics.metrics.stream import Floats


@dataclass(frozen=True, eq=False)
class Grouped:
    """Different histories, and the share of people with each."""

    frequency: Floats
    recency: Floats
    age: Floats
    share: Floats


def grouped(known: Histories) -> Grouped:
    rows = np.stack([known.frequency, known.recency, known.age], axis=1)
    different, counts = np.unique(rows, axis=0, return_counts=True)
    frequency, recency, age = different.T
    return Grouped(frequency, recency, age, counts / len(known))
