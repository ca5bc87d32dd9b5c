"""Why one person did not convert: the attempt that counts, and what happened to the step it did not reach."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.metrics.funnel import choosing, kernel
from analytics.metrics.funnel.attempts import NEVER, NONE, Attempts
from analytics.metrics.funnel.question import Order, Question
from analytics.metrics.stream import Int64s, Stream


class Reason(StrEnum):
    NEVER_ENTERED = "never_entered"
    CONVERTED = "converted"
    EXCLUDED = "excluded"
    INTERRUPTED = "interrupted"
    STILL_POSSIBLE = "still_possible"
    NEVER_HAPPENED = "never_happened"
    ONLY_BEFORE = "only_before"
    AFTER_THE_WINDOW = "after_the_window"
    OUTSIDE_ITS_LIMITS = "outside_its_limits"


@dataclass(frozen=True)
class Trace:
    """`reached_at`: of each step in microseconds UTC, None where it was not reached. `missing_step`: the next that the
    person would have had to do; None when converted, and in an unordered funnel, where any of several would do.
    `at`: when that happened which the reason names. `origins`: the events' places in the stream, None like their times.
    """

    reason: Reason
    attempts: int
    reached_at: tuple[int | None, ...]
    origins: tuple[int | None, ...]
    missing_step: int | None
    at: int | None


def trace(stream: Stream, question: Question, person: int) -> Trace:
    """Of the stream only that person's events are read; the same attempts count as in the report."""
    own = _of(stream, person)
    places = np.flatnonzero(stream.person == person)
    tried = kernel.attempts(own, question)
    if not len(tried):
        nothing = (None,) * len(question.steps)
        return Trace(Reason.NEVER_ENTERED, 0, nothing, nothing, 0, None)
    together = np.zeros(len(tried), np.int64)
    chosen = int(choosing.choose(tried, question, together)[0])
    missing = _missing(tried, question, chosen)
    reason, at = _reason(tried, question, chosen, missing)
    if kernel.of_groups(tried, question, together).open[0]:
        reason, at = Reason.STILL_POSSIBLE, None
    rows = tried.filled[:, chosen].tolist()
    return Trace(
        reason=reason,
        attempts=len(tried),
        reached_at=tuple(None if row == NONE else int(tried.rows.at[row]) for row in rows),
        origins=tuple(None if row == NONE else int(places[tried.rows.origin[row]]) for row in rows),
        missing_step=None if question.order is Order.UNORDERED else missing,
        at=at,
    )


def _of(stream: Stream, person: int) -> Stream:
    which = stream.person == person
    value = None if stream.value is None else stream.value[which]
    return Stream(stream.person[which], stream.at[which], stream.matches[which], value, stream.values)


def _missing(tried: Attempts, question: Question, chosen: int) -> int | None:
    """The first step that is not optional and not filled."""
    needed = (number for number, step in enumerate(question.steps) if not step.optional)
    return next((number for number in needed if tried.filled[number, chosen] == NONE), None)


def _reason(tried: Attempts, question: Question, chosen: int, missing: int | None) -> tuple[Reason, int | None]:
    ended_at = int(tried.ended_at[chosen])
    if ended_at != NEVER and (missing is not None or tried.marked[chosen]):
        return Reason.EXCLUDED, ended_at
    if missing is None:
        return Reason.CONVERTED, int(tried.reached_at[chosen])
    if question.order is Order.UNORDERED:
        return _happened(tried, question, chosen, _undone(tried, question, chosen))
    if question.order is Order.STRICT and tried.over[chosen]:
        return Reason.INTERRUPTED, _next_event(tried, question, chosen)
    return _happened(tried, question, chosen, np.int64(1 << missing))


def _undone(tried: Attempts, question: Question, chosen: int) -> np.int64:
    """The steps that no event of the attempt matches."""
    filled = tried.filled[:, chosen]
    done = np.bitwise_or.reduce(tried.rows.matches[filled[filled != NONE]])
    return np.int64((1 << len(question.steps)) - 1) & ~done


def _next_event(tried: Attempts, question: Question, chosen: int) -> int:
    at = tried.rows.at
    return int(at[at > tried.reached_at[chosen] + question.tolerance][0])


def _happened(tried: Attempts, question: Question, chosen: int, bits: np.int64) -> tuple[Reason, int | None]:
    """Where the events are that could have been the next step."""
    at = _moments(tried, chosen, bits)
    later = at[at >= _previous(tried, question, chosen) - question.tolerance]
    in_window = later[later <= tried.started_at[chosen] + question.window]
    if len(in_window):
        return Reason.OUTSIDE_ITS_LIMITS, int(in_window[0])
    if len(later):
        return Reason.AFTER_THE_WINDOW, int(later[0])
    if len(at):
        return Reason.ONLY_BEFORE, int(at[-1])
    return Reason.NEVER_HAPPENED, None


def _previous(tried: Attempts, question: Question, chosen: int) -> int:
    """When the deepest step that is not optional was filled."""
    needed = [number for number, step in enumerate(question.steps) if not step.optional]
    filled = tried.filled[needed, chosen]
    return int(tried.rows.at[filled[filled != NONE][-1]])


def _moments(tried: Attempts, chosen: int, bits: np.int64) -> Int64s:
    """When the person did one of these steps, other than by the events that the attempt used."""
    matching = (tried.rows.matches & bits) != 0
    filled = tried.filled[:, chosen]
    matching[filled[filled != NONE]] = False
    return tried.rows.at[matching]
