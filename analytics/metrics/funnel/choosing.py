"""Of many attempts the one that counts, for each person or for each other group of attempts that lie together."""

import numpy as np

from analytics.metrics.funnel.attempts import Attempts
from analytics.metrics.funnel.question import ExclusionMode, Question
from analytics.metrics.funnel.rows import Bools
from analytics.metrics.stream import Int64s


def choose(tried: Attempts, question: Question, groups: Int64s) -> Int64s:
    """The attempt that counts for each group; `groups` ascends. Deepest, clean, first to get there, last to start."""
    counted = _counted(tried, question, groups)
    for best in (tried.depth, (~tried.marked).astype(np.int64), -tried.reached_at, tried.started_at):
        counted = counted[_is_most(best[counted], groups[counted])]
    return counted[heads(groups[counted])]


def _counted(tried: Attempts, question: Question, groups: Int64s) -> Int64s:
    """With stop_at nothing counts that starts after the first exclusion; but what starts first, for a tolerance may let
    an exclusion between two of its steps happen before it."""
    every = np.arange(len(tried))
    if question.marking is not ExclusionMode.STOP_AT or not len(tried):
        return every
    starts = heads(groups)
    stops = np.maximum(np.minimum.reduceat(tried.ended_at, starts), tried.started_at[starts])
    sizes = np.diff(np.append(starts, len(groups)))
    return every[tried.started_at <= np.repeat(stops, sizes)]


def _is_most(value: Int64s, groups: Int64s) -> Bools:
    """Whether no other element of the group is above."""
    if not len(value):
        return np.zeros(0, np.bool_)
    starts = heads(groups)
    most = np.maximum.reduceat(value, starts)
    return value == np.repeat(most, np.diff(np.append(starts, len(groups))))


def heads(groups: Int64s) -> Int64s:
    """Where each group begins."""
    if not len(groups):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
