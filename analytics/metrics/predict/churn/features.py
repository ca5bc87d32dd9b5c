"""What is known of each buyer at one moment, as numbers a classifier can learn from."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.predict.purchases.histories import Histories
from analytics.metrics.stream import Floats, Int64s

NAMES = ("silence", "frequency", "age", "spend", "silence_to_gap", "bought_once")


@dataclass(frozen=True, eq=False)
class Features:
    """`rows`: a row for each person, ascending by `person`, a column for each of `names`; all finite."""

    person: Int64s
    names: tuple[str, ...]
    rows: Floats


def features(known: Histories) -> Features:
    """Recency, frequency and monetary value on scales without a long tail, and how overdue the next purchase is.

    >>> one = Histories(*(np.array([each]) for each in (7, 3.0, 6.0, 8.0, 20.0)))
    >>> dict(zip(NAMES, features(one).rows[0].round(2).tolist()))
    {'silence': 1.1, 'frequency': 1.39, 'age': 2.2, 'spend': 3.04, 'silence_to_gap': 0.69, 'bought_once': 0.0}
    """
    silence = known.age - known.recency
    again = known.frequency > 0
    gap = np.where(again, known.recency / np.maximum(known.frequency, 1), known.age)
    columns = [
        np.log1p(silence),
        np.log1p(known.frequency),
        np.log1p(known.age),
        np.log1p(np.maximum(known.spend, 0)),
        np.log1p(silence / np.maximum(gap, 0.1)),
        (~again).astype(float),
    ]
    return Features(known.person, NAMES, np.stack(columns, axis=1))
