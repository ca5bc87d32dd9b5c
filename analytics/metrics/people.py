"""Finding people in columns of events."""

import numpy as np
import pandas as pd

from analytics.metrics.stream import Int64s

NEVER = np.iinfo(np.int64).max


def earliest(person: Int64s, at: Int64s) -> tuple[Int64s, Int64s]:
    """Who is there, each once, and when first."""
    places, people = pd.factorize(person)
    first = np.full(len(people), NEVER)
    np.minimum.at(first, places, at)
    return people, first


def places(people: Int64s, person: Int64s) -> Int64s:
    """Where in `people` (each once) each `person` is; -1: nowhere."""
    return pd.Index(people).get_indexer(pd.Index(person)).astype(np.int64)
