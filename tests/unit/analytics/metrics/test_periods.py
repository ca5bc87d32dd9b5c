from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics.periods import Period, WeekStart, buckets, microseconds, moment

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "Asia/Kolkata",
    "Asia/Kathmandu",
]
ZONES += ["Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Pacific/Chatham"]


def local(zone, *numbers):
    return datetime(*numbers, tzinfo=ZoneInfo(zone))


def hours_of(cut):
    return [int(width) / 3_600_000_000 for width in np.diff(cut.edges)]


def test_days_are_named_by_their_date_and_start_at_midnight_of_the_place():
    cut = buckets(local("Asia/Kolkata", 2026, 5, 1), local("Asia/Kolkata", 2026, 5, 3), Period.DAY, "Asia/Kolkata")
    assert cut.labels == ("2026-05-01", "2026-05-02")
    assert cut.starts()[0] == datetime(2026, 4, 30, 18, 30, tzinfo=UTC)
    assert cut.starts()[0].isoformat() == "2026-05-01T00:00:00+05:30"


def test_a_range_that_begins_within_a_period_has_the_whole_period():
    start = local("UTC", 2026, 5, 1, 13)
    assert buckets(start, start + timedelta(seconds=1), Period.DAY, "UTC").labels == ("2026-05-01",)
    assert buckets(start, local("UTC", 2026, 5, 2), Period.DAY, "UTC").labels == ("2026-05-01",)
    assert buckets(start, local("UTC", 2026, 5, 2, 0, 0, 1), Period.DAY, "UTC").labels == ("2026-05-01", "2026-05-02")


def test_the_days_on_which_clocks_change_last_23_and_25_hours():
    spring = buckets(
        local("Europe/Berlin", 2026, 3, 28), local("Europe/Berlin", 2026, 3, 31), Period.DAY, "Europe/Berlin"
    )
    assert hours_of(spring) == [24, 23, 24]
    autumn = buckets(
        local("Europe/Berlin", 2026, 10, 24), local("Europe/Berlin", 2026, 10, 27), Period.DAY, "Europe/Berlin"
    )
    assert hours_of(autumn) == [24, 25, 24]


def test_an_hour_that_clocks_skip_is_missing_and_one_that_they_repeat_is_there_twice():
    spring = buckets(
        local("Europe/Berlin", 2026, 3, 29, 1), local("Europe/Berlin", 2026, 3, 29, 4), Period.HOUR, "Europe/Berlin"
    )
    assert spring.labels == ("2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00")
    autumn = buckets(
        local("Europe/Berlin", 2026, 10, 25, 2), local("Europe/Berlin", 2026, 10, 25, 3), Period.HOUR, "Europe/Berlin"
    )
    assert autumn.labels == ("2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00")


def test_where_clocks_move_by_half_an_hour_the_hours_around_it_are_short():
    zone = "Australia/Lord_Howe"
    cut = buckets(local(zone, 2026, 10, 4, 1), local(zone, 2026, 10, 4, 4), Period.HOUR, zone)
    assert cut.labels == ("2026-10-04T01:00+10:30", "2026-10-04T02:30+11:00", "2026-10-04T03:00+11:00")
    assert hours_of(cut) == [1, 0.5, 1]


def test_a_day_without_midnight_starts_when_its_clocks_do():
    zone = "America/Sao_Paulo"
    cut = buckets(local(zone, 2018, 11, 3), local(zone, 2018, 11, 6), Period.DAY, zone)
    assert cut.labels == ("2018-11-03", "2018-11-04", "2018-11-05")
    assert [start.hour for start in cut.starts()] == [0, 1, 0]
    assert hours_of(cut) == [24, 23, 24]


def test_a_day_with_two_midnights_starts_at_the_first():
    zone = "America/Havana"
    cut = buckets(local(zone, 2026, 10, 31), local(zone, 2026, 11, 3), Period.DAY, zone)
    assert hours_of(cut) == [24, 25, 24]


def test_a_day_that_never_was_has_no_bucket():
    zone = "Pacific/Apia"
    cut = buckets(local(zone, 2011, 12, 29), local(zone, 2012, 1, 1), Period.DAY, zone)
    assert cut.labels == ("2011-12-29", "2011-12-31")


def test_weeks_start_on_monday_or_on_sunday():
    wednesday = local("UTC", 2026, 5, 6)
    monday = buckets(wednesday, wednesday + timedelta(days=7), Period.WEEK, "UTC")
    assert monday.labels == ("2026-05-04", "2026-05-11")
    sunday = buckets(wednesday, wednesday + timedelta(days=7), Period.WEEK, "UTC", WeekStart.SUNDAY)
    assert sunday.labels == ("2026-05-03", "2026-05-10")
    on_sunday = local("UTC", 2026, 5, 3)
    assert buckets(on_sunday, wednesday, Period.WEEK, "UTC", WeekStart.SUNDAY).labels == ("2026-05-03",)
    assert buckets(on_sunday, wednesday, Period.WEEK, "UTC").labels == ("2026-04-27", "2026-05-04")


def test_months_go_over_the_year():
    cut = buckets(local("UTC", 2025, 11, 30), local("UTC", 2026, 2, 1), Period.MONTH, "UTC")
    assert cut.labels == ("2025-11", "2025-12", "2026-01")


def test_further_periods_follow_those_of_the_range():
    cut = buckets(local("UTC", 2026, 1, 31), local("UTC", 2026, 2, 1), Period.MONTH, "UTC", further=2)
    assert cut.labels == ("2026-01", "2026-02", "2026-03")


def test_moments_are_numbered_by_the_period_that_they_are_in():
    cut = buckets(local("UTC", 2026, 5, 1), local("UTC", 2026, 5, 3), Period.DAY, "UTC")
    first, second, end = (int(edge) for edge in cut.edges)
    at = np.array([first - 1, first, second - 1, second, end - 1, end], np.int64)
    assert cut.numbers(at).tolist() == [-1, 0, 0, 1, 1, -1]
    assert cut.numbers(np.zeros(0, np.int64)).tolist() == []


def test_a_range_that_ends_before_it_starts_is_an_error():
    start = local("UTC", 2026, 5, 1)
    with pytest.raises(ValueError, match="ends after"):
        buckets(start, start, Period.DAY, "UTC")


def test_microseconds_are_exact_and_come_back():
    last = datetime(2999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert moment(microseconds(last)) == last
    assert microseconds(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


moments = st.timedeltas(timedelta(0), timedelta(days=365 * 25)).map(datetime(2005, 1, 1, tzinfo=UTC).__add__)


def key(at, period, week_start):
    """The written name of the period that a local moment is in, said plainly."""
    if period is Period.HOUR:
        return (at.date(), at.hour, at.utcoffset())
    if period is Period.DAY:
        return at.date()
    if period is Period.MONTH:
        return (at.year, at.month)
    return (at.date() + timedelta(days=0 if week_start is WeekStart.MONDAY else 1)).isocalendar()[:2]


ranges = st.fixed_dictionaries(
    {
        "start": moments,
        "end": st.timedeltas(timedelta(microseconds=1), timedelta(days=40)),
        "period": st.sampled_from(Period),
        "timezone": st.sampled_from(ZONES),
        "week_start": st.sampled_from(WeekStart),
    }
).map(lambda asked: {**asked, "end": asked["start"] + asked["end"]})


@settings(max_examples=150)
@given(asked=ranges, data=st.data())
def test_periods_cover_their_range_and_two_moments_share_one_exactly_when_the_calendar_says_so(asked, data):
    cut = buckets(**asked)
    assert len(cut.edges) == len(cut) + 1
    assert (np.diff(cut.edges) > 0).all()
    assert cut.edges[0] <= microseconds(asked["start"]) < cut.edges[1]
    assert cut.edges[-2] < microseconds(asked["end"]) <= cut.edges[-1]
    assert len(set(cut.labels)) == len(cut)

    within = st.integers(int(cut.edges[0]), int(cut.edges[-1]) - 1)
    pair = np.array([data.draw(within), data.draw(within)], np.int64)
    one, other = (key(moment(int(at), asked["timezone"]), asked["period"], asked["week_start"]) for at in pair)
    assert (cut.numbers(pair)[0] == cut.numbers(pair)[1]) == (one == other)
