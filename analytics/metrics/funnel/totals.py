"""Counting attempts instead of people: a person enters again once the former attempt is over.

https://docs.mixpanel.com/docs/reports/funnels/funnels-advanced ("Totals"): it is over by conversion, by the end of its
window, or by an exclusion; the event that ends an attempt does not open the next.
"""

from dataclasses import replace

import numpy as np

from analytics.metrics.funnel import kernel
from analytics.metrics.funnel.attempts import NEVER, NONE, Attempts
from analytics.metrics.funnel.kernel import People
from analytics.metrics.funnel.question import Entry, ExclusionMode, Question
from analytics.metrics.stream import Int64s, Stream


def totals(stream: Stream, question: Question) -> People:
    """One element per attempt, its person as often as they entered; for `report` like people."""
    question = replace(question, entry=Entry.ANY, exclusion_mode=ExclusionMode.RESET)
    tried = kernel.attempts(stream, question)
    in_turn = tried.taken(np.array(_in_turn(tried, question), np.int64))
    return kernel.of_groups(in_turn, question, np.arange(len(in_turn)))


def _in_turn(tried: Attempts, question: Question) -> list[int]:
    """The attempts that start after the one before them was over."""
    chosen: list[int] = []
    person, over = NONE, NONE
    people, starts = tried.rows.start[tried.entry].tolist(), tried.started_at.tolist()
    for number, over_at in enumerate(_over_at(tried, question).tolist()):
        if people[number] != person or starts[number] > over:
            chosen.append(number)
            person, over = people[number], over_at
    return chosen


def _over_at(tried: Attempts, question: Question) -> Int64s:
    """When each attempt is over. The event that broke a strict one may open the next."""
    done = (tried.filled[question.last_step] != NONE) | (tried.over & (tried.ended_at == NEVER))
    return np.where(done, tried.reached_at, np.minimum(tried.ended_at, tried.started_at + question.window))
