"""The demo's year: the same one every time, and tomorrow's goes on from today's."""

from datetime import UTC, date, datetime

from analytics.demo.plan import Plan
from analytics.demo.year import Year
from analytics.ingest.incoming import IncomingEvent

LAST = date(2025, 3, 31)  # clocks changed the day before
LATER = datetime(2026, 1, 1, tzinfo=UTC)


def events(last: date = LAST) -> list[IncomingEvent]:
    year = Year(Plan(last, days=40, events=4_000))
    return [event for batch in year.batches(1_500, after=None, until=LATER) for event in batch]


def test_the_same_plan_is_the_same_year_in_order_of_time_and_of_the_size_that_was_asked_for() -> None:
    found = events()
    assert found == events()
    assert [event.at for event in found] == sorted(event.at for event in found)
    assert len({event.insert_id for event in found}) == len(found)
    assert 0.9 * 4_000 < len(found) < 1.1 * 4_000


def test_tomorrows_year_tells_the_same_of_those_whom_todays_knew() -> None:
    today, tomorrow = ({event.insert_id: event for event in events(date(2025, 3, day))} for day in (30, 31))
    both = today.keys() & tomorrow.keys()
    assert len(both) > 0.9 * len(today)
    same = [today[each] == tomorrow[each] for each in both if ":0:newsletter" not in each]
    assert sum(same) > 0.97 * len(same)


def test_a_part_of_the_year_begins_where_the_last_one_ended() -> None:
    year = Year(Plan(LAST, days=40, events=4_000))
    whole = events()
    after = whole[2_000].at
    (rest,) = year.batches(9_999, after=after, until=whole[2_999].at)
    assert rest == whole[2_000:3_000]
    assert year.count(after=after, until=whole[2_999].at) == 1_000
    assert year.count(after=LATER, until=LATER) == 0
