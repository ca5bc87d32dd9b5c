"""Published funnels (tests/cases/analytics/funnels.json) as streams and questions of ours."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np

from analytics.metrics.funnel.question import (
    LONGEST_WINDOW_SECONDS,
    Entry,
    Exclusion,
    ExclusionMode,
    Order,
    Question,
    Step,
)
from analytics.metrics.periods import microseconds
from analytics.metrics.stream import EXCLUSION_BIT, MICROSECONDS, OTHER_BIT, Stream

Case = dict[str, Any]
CASES: list[Case] = json.loads(Path("tests/cases/analytics/funnels.json").read_text())["cases"]
DAY = timedelta(days=1)
MIXPANELS_GRACE_MS = 2_000


def cases(kind: str) -> list[Case]:
    return [case for case in CASES if case["kind"] == kind]


def named(case: Case) -> str:
    return case["id"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def end_of(text: str) -> datetime:
    """The end of a range that includes what it names: a day, or a moment."""
    return moment(text) + (DAY if "T" not in text else timedelta(microseconds=1))


@dataclass
class People:
    """Names of people and their numbers."""

    names: list[str] = field(default_factory=list)

    def number(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def named(self, numbers: Iterable[int]) -> list[str]:
        return sorted(self.names[number] for number in numbers)


def stream(case: Case) -> tuple[Stream, People]:
    people = People()
    rows = [
        (people.number(event["user"]), microseconds(moment(event["ts"])), matches(case, event))
        for event in case["events"]
    ]
    return stream_of(rows), people


def stream_of(rows: list[tuple[int, int, int]]) -> Stream:
    person, at, matched = np.array(rows, np.int64).reshape(-1, 3).T
    return Stream(person=person, at=at, matches=matched)


def matches(case: Case, event: Case) -> int:
    bits = sum(1 << number for number, step in enumerate(case["steps"]) if is_one(event, step))
    for number, exclusion in enumerate(case.get("exclusions", [])):
        bits |= is_one(event, exclusion) << (EXCLUSION_BIT + number)
    return bits or 1 << OTHER_BIT


def is_one(event: Case, wanted: Case) -> bool:
    if "page_glob" in wanted:
        return event["event"] == "pageview" and fnmatch(event["properties"]["path"], wanted["page_glob"])
    return wanted["event"] in {None, event["event"]}


def question(case: Case, order: str | None = None, **asked: Any) -> Question:
    """Each source's rules as options of ours."""
    if "date_from" in case:
        asked.setdefault("entered_from", microseconds(moment(case["date_from"])))
        asked.setdefault("entered_until", microseconds(end_of(case["date_to"])))
    if case["semantics"] == "mixpanel":
        asked.setdefault("tolerance_ms", MIXPANELS_GRACE_MS)
    return Question(
        steps=tuple(Step(optional=step.get("optional", False)) for step in case["steps"]),
        window_seconds=case["window_seconds"] or LONGEST_WINDOW_SECONDS,
        order=Order(order or case["order"]),
        exclusions=tuple(Exclusion(one["from_step"], one["to_step"]) for one in case.get("exclusions", [])),
        **asked,
    )


def window_funnel(case: Case, user: str) -> tuple[Stream, Question]:
    """ClickHouse's windowFunnel in ours; https://clickhouse.com/docs/sql-reference/aggregate-functions/parametric-functions

    strict_once: our rule that one event fills one step. strict_increase: at least one unit of time between steps.
    strict_order stops at what comes out of order: a later step, an event of no step, or the first step again (unless
    allow_reentry). strict_deduplication stops where a step that is filled happens again.
    """
    wanted, modes = case["conditions"], set(case["modes"])
    count = len(wanted)
    stops: list[tuple[set[int], Exclusion]] = []
    if "strict_order" in modes:
        stops += [({step}, Exclusion(0, step - 1)) for step in range(2, count)]
        stops.append((set(), Exclusion(0, count - 1)))
    if "strict_order" in modes and "allow_reentry" not in modes:
        stops.append(({0}, Exclusion(0, count - 1)))
    if "strict_deduplication" in modes:
        stops += [({step}, Exclusion(step, count - 1)) for step in range(count - 1)]
    rows = []
    for at, name in case["events"][user]:
        steps = {step for step, condition in enumerate(wanted) if condition == name}
        bits = sum(1 << step for step in steps)
        for number, (stopping, _) in enumerate(stops):
            bits |= (bool(steps & stopping) or steps == stopping) << (EXCLUSION_BIT + number)
        rows.append((0, at * MICROSECONDS, bits or 1 << OTHER_BIT))
    least = 1 if "strict_increase" in modes else None
    return stream_of(rows), Question(
        steps=(Step(), *[Step(min_seconds=least)] * max(count - 1, 1)),
        window_seconds=case["window"],
        entry=Entry.FIRST if stops else Entry.ANY,
        exclusions=tuple(exclusion for _, exclusion in stops),
        exclusion_mode=ExclusionMode.STOP_AT if stops else None,
    )
