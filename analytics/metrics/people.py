"""Finding people in columns of events."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from analytics.metrics.stream import Int64s, Occurrences

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


def no_occurrences() -> Occurrences:
    return Occurrences(*(np.zeros(0, np.int64) for _ in range(3)))


def without(events: Occurrences, people: Collection[int]) -> Occurrences:
    """The events of everyone else."""
    if not people:
        return events
    return events.taken(~np.isin(events.person, np.fromiter(people, np.int64)))
