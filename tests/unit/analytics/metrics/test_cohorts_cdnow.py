"""A year and a half of purchases at CDNOW by everyone who first bought in the first quarter of 1997 (Fader and Hardie's
data set, inside the package lifetimes): our tables beside a plain computation with pandas."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.metrics.cohorts.lives import PERIODS, History, lives
from analytics.metrics.cohorts.sums import sums
from analytics.metrics.cohorts.table import table
from analytics.metrics.intervals import wilson
from analytics.metrics.periods import Period, buckets, microseconds
from analytics.metrics.retention.presence import presence
from analytics.metrics.retention.question import Entry, Match, Question
from analytics.metrics.stream import Occurrences

FIRST, END = datetime(1997, 1, 1, tzinfo=UTC), datetime(1998, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def purchases():
    # Found without importing it: the library itself is unmaintained.
    [folder] = find_spec("lifetimes").submodule_search_locations
    rows = pd.read_csv(Path(folder) / "datasets" / "CDNOW_master.txt", sep=r"\s+", dtype={"dollar_value": str})
    rows.columns = ["person", "day", "discs", "dollars"]
    rows["day"] = pd.to_datetime(rows["day"].astype(str))
    rows["cents"] = [int(Decimal(dollars) * 100) for dollars in rows["dollars"]]
    rows["first"] = rows.groupby("person")["day"].transform("min")
    rows["age"] = (rows["day"] - rows["first"]).dt.days
    return rows


def occurrences(rows):
    at = rows["day"].to_numpy().astype("datetime64[us]").astype(np.int64)
    return Occurrences(rows["person"].to_numpy(), at, rows["cents"].to_numpy() * 10_000)


def ours(purchases, until, period, end=datetime(1997, 4, 1, tzinfo=UTC)):
    known = occurrences(purchases[purchases["day"] < until.replace(tzinfo=None)])
    nothing = Occurrences(*(np.zeros(0, np.int64) for _ in range(3)))
    found = sums(lives(History(known, known, nothing), "UTC"))
    return table(found, buckets(FIRST, end, period, "UTC"), known_until=microseconds(until))


def test_the_data_set_is_the_published_one(purchases):
    assert (len(purchases), purchases["person"].nunique()) == (69_659, 23_570)


@pytest.mark.parametrize(("period", "code"), [(Period.DAY, "D"), (Period.WEEK, "W-SUN"), (Period.MONTH, "M")])
@pytest.mark.parametrize("until", [END, datetime(1997, 5, 10, tzinfo=UTC)])
def test_cohort_tables_equal_a_plain_pandas_computation(purchases, period, code, until):
    known = purchases[purchases["day"] < until.replace(tzinfo=None)]
    cohorts = known.groupby(known["first"].dt.to_period(code))
    found = {cohort.label: cohort for cohort in ours(purchases, until, period) if cohort.people}
    assert len(found) == len(cohorts)
    for when, rows in cohorts:
        cohort = found[when.start_time.strftime("%Y-%m" if period is Period.MONTH else "%Y-%m-%d")]
        assert cohort.people == rows["person"].nunique()
        for lowest, cell in zip([1, *PERIODS], cohort.cells, strict=False):
            last_day = when.end_time.normalize() + timedelta(days=cell.period - 1)
            if last_day >= until.replace(tzinfo=None):
                assert (cell.revenue, cell.ltv) == (None, None)
                continue
            within = rows[rows["age"] < cell.period]
            each = within.groupby("person")["cents"].sum().reindex(rows["person"].unique(), fill_value=0) / 100
            assert cell.revenue == Decimal(int(within["cents"].sum())) / 100
            assert float(cell.ltv) == pytest.approx(each.mean(), abs=1e-6)
            seen = within[within["age"] >= lowest]["person"].nunique()
            assert (cell.retention.seen, cell.retention.rate) == (seen, seen / cohort.people)
            assert cell.retention.interval == wilson(seen, cohort.people)
            if cohort.people > 1:
                half = float(cell.ltv_interval[1] - cell.ltv_interval[0]) / 2
                error = each.std(ddof=1) / np.sqrt(len(each))
                assert half == pytest.approx(error * stats.t.ppf(0.975, len(each) - 1), rel=1e-4, abs=1e-5)


def test_what_kaplan_meier_says_of_a_month_that_is_not_over_meets_what_became_of_it(purchases):
    # On the 20th of April 1997 the buyers of March are 20 to 50 days old.
    early = ours(purchases, datetime(1997, 4, 20, tzinfo=UTC), Period.MONTH)[2].cells[1]
    later = ours(purchases, END, Period.MONTH)[2].cells[1]
    assert (early.revenue, early.retention.seen) == (None, None)
    assert early.retention.interval[0] <= later.retention.rate <= early.retention.interval[1]
    assert early.retention.rate == pytest.approx(later.retention.rate, rel=0.1)


@pytest.mark.parametrize("match", Match)
def test_monthly_retention_of_buyers_equals_a_plain_pandas_computation(purchases, match):
    periods = buckets(FIRST, END, Period.MONTH, "UTC")
    bought = occurrences(purchases)
    question = Question(periods, 3, 12, microseconds(END), entry=Entry.FIRST_TIME, match=match)
    months = purchases["day"].dt.to_period("M")
    since = (months - purchases["first"].dt.to_period("M")).map(lambda months: months.n)
    first = purchases["first"].dt.month - 1
    for row, counts in enumerate(presence(question, bought, bought).counts().tolist()):
        mine = purchases[first == row].assign(since=since)
        for column, count in enumerate(counts):
            there = mine["since"] >= column if match is Match.ON_OR_AFTER else mine["since"] == column
            assert count == mine[there]["person"].nunique()
