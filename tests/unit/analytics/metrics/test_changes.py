"""Up and down are said when a test says so and the effect is worth a word."""

import numpy as np
import pytest

from analytics.metrics.changes import NoTest, compared, trend
from analytics.metrics.trends import Direction
from tests.benchmarks.unrelated_series import business_series, shocks


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def weekly(rng: np.random.Generator, n: int, memory: float = 0.5) -> np.ndarray:
    """A level that stays, weekdays and a memory."""
    noise = shocks(rng, n)
    for day in range(1, len(noise)):
        noise[day] += memory * noise[day - 1]
    return 100 + 20 * rng.normal(0, 1, 7)[np.arange(n) % 7] + 5 * noise[-n:]


def halves(values: np.ndarray) -> dict[str, object]:
    middle = len(values) // 2
    former, now = values[:middle].tolist(), values[middle:].tolist()
    sums = {"now": sum(now), "before": sum(former)}
    return {**sums, "values": now, "former": former, "seasons": [np.arange(len(values)) % 7]}


@pytest.mark.parametrize("n", [28, 60, 180])
def test_a_level_that_stays_is_seldom_called_changed(rng: np.random.Generator, n: int) -> None:
    changes = [compared(**halves(weekly(rng, n))) for _ in range(150)]
    assert sum(change.effect.p < 0.05 for change in changes) <= 18
    trends = [trend(weekly(rng, n).tolist(), [np.arange(n) % 7]) for _ in range(150)]
    assert sum(change.effect.p < 0.05 for change in trends) <= 18


def test_a_step_is_found_with_its_size(rng: np.random.Generator) -> None:
    values = weekly(rng, 120)
    values[60:] += 15
    change = compared(**halves(values))
    assert change.direction is Direction.UP
    assert change.effect.low < 15 < change.effect.high
    assert change.absolute == pytest.approx(values[60:].sum() - values[:60].sum())
    assert change.relative == pytest.approx(change.absolute / values[:60].sum())


def test_periods_that_begin_on_other_weekdays_are_compared_without_them(rng: np.random.Generator) -> None:
    weekdays = np.arange(40) % 7
    values = 10 + 100.0 * (weekdays == 5) + rng.normal(0, 1, 40)
    change = compared(**halves(values))
    assert change.relative < -0.2  # 2 Saturdays against 3
    assert change.direction is Direction.STABLE


def test_a_fall_over_a_range_is_a_trend(rng: np.random.Generator) -> None:
    values = weekly(rng, 120) - np.linspace(0, 30, 120)
    found = trend(values.tolist(), [np.arange(120) % 7])
    assert found.direction is Direction.DOWN
    assert found.effect.low < -30 < found.effect.high
    assert found.relative == pytest.approx(-0.3, abs=0.15)


def test_what_is_certain_but_small_is_stable(rng: np.random.Generator) -> None:
    values = 1000 + np.linspace(0, 20, 200) + rng.normal(0, 1, 200)
    found = trend(values.tolist(), [])
    assert found.effect.p < 0.001
    assert (found.direction, found.relative) == (Direction.STABLE, pytest.approx(0.02, abs=0.001))


def test_few_or_unvarying_values_have_a_difference_and_no_test() -> None:
    few = compared(now=30, before=20, values=[10.0] * 3, former=[7.0, 6.0, 7.0], seasons=[])
    assert (few.absolute, few.relative, few.direction, few.no_test) == (10, 0.5, None, NoTest.TOO_FEW_VALUES)
    same = compared(now=90, before=90, values=[3.0] * 30, former=[3.0] * 30, seasons=[])
    assert (same.absolute, same.no_test) == (0, NoTest.ZERO_VARIANCE)


def test_nothing_before_has_no_relative_change(rng: np.random.Generator) -> None:
    change = compared(**halves(np.repeat([0.0, 10.0], 30) + np.repeat([0, 1], 30) * rng.normal(0, 1, 60)))
    assert (change.relative, change.direction) == (None, Direction.UP)


@pytest.mark.parametrize("values", [[], [None] * 40, [1.0], [0.0] * 60])
def test_nothing_to_test_is_no_trend(values: list[float | None]) -> None:
    assert trend(values, [np.arange(len(values)) % 7]).direction is None


def test_gaps_are_left_out(rng: np.random.Generator) -> None:
    values = business_series(rng, shocks(rng, 90)).tolist()
    holed = [None if day % 9 == 0 else value for day, value in enumerate(values)]
    assert trend(holed, [np.arange(90) % 7]).effect is not None
