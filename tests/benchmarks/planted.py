"""Anomalies planted in daily series, and how many of them a detector finds: seeded."""

from dataclasses import dataclass

import numpy as np

from analytics.metrics.stream import Floats

KINDS = ("spike", "drop", "outage", "wrong weekday", "shift")
# An alert counts for an event from its first day to the day after its last, of a lasting one to its third.
_LATE = 1
_SHIFT_DAYS = 10
_FIRST_DAYS = 3


@dataclass(frozen=True)
class Event:
    """`first` to `last`: the days on which an alert is right; `until`: the last day that the event touches."""

    kind: str
    first: int
    last: int
    until: int


@dataclass(frozen=True)
class Score:
    """Of alerts: hits are events found; false ones belong to no event. `days` were watched."""

    hits: int
    events: int
    false: int
    days: int

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, self.hits + self.false + self.events)

    @property
    def false_a_year(self) -> float:
        return self.false / self.days * 365.25


def planted(rng: np.random.Generator, values: Floats, start: int, count: int) -> tuple[Floats, list[Event]]:
    """`count` events after day `start`, far enough apart not to touch each other; what a day was stays in its size."""
    changed, events = values.copy(), []
    room = (len(values) - start) // count
    for k in range(count):
        at = start + k * room + int(rng.integers(1, max(2, room - _SHIFT_DAYS - 2)))
        kind = KINDS[int(rng.integers(len(KINDS)))]
        events.append(_plant(rng, changed, kind, at))
    return changed, events


def _plant(rng: np.random.Generator, values: Floats, kind: str, at: int) -> Event:
    days = _SHIFT_DAYS if kind == "shift" else int(rng.integers(1, 3)) if kind == "outage" else 1
    part = slice(at, at + days)
    if kind == "spike":
        values[part] *= rng.uniform(1.4, 2.5)
    elif kind == "drop":
        values[part] *= rng.uniform(0.35, 0.7)
    elif kind == "outage":
        values[part] *= rng.uniform(0.0, 0.15)
    elif kind == "wrong weekday":
        values[part] = _other_weekday(values, at)
    else:
        values[part] *= rng.choice([rng.uniform(0.5, 0.7), rng.uniform(1.4, 1.8)])
    last = at + min(days, _FIRST_DAYS) - 1 + _LATE
    return Event(kind, at, last, at + days - 1 + _LATE)


def _other_weekday(values: Floats, at: int) -> float:
    """What the weekday that differs most from this one had a week ago."""
    week = values[at - 7 : at]
    return float(week[np.argmax(np.abs(week - week[0]))])


def scored(alerts: list[int], events: list[Event], start: int, end: int) -> Score:
    """Alerts on later days of an event are neither hits nor false."""
    hits = sum(any(event.first <= day <= event.last for day in alerts) for event in events)
    false = sum(not any(event.first <= day <= event.until for event in events) for day in alerts)
    return Score(hits, len(events), false, end - start)


def together(scores: list[Score]) -> Score:
    return Score(*(sum(getattr(each, name) for each in scores) for name in ("hits", "events", "false", "days")))
