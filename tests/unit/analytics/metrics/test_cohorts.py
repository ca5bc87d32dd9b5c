from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics.cohorts.lives import PERIODS, History, lives
from analytics.metrics.cohorts.sums import Sums, sums, updated
from analytics.metrics.cohorts.table import table
from analytics.metrics.intervals import wilson
from analytics.metrics.periods import Period, buckets, dates, microseconds, moment
from analytics.metrics.stream import Occurrences
from analytics.metrics.survival import kaplan_meier
from analytics.metrics.trends import Direction

ZONE = "Europe/Berlin"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=ZoneInfo(ZONE))
FIELDS = ("people", "seen", "revenue_micros", "cost_micros", "squares")


def events(*rows):
    """(person, day after New Year, money in micros, hour of the day)."""
    full = [(*row, *(0, 12)[len(row) - 2 :]) for row in rows]
    at = [microseconds(NEW_YEAR + timedelta(days=day)) + hour * 3_600_000_000 for _, day, _, hour in full]
    columns = ([row[0] for row in full], at, [row[2] for row in full])
    return Occurrences(*(np.array(column, np.int64) for column in columns))


def history(activity, costs=()):
    return History(events(*activity), events(*activity), events(*costs))


def added(found):
    return sums(lives(found, ZONE))


def shown(found, days=1, *, until, period=Period.DAY):
    cut = buckets(NEW_YEAR, NEW_YEAR + timedelta(days=days), period, ZONE)
    return table(added(found), cut, known_until=microseconds(NEW_YEAR + timedelta(days=until)))


def test_a_cohort_brings_its_revenue_costs_and_the_people_who_were_there_again():
    [cohort] = shown(
        history([(1, 0, 10_000_000), (2, 0, 1), (1, 3, 5_500_000), (1, 40, 7_000_000)], [(2, 1, 250_000)]), until=400
    )
    week, month, quarter, *_ = cohort.cells
    assert (cohort.label, cohort.people, cohort.complete) == ("2026-01-01", 2, True)
    assert (week.revenue, week.cost, week.margin) == (Decimal("15.500001"), Decimal("0.25"), Decimal("15.250001"))
    assert (week.ltv, quarter.revenue, quarter.ltv) == (Decimal("7.75"), Decimal("22.500001"), Decimal("11.25"))
    assert (week.retention.rate, week.retention.interval, week.retention.seen) == (0.5, wilson(1, 2), 1)
    assert (month.retention.seen, quarter.retention.seen) == (0, 1)


def test_a_cohort_younger_than_its_period_is_null_and_says_when_it_will_not_be():
    [cohort] = shown(history([(1, 0, 10_000_000), (1, 3, 1)]), until=29)
    week, month, *_ = cohort.cells
    assert week.revenue == Decimal("10.000001")
    assert (month.revenue, month.ltv, month.cost, month.margin, month.retention) == (None,) * 5
    assert month.matures_at == date(2026, 1, 31)
    [older] = shown(history([(1, 0, 10_000_000), (1, 3, 1)]), until=30)
    assert older.cells[1].revenue == Decimal("10.000001")


def test_a_month_is_as_young_as_its_last_day():
    found = history([(1, 0), (2, 30)])
    [cohort] = shown(found, days=31, until=36, period=Period.MONTH)
    assert (cohort.cells[0].revenue, cohort.cells[0].matures_at) == (None, date(2026, 2, 7))
    [cohort] = shown(found, days=31, until=37, period=Period.MONTH)
    assert cohort.cells[0].revenue == 0


def test_a_running_cohort_is_not_complete():
    [cohort] = shown(history([(1, 0)]), days=31, until=20, period=Period.MONTH)
    assert (cohort.people, cohort.complete) == (1, False)


def test_a_cohort_of_nobody_has_no_averages_but_honest_zeros():
    empty, _ = shown(history([(1, 1)]), days=2, until=400)
    cell = empty.cells[0]
    assert (empty.people, cell.revenue, cell.ltv, cell.ltv_interval, cell.retention) == (0, 0, None, None, None)
    assert [cohort.people for cohort in shown(history([]), days=2, until=400)] == [0, 0]


def test_the_day_on_which_someone_came_is_not_a_return_whatever_the_hour():
    [cohort] = shown(history([(1, 0, 0, 0), (1, 0, 0, 23)]), until=400)
    assert cohort.cells[0].retention.seen == 0


def test_retention_is_estimated_while_only_some_have_lived_through_the_period():
    # Ten came each day, a week long; each second of them was there again three days later.
    visits = [(10 * day + number, day) for day in range(7) for number in range(10)]
    visits += [(person, day + 3) for person, day in visits if person % 2]
    [cohort] = shown(history(visits), days=4, until=9, period=Period.WEEK)
    assert cohort.cells[0].revenue is None
    retention = cohort.cells[0].retention
    assert (retention.rate, retention.seen) == (pytest.approx(0.5), None)
    assert retention.interval[0] < 0.5 < retention.interval[1]
    assert shown(history(visits), days=4, until=6, period=Period.WEEK)[0].cells[0].retention is None


def test_a_trend_is_up_only_beside_the_cohort_before_and_only_when_it_is_certain():
    def cohort_of(day, people, buyers):
        first = [(1000 * day + number, day) for number in range(people)]
        return first + [(1000 * day + number, day + 2, 20_000_000 + number) for number in range(buyers)]

    found = shown(history(cohort_of(0, 100, 40) + cohort_of(1, 100, 70) + cohort_of(2, 100, 74)), days=3, until=400)
    trends = [cohort.cells[0].retention_trend for cohort in found]
    assert trends[0] is None
    assert (trends[1].direction, trends[1].change) == (Direction.UP, pytest.approx(0.75))
    assert trends[1].p_value < 0.05
    assert trends[2].direction is Direction.STABLE
    assert [cohort.cells[0].ltv_trend and cohort.cells[0].ltv_trend.direction for cohort in found] == [
        None,
        Direction.UP,
        Direction.STABLE,
    ]


def test_kaplan_meier_is_as_right_as_the_mature_alone_and_surer_and_counting_the_immature_is_wrong():
    rng = np.random.default_rng(5)
    wrong, mature_only, estimated = [], [], []
    for _ in range(300):
        ages, until_seen = rng.integers(0, 60, 300), rng.exponential(40, 300).astype(int)
        durations, seen = np.minimum(ages, until_seen), until_seen <= ages
        estimated.append(1 - kaplan_meier(durations, seen).outlive(29))
        wrong.append((seen & (durations < 30)).mean())
        mature_only.append((until_seen[ages >= 30] < 30).mean())
    truth = 1 - np.exp(-30 / 40)
    assert np.mean(estimated) == pytest.approx(truth, abs=0.01)
    assert np.mean(mature_only) == pytest.approx(truth, abs=0.01)
    assert np.std(estimated) < 0.9 * np.std(mature_only)
    assert np.mean(wrong) < truth - 0.1


# --- the same said plainly, person by person ---------------------------------------------------------------

visits = st.tuples(st.integers(1, 6), st.integers(0, 120), st.integers(-5, 10**13), st.integers(0, 23))
histories = st.lists(visits, max_size=30)


def plain_cohort(starts, activity, costs, period_number, last_day):
    """Of those who came on New Year's or the day after: people, revenue, cost, seen again, as of that day."""
    lowest, period = ([1, *PERIODS])[period_number], PERIODS[period_number]
    came = {}
    for person, day, *_ in starts:
        came[person] = min(day, came.get(person, day))
    ours = {person: day for person, day in came.items() if day in {0, 1}}

    def of_age(rows, low):
        return [(row[0], row[2]) for row in rows if row[0] in ours and low <= row[1] - ours[row[0]] < period]

    if last_day < 1 + period - 1:
        return len(ours), None, None, None
    seen = {person for person, _ in of_age(activity, lowest)}
    return len(ours), sum(m for _, m in of_age(activity, 0)), sum(m for _, m in of_age(costs, 0)), len(seen)


@settings(max_examples=60, deadline=None)
@given(starts=histories, activity=histories, costs=histories, last_day=st.integers(1, 130))
def test_every_cell_is_what_adding_up_person_by_person_gives(starts, activity, costs, last_day):
    found = History(events(*starts), events(*activity), events(*costs))
    cut = buckets(NEW_YEAR, NEW_YEAR + timedelta(days=2), Period.DAY, ZONE)
    # Two days as one cohort.
    cut = type(cut)(cut.period, cut.timezone, cut.edges[[0, 2]], ("both",))
    until = microseconds(NEW_YEAR + timedelta(days=last_day + 1))
    [cohort] = table(added(found), cut, known_until=until)
    for number, cell in enumerate(cohort.cells):
        people, revenue, cost, seen = plain_cohort(starts, activity, costs, number, last_day)
        assert cohort.people == people
        assert (cell.revenue is None) == (revenue is None)
        if revenue is not None:
            assert (cell.revenue * 1_000_000, cell.cost * 1_000_000) == (revenue, cost)
            assert cell.margin == cell.revenue - cell.cost
            assert cell.ltv is None if not people else abs(cell.ltv * people - cell.revenue) <= people * Decimal("1e-6")
            assert (cell.retention and cell.retention.seen) == (seen if people else None)


@settings(max_examples=60, deadline=None)
@given(visits=histories, last_day=st.integers(1, 60))
def test_an_estimated_retention_is_kaplan_meiers_of_each_persons_time_until_they_were_seen(visits, last_day):
    until = microseconds(NEW_YEAR + timedelta(days=last_day + 1))
    cut = buckets(NEW_YEAR, NEW_YEAR + timedelta(days=31), Period.MONTH, ZONE)
    found = History(events(*visits), events(*visits), events())
    [cohort] = table(added(found), cut, known_until=until)
    came = {person: min(row[1] for row in of(visits, {person})) for person, *_ in visits}
    lowest = 1
    for cell in cohort.cells:
        ages = range(lowest, cell.period)
        lowest = cell.period
        people = [person for person, day in came.items() if day < 31]
        lived = [last_day - came[person] for person in people]
        if cell.revenue is not None or not any(age >= cell.period - 1 for age in lived):
            continue
        first = [
            min([row[1] - came[p] for row in of(visits, {p}) if row[1] - came[p] in ages] or [999]) for p in people
        ]
        plain = kaplan_meier(np.minimum(first, lived), np.array(first) <= np.array(lived))
        assert cell.retention.rate == pytest.approx(1 - plain.outlive(cell.period - 1))
        assert cell.retention.interval[0] <= cell.retention.rate + 1e-12
        assert cell.retention.rate - 1e-12 <= cell.retention.interval[1]


# --- new events --------------------------------------------------------------------------------------------


def of(rows, people):
    return [row for row in rows if row[0] in people]


def same(one, other):
    return one.changed_days(other) == []


@settings(max_examples=50, deadline=None)
@given(
    former=st.tuples(histories, histories, histories),
    new=st.tuples(histories, histories, histories),
    merged=st.sampled_from([None, (1, 2), (3, 1)]),
)
def test_what_new_late_and_merged_events_change_gives_the_sums_that_a_full_rebuild_gives(former, new, merged):
    before = added(History(*(events(*rows) for rows in former)))
    concerned = {row[0] for rows in new for row in rows} | set(merged or ())

    def renamed(rows):
        return [(merged[1] if merged and row[0] == merged[0] else row[0], *row[1:]) for row in rows]

    everything = [renamed([*old, *more]) for old, more in zip(former, new, strict=True)]
    rebuilt = added(History(*(events(*rows) for rows in everything)))
    after = updated(
        before,
        former=lives(History(*(events(*of(rows, concerned)) for rows in former)), ZONE),
        now=lives(History(*(events(*of(rows, concerned)) for rows in everything)), ZONE),
    )
    assert same(after, rebuilt)

    touched = {
        int(day)
        for rows in (former[0], everything[0])
        for row in of(rows, concerned)
        for day in dates(events(row).at, ZONE)
    }
    assert set(before.changed_days(after)) <= touched


def test_sums_that_differ_in_any_number_are_not_the_same():
    found = added(history([(1, 0, 5), (1, 3, 7)], [(1, 2, 9)]))
    for field in FIELDS:
        column = getattr(found, field).copy()
        column.reshape(-1)[0] += 1
        assert found.changed_days(type(found)(**{**vars(found), field: column})) == [found.first_day]
    assert found.changed_days(Sums.empty()) == [found.first_day]
    assert same(Sums.empty(), added(history([])))


def test_squares_are_exact_where_floats_and_64_bits_are_not():
    huge = 4_000_000_000_000_001
    found = added(history([(1, 0, huge), (2, 0, huge)]))
    assert found.squares[0, 0] == 2 * huge**2


def test_dates_are_those_of_the_place():
    late = np.array([microseconds(datetime(2026, 1, 1, 23, 30, tzinfo=UTC))])
    assert date.fromordinal(int(dates(late, ZONE)[0])) == date(2026, 1, 2)
    assert date.fromordinal(int(dates(late, "UTC")[0])) == date(2026, 1, 1)
    assert moment(int(late[0]), ZONE).day == 2
    assert dates(late[:0], ZONE).tolist() == []
