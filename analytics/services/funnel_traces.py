"""Why one person did not convert."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from analytics.services import people
from analytics.services.funnels import Asked, kept, read
from brands.tenancy.scope import brand_scope

if TYPE_CHECKING:
    from analytics.metrics.funnel.trace import Trace

_WORDS = {
    "never_entered": "They never began in these days.",
    "converted": "They converted.",
    "excluded": "An event that excludes ended it.",
    "interrupted": "After {last} they did something else first, and no other event may come between.",
    "still_possible": "They are still on the way: the time has not run out.",
    "never_happened": "They never did {missing}.",
    "only_before": "They did {missing} only before {last}.",
    "after_the_window": "They did {missing} after the time had run out.",
    "outside_its_limits": "They did {missing} too soon or too late after {last}.",
}
REASONS = tuple(_WORDS)


def trace(asked: Asked, *, numbers: Sequence[int]) -> dict[str, Any]:
    """`numbers`: all that the person had, as people.find gives them. Only that person's events are read."""
    person = numbers[0]

    def compute() -> dict[str, Any]:
        from analytics.metrics.funnel.trace import trace as traced

        stream, question = read(asked, people=numbers)
        found = traced(stream, question, person)
        events = [step["event"] for step in asked.definition["steps"]]
        with brand_scope(asked.brand_id):
            names = people.names_of(person)
        return {
            "person": person,
            "distinct_ids": names,
            "reason": found.reason,
            "in_words": _words(found, events),
            "attempts": found.attempts,
            "steps": [
                {"event": event, "reached_at": _moment(at)} for event, at in zip(events, found.reached_at, strict=True)
            ],
            "missing_step": found.missing_step,
            "happened_at": _moment(found.at),
        }

    return kept("trace", asked, {"person": person}, compute)


def _words(found: Trace, events: Sequence[str | None]) -> str:
    reached = [number for number, at in enumerate(found.reached_at) if at is not None]
    last = _called(events[reached[-1]]) if reached else "it"
    missing = "one of the steps" if found.missing_step is None else _called(events[found.missing_step])
    # Replaced, not formatted: names of events are somebody's text.
    return _WORDS[found.reason].replace("{missing}", missing, 1).replace("{last}", last, 1)


def _called(event: str | None) -> str:
    return "any event" if event is None else f"“{event}”"


def _moment(at: int | None) -> datetime | None:
    from analytics.metrics.periods import moment

    return None if at is None else moment(at)
