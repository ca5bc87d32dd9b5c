"""Retention by a property: parts that add up to the whole, each with the people of its value."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics.periods import Period, buckets, microseconds
from analytics.metrics.retention.breakdown import Part, parts
from analytics.metrics.retention.presence import presence
from analytics.metrics.retention.question import Entry, Match, Question, Windows
from analytics.metrics.stream import Occurrences, Samples

START = datetime(2026, 5, 4, tzinfo=UTC)
HOUR = 3_600_000_000


def question(entry: Entry = Entry.RECURRING, match: Match = Match.ON, windows: Windows = Windows.CALENDAR) -> Question:
    periods = buckets(START, START + timedelta(days=3), Period.DAY, "UTC", further=6)
    known_until = microseconds(START) + 240 * HOUR
    return Question(periods, rows=3, columns=3, known_until=known_until, entry=entry, match=match, windows=windows)


def came(*events: tuple[int, int, int], values: int = 3) -> Samples:
    """(person, hours after START, value or -1)."""
    person, hours, value = (np.array(column, np.int64) for column in zip(*events, strict=True))
    names = tuple(f"v{n:02}" for n in range(values))
    return Samples(person, microseconds(START) + hours * HOUR, np.full(len(person), np.nan), value, names)


def split(starts: Samples, asked: Question, **options: int) -> tuple[Part, ...]:
    both = Occurrences(starts.person, starts.at)
    return parts(presence(asked, both, both), starts, **options)


def told(found: tuple[Part, ...]) -> dict[str | None, list[list[int]]]:
    return {part.value: part.presence.counts().tolist() for part in found}


def test_a_person_has_the_value_of_the_first_start_event_of_each_cohort() -> None:
    starts = came((1, 2, 0), (1, 1, 1), (1, 30, 0), (2, 3, 1), (2, 27, -1))
    found = told(split(starts, question()))
    assert found == {
        "v01": [[2, 2, 0], [0, 0, 0], [0, 0, 0]],  # both on the first day, and both were back on the second
        "v00": [[0, 0, 0], [1, 0, 0], [0, 0, 0]],
        None: [[0, 0, 0], [1, 0, 0], [0, 0, 0]],
    }
    assert told(split(starts, question(Entry.FIRST_TIME))) == {"v01": [[2, 2, 0], [0, 0, 0], [0, 0, 0]]}


def test_the_largest_values_are_first_and_the_rest_is_one() -> None:
    starts = came(*((person, 1, min(person // 2, 5)) for person in range(20)), values=6)
    found = split(starts, question(), most=2)
    assert [(part.value, part.is_rest, int(part.presence.sizes()[0])) for part in found] == [
        ("v05", False, 10),
        ("v00", False, 2),
        (None, True, 8),
    ]


EVENTS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 200), st.integers(-1, 2)), min_size=1, max_size=60)


@settings(max_examples=80, deadline=None)
@given(EVENTS, st.sampled_from(Entry), st.sampled_from(Match), st.sampled_from(Windows))
def test_the_parts_add_up_to_the_whole(
    events: list[tuple[int, int, int]], entry: Entry, match: Match, windows: Windows
) -> None:
    starts, asked = came(*events), question(entry, match, windows)
    both = Occurrences(starts.person, starts.at)
    whole = presence(asked, both, both)
    found = parts(whole, starts, most=2)
    total = sum((part.presence.counts() for part in found), np.zeros_like(whole.counts()))
    assert total.tolist() == whole.counts().tolist()
    behind = sorted(int(person) for part in found for person in part.presence.behind(0, 1))
    assert behind == whole.behind(0, 1).tolist()


def test_events_without_values_cannot_be_split() -> None:
    starts = Samples(*(np.zeros(0, kind) for kind in (np.int64, np.int64, float)))
    with pytest.raises(ValueError, match="no values"):
        split(starts, question())
