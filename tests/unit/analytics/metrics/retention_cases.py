"""The published facts about retention, and what the words of their sources are in ours."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from analytics.metrics.periods import Buckets, Period, WeekStart, buckets, microseconds
from analytics.metrics.retention.presence import presence
from analytics.metrics.retention.question import Entry, Match, Question, Windows
from analytics.metrics.retention.table import Table, table
from analytics.metrics.stream import Occurrences

FILE = Path(__file__).parents[3] / "cases" / "analytics" / "retention.json"
CASES = json.loads(FILE.read_text())["cases"]
# A first time is to PostHog the first that passes the filters in all history; OpenPanel looks at the range only.
ENTRIES = {"recurring": Entry.RECURRING, "first_time": Entry.FIRST_TIME, "first_ever": Entry.FIRST_EVER}
WINDOWS = {"strict_calendar_dates": Windows.CALENDAR, "24_hour_windows": Windows.ELAPSED}


def cases(*kinds):
    return [case for case in CASES if case["kind"] in kinds]


def moment(written):
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@dataclass
class People:
    numbers: dict[str, int] = field(default_factory=dict)

    def occurrences(self, events):
        person = [self.numbers.setdefault(event["user"], len(self.numbers) + 100) for event in events]
        at = [microseconds(moment(event["ts"])) for event in events]
        return Occurrences(np.array(person, np.int64), np.array(at, np.int64))


def picked(events, name, *filters):
    wanted = [wish for wishes in filters for wish in (wishes or {}).items()]
    return [
        event
        for event in events
        if name in {None, event["event"]}
        and all(event.get("properties", {}).get(key) == value for key, value in wanted)
    ]


def periods_of(case: dict, columns: int) -> Buckets:
    """As many as the source has rows, the last of them the one with `date_to`; and those behind them."""
    period, timezone = Period(case["period"]), case.get("timezone", "UTC")
    week_start = WeekStart(case.get("week_start", "sunday"))
    end = moment(case["date_to"])
    rows = case.get("rows") or case.get("total_intervals")
    if case.get("date_from"):
        first = moment(case["date_from"])
    else:
        first = end - timedelta(days={"hour": 0, "day": 1, "week": 7, "month": 31}[case["period"]] * rows, hours=rows)
    cut = buckets(first, end + timedelta(microseconds=1), period, timezone, week_start)
    first = cut.starts()[-rows] if rows else first
    return buckets(first, end + timedelta(microseconds=1), period, timezone, week_start, further=columns - 1)


def answer(case: dict, events: list, *, entry: Entry, match: Match) -> Table:
    columns = case.get("total_intervals") or len(case["expected"][0]["values"])
    periods = periods_of(case, columns)
    rows = len(periods) - columns + 1
    question = Question(
        periods,
        rows,
        columns,
        known_until=int(periods.edges[rows]),
        entry=entry,
        match=match,
        windows=WINDOWS[case.get("time_window_mode") or "strict_calendar_dates"],
        minimum=case.get("minimum_occurrences", 1),
    )
    everyone = picked(events, None, case.get("filters"))
    everyone = [event for event in everyone if event["user"] in case.get("cohort_members", [event["user"]])]
    people = People()
    return table(
        presence(
            question,
            people.occurrences(picked(everyone, case["start_event"], case.get("start_filters"))),
            people.occurrences(picked(everyone, case["return_event"], case.get("return_filters"))),
            unfiltered=people.occurrences(picked(everyone, case["start_event"])),
        )
    )


def shown(found: Table) -> list[list[int]]:
    """As the sources write it: what has not happened yet is 0 to them."""
    return [[cell.retained or 0 for cell in row.cells] for row in found.rows]


def posthog(case: dict, events: list) -> Table:
    match = Match.ON_OR_AFTER if case.get("cumulative") else Match.ON
    return answer(case, events, entry=ENTRIES[case["retention_type"]], match=match)


def openpanel(case: dict) -> list[dict]:
    found = answer(case, case["events"], entry=Entry.FIRST_IN_RANGE, match=Match(case["criteria"]))
    return [
        {"cohort": row.label, "size": row.people, "values": values}
        for row, values in zip(found.rows, shown(found), strict=True)
        if row.people
    ]


def weekly(case: dict) -> list[dict]:
    """Of the people of a week, how many are there in the next: recurring retention with two columns."""
    ends = [max(event["ts"] for event in case["events"]), min(event["ts"] for event in case["events"])]
    asked = {"period": "week", "date_from": ends[1], "date_to": ends[0], "start_event": None, "return_event": None}
    found = answer(
        {**case, **asked, "expected": [{"values": [0, 0]}]}, case["events"], entry=Entry.RECURRING, match=Match.ON
    )
    return [
        {"date": row.label, "active": row.people, "retained_next_week": back or 0, "retention_pct": 100 * (rate or 0)}
        for row in found.rows
        if row.people
        for back, rate in [(row.cells[1].retained, row.cells[1].rate)]
    ]


def function(case: dict) -> dict[str, int]:
    """r[i]: people for whom the first condition holds and the i-th: the first cohort of recurring retention by day."""
    events = [
        {"user": str(user), "event": "visit", "ts": day}
        for day, users in case["events"].items()
        for first, last in [map(int, users.removeprefix("users ").split(".."))]
        for user in range(first, last + 1)
    ]
    days = [condition.removeprefix("date=") for condition in case["conditions"]]
    assert all(later == earlier + timedelta(days=1) for earlier, later in pairwise(map(moment, days)))
    asked = {"period": "day", "date_from": days[0], "date_to": days[-1], "start_event": None, "return_event": None}
    found = answer({**asked, "total_intervals": len(days), "rows": None}, events, entry=Entry.RECURRING, match=Match.ON)
    return {f"r{number}": cell.retained for number, cell in enumerate(found.rows[0].cells, start=1)}
