"""Which breakdown values explain a bucket, for each kind of metric that adds up."""

from typing import Any

import numpy as np
import pytest

from analytics.metrics.anomalies.root_cause import RootCause
from analytics.metrics.periods import Period, buckets, moment
from analytics.metrics.stream import Samples
from analytics.services.definitions import read
from analytics.services.metric_data import MetricData
from analytics.services.root_causes import root_cause

DAY = 86_400_000_000
CUT = buckets(moment(0), moment(3 * DAY), Period.DAY, "UTC")
COUNT = {"measure": "count"}
SUM = {"measure": "sum", "property": "x"}
RATE = {"measure": "formula", "operation": "divided_by", "first": COUNT, "second": COUNT}


def samples(*rows: tuple[int, str, float]) -> Samples:
    """(day, breakdown value, number)"""
    names = sorted({name for _, name, _ in rows if name})
    return Samples(
        np.zeros(len(rows), np.int64),
        np.array([day * DAY for day, _, _ in rows], np.int64),
        np.array([number for _, _, number in rows]),
        np.array([names.index(name) if name else -1 for _, name, _ in rows], np.int64),
        tuple(names),
    )


def cause(definition: dict[str, Any], *given: Samples) -> RootCause | None:
    return root_cause(MetricData(read(definition), given, 3 * DAY), CUT, bucket=2, history=2)


ROWS = samples((0, "a", 1), (1, "a", 3), (1, "b", 10), (2, "a", 2), (2, "a", 4), (2, "a", np.nan), (2, "", 5))


def effects(found: RootCause | None) -> dict[str, float]:
    assert found is not None
    return {part.value: part.effect for part in found.contributions}


def test_a_count_is_compared_with_the_mean_of_its_history() -> None:
    assert effects(cause(COUNT, ROWS)) == {"a": 2, "": 1, "b": -0.5}


def test_a_sum_leaves_out_what_is_no_number() -> None:
    assert effects(cause(SUM, ROWS)) == {"": 5, "b": -5, "a": 4}


def test_revenue_is_told_in_money_not_in_millionths() -> None:
    found = cause({"measure": "sum", "property": "$revenue"}, samples((0, "a", 2e6), (2, "a", 5e6)))
    assert effects(found) == {"a": 4}


def test_an_average_is_a_rate_of_its_sum_to_its_numbers() -> None:
    found = cause({"measure": "average", "property": "x"}, ROWS)
    assert found is not None
    assert (found.before, found.now) == (pytest.approx(14 / 3), pytest.approx(11 / 3))
    assert found.mix + found.rate == pytest.approx(-1)


def test_a_division_is_a_rate_of_both_and_other_formulas_do_not_add_up() -> None:
    visits = samples(*[(day, name, 0) for day in range(3) for name in "ab" for _ in range(10)])
    sales = samples((0, "a", 0), (1, "a", 0), *[(2, "b", 0)] * 5)
    found = cause(RATE, sales, visits)
    assert found is not None
    assert (found.before, found.now, found.mix) == (0.05, 0.25, 0)
    assert effects(found) == {"b": 0.25, "a": pytest.approx(-0.05)}
    assert cause({**RATE, "operation": "plus"}, sales, visits) is None
    assert cause({**RATE, "second": {"measure": "people"}}, sales, visits) is None


@pytest.mark.parametrize("definition", [{"measure": "people"}, {"measure": "percentile", "property": "x"}])
def test_what_does_not_add_up_has_no_cause(definition: dict[str, Any]) -> None:
    assert cause(definition, ROWS) is None


def test_nothing_before_or_nothing_at_all_is_no_error() -> None:
    assert root_cause(MetricData(read(COUNT), [ROWS], 0), CUT, bucket=0, history=0) is None
    assert effects(cause(COUNT, samples())) == {}
    assert cause(RATE, samples(), samples()) is None
