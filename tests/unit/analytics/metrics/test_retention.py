from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics.intervals import wilson
from analytics.metrics.periods import Period, buckets, microseconds, moment
from analytics.metrics.retention.presence import presence
from analytics.metrics.retention.question import Entry, Match, Question, Windows
from analytics.metrics.retention.table import table
from analytics.metrics.stream import Occurrences

ZONE = "Europe/Berlin"
# Clocks go forward on the third day: 2026-03-29 has 23 hours.
FIRST_DAY = datetime(2026, 3, 27, tzinfo=ZoneInfo(ZONE))
HOUR = 3_600_000_000
DAYS = buckets(FIRST_DAY, FIRST_DAY + timedelta(days=4), Period.DAY, ZONE, further=6)


def asked(rows=4, columns=3, known_until=None, **rules):
    edges = DAYS.edges
    return Question(DAYS, rows, columns, known_until=int(edges[-1] if known_until is None else known_until), **rules)


def events(*pairs):
    """(person, hours since the first day began)."""
    start = microseconds(FIRST_DAY)
    return Occurrences(
        np.array([person for person, _ in pairs], np.int64),
        np.array([start + round(hours * HOUR) for _, hours in pairs], np.int64),
    )


# --- the same said plainly ---------------------------------------------------------------------------------


def day(at):
    return (moment(at, ZONE).date() - FIRST_DAY.date()).days


def entries_of(question, mine, unfiltered):
    """(cohort, first start or None) of one person, by the definition of each mode."""
    inside = sorted(at for at in mine if 0 <= day(at) < question.rows)
    if question.entry is Entry.RECURRING and question.windows is Windows.CALENDAR:
        return {(day(at), None) for at in inside}
    if question.entry in {Entry.RECURRING, Entry.FIRST_IN_RANGE}:
        return {(day(inside[0]), inside[0])} if inside else set()
    first = min(mine, default=None)
    if first is None or not 0 <= day(first) < question.rows:
        return set()
    if question.entry is Entry.FIRST_EVER and min(unfiltered) < first:
        return set()
    return {(day(first), first)}


def back_in(question, cohort, first, returns):
    """The columns after the first in which one person of that cohort counts as back."""
    if question.windows is Windows.CALENDAR:
        visits = Counter(day(at) - cohort for at in returns)
    else:
        visits = Counter((at - first) // (24 * HOUR) for at in returns)
    came = {column for column, times in visits.items() if times >= question.minimum}
    if question.match is Match.ON:
        return came
    return {column for column in range(question.columns) if any(later >= column for later in came)}


def plainly(question, starts, returns, unfiltered):
    cells = {(row, column): set() for row in range(question.rows) for column in range(question.columns)}
    for person in set(starts.person.tolist()):
        mine, mine_back, all_mine = (
            chosen.at[chosen.person == person].tolist() for chosen in (starts, returns, unfiltered)
        )
        for cohort, first in entries_of(question, mine, all_mine):
            for column in back_in(question, cohort, first, mine_back) | {0}:
                if column == 0 or 0 < column < question.columns:
                    cells[cohort, column].add(person)
    return cells


pairs = st.lists(st.tuples(st.integers(1, 5), st.integers(-40, 200)), max_size=40)


# Three periods behind those that the question needs: on-or-after looks there, on does not.
@settings(max_examples=60, deadline=None)
@given(
    history=pairs,
    back=pairs,
    matching=st.lists(st.booleans(), min_size=40, max_size=40),
    rules=st.fixed_dictionaries(
        {
            "match": st.sampled_from(Match),
            "windows": st.sampled_from(Windows),
            "minimum": st.integers(1, 3),
            "rows": st.integers(1, 5),
            "columns": st.integers(1, 4),
        }
    ),
)
@pytest.mark.parametrize("entry", Entry)
def test_every_cell_counts_the_people_that_the_definition_names(entry, history, back, matching, rules):
    question = asked(entry=entry, **rules)
    # Whoever comes back later than the calendar reaches is seen by elapsed windows only.
    back = [(person, hours) for person, hours in back if hours < 24 * 9]
    starts = events(*[pair for pair, fits in zip(history, matching, strict=False) if fits])
    found = presence(question, starts, events(*back), unfiltered=events(*history))

    expected = plainly(question, starts, events(*back), events(*history))
    assert found.counts().tolist() == [
        [len(expected[row, column]) for column in range(question.columns)] for row in range(question.rows)
    ]
    for (row, column), people in expected.items():
        assert found.behind(row, column).tolist() == sorted(people)


# --- what is not known yet ---------------------------------------------------------------------------------


def test_a_cell_whose_period_is_not_over_is_none_and_says_when_it_will_be_known():
    everyone = events((1, 1), (1, 25), (2, 2), (2, 26), (3, 30))
    cells = table(presence(asked(known_until=DAYS.edges[2]), everyone, everyone)).rows[0].cells
    assert [cell.retained for cell in cells] == [2, 2, None]
    assert (cells[2].rate, cells[2].interval) == (None, None)
    assert cells[2].matures_at == DAYS.edges[3]

    just_over = table(presence(asked(known_until=DAYS.edges[3]), everyone, everyone)).rows[0].cells
    assert [cell.retained for cell in just_over] == [2, 2, 0]


def test_an_elapsed_cell_is_known_when_the_last_who_could_enter_the_cohort_has_had_the_whole_window():
    question = asked(windows=Windows.ELAPSED, known_until=int(DAYS.edges[1]) + 48 * HOUR)
    one = events((1, 1))
    cells = table(presence(question, one, one)).rows[0].cells
    assert [cell.retained for cell in cells] == [1, 0, None]
    assert cells[2].matures_at == DAYS.edges[1] + 72 * HOUR


def test_immature_cells_stay_out_of_the_average_and_large_cohorts_weigh_more():
    # Day 0: 3 people, 2 come back the next day. Day 1: 1 new person, who comes back. Day 2: 1, not known yet.
    starts = events((1, 1), (2, 1), (3, 1), (4, 25), (5, 49))
    returns = events((1, 25), (2, 25), (4, 49), (5, 72))
    question = asked(known_until=DAYS.edges[3], entry=Entry.FIRST_TIME)
    average = table(presence(question, starts, returns)).averages[1]
    assert (average.people, average.retained, average.rate) == (4, 3, 0.75)
    assert average.interval == wilson(3, 4)


def test_a_column_that_no_cohort_is_old_enough_for_has_no_average():
    one = events((1, 1))
    average = table(presence(asked(known_until=DAYS.edges[1]), one, one)).averages[2]
    assert (average.people, average.retained, average.rate, average.interval) == (0, None, None, None)
    assert average.matures_at == DAYS.edges[3]


def test_every_known_rate_after_the_first_has_its_wilson_interval():
    everyone = events((1, 1), (2, 1), (3, 1), (1, 25))
    cells = table(presence(asked(), everyone, everyone)).rows[0].cells
    assert (cells[0].rate, cells[0].interval) == (1.0, (1.0, 1.0))
    assert (cells[1].rate, cells[1].interval) == (1 / 3, wilson(1, 3))


def test_a_cohort_of_nobody_has_no_rate_and_no_events_give_an_empty_table():
    nothing = events()
    found = table(presence(asked(), nothing, nothing))
    assert [row.people for row in found.rows] == [0, 0, 0, 0]
    assert {(cell.retained, cell.rate, cell.interval) for row in found.rows for cell in row.cells} == {(0, None, None)}
    assert [row.label for row in found.rows] == ["2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30"]


def test_calendar_days_and_elapsed_days_differ():
    starts, returns = events((1, 23)), events((1, 24.5))
    assert presence(asked(), starts, returns).counts()[0].tolist() == [1, 1, 0]
    assert presence(asked(windows=Windows.ELAPSED), starts, returns).counts()[0].tolist() == [1, 0, 0]


def test_a_question_that_asks_for_more_periods_than_it_brings_is_an_error():
    with pytest.raises(ValueError, match="needs all its periods"):
        asked(rows=9, columns=3)
