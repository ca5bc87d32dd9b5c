"""Why a metric changed: parts that add up to the change, whatever the parts are."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.anomalies.root_cause import MOST_NAMED, Contribution, Part, RootCause, of_rate, of_sum

amounts = st.floats(-1e9, 1e9) | st.integers(-1000, 1000)
sizes = st.floats(0, 1e9).filter(lambda size: size == 0 or size > 1e-9) | st.integers(0, 5)


@st.composite
def parts(draw: st.DrawFn) -> list[Part]:
    rows = draw(st.lists(st.tuples(amounts, amounts, sizes, sizes), max_size=12))
    return [Part(f"value {k}", *row) for k, row in enumerate(rows)]


def everything(found: RootCause) -> list[Contribution]:
    return [*found.contributions, found.rest]


def size(found: RootCause) -> float:
    return sum(abs(each.mix) + abs(each.rate) + abs(each.effect) for each in everything(found))


@given(parts())
def test_the_effects_of_a_rate_add_up_to_its_change(given_parts: list[Part]) -> None:
    found = of_rate(given_parts)
    if found is None:
        assert (
            not all(
                sum(bottoms) for bottoms in zip(*((p.bottom_before, p.bottom_now) for p in given_parts), strict=True)
            )
            or not given_parts
        )
        return
    rounding = 1e-12 * (size(found) + abs(found.before) + abs(found.now))
    assert found.now - found.before == pytest.approx(found.change, abs=rounding)
    assert found.mix + found.rate == pytest.approx(found.change, abs=rounding)
    assert math.fsum(each.effect for each in everything(found)) == pytest.approx(found.change, abs=rounding)
    assert math.fsum(each.mix for each in everything(found)) == pytest.approx(found.mix, abs=rounding)
    assert math.fsum(each.rate for each in everything(found)) == pytest.approx(found.rate, abs=rounding)
    for each in everything(found):
        assert each.mix + each.rate == pytest.approx(each.effect, abs=rounding)


@given(parts())
def test_the_effects_of_a_sum_add_up_to_its_change(given_parts: list[Part]) -> None:
    found = of_sum(given_parts)
    rounding = 1e-12 * (size(found) + abs(found.before) + abs(found.now))
    assert math.fsum(each.effect for each in everything(found)) == pytest.approx(found.change, abs=rounding)
    assert (found.mix, found.rate) == (0, 0)


@given(parts())
def test_the_strongest_come_first(given_parts: list[Part]) -> None:
    effects = [abs(each.effect) for each in of_sum(given_parts).contributions]
    assert effects == sorted(effects, reverse=True)
    assert len(effects) == min(MOST_NAMED, len(given_parts))


def test_the_same_rates_with_other_shares_are_mix() -> None:
    found = of_rate([Part("phone", 10, 30, 100, 300), Part("desktop", 60, 20, 300, 100)])
    assert found.rate == 0
    assert found.mix == pytest.approx(found.change) == pytest.approx(0.125 - 0.175)


def test_other_rates_with_the_same_shares_are_rate() -> None:
    found = of_rate([Part("phone", 10, 5, 100, 200), Part("desktop", 60, 120, 300, 600)])
    assert found.mix == 0
    assert [(each.value, each.rate, each.share) for each in found.contributions] == [
        ("phone", pytest.approx(-0.01875), pytest.approx(1)),
        ("desktop", 0, 0),
    ]


def test_what_is_new_came_as_mix() -> None:
    found = of_rate([Part("old", 50, 50, 100, 100), Part("new", 0, 0, 0, 100)])
    assert (found.change, found.mix, found.rate) == (-0.25, -0.25, 0)


def test_simpsons_paradox_is_seen() -> None:
    """Each rate rose and the whole fell: mix explains more than all of it."""
    found = of_rate([Part("easy", 810, 92, 900, 100), Part("hard", 10, 180, 100, 900)])
    assert found.change < 0 < found.rate
    assert found.mix < found.change


def test_what_did_not_change_has_no_shares() -> None:
    found = of_sum([Part("a", 5, 6), Part("b", 6, 5)])
    assert [each.share for each in found.contributions] == [None, None]
    assert of_sum([]).change == 0


def test_a_rate_without_a_bottom_is_none() -> None:
    assert of_rate([]) is None
    assert of_rate([Part("a", 1, 1, 0, 10)]) is None


def test_many_values_are_told_as_the_strongest_and_the_rest() -> None:
    found = of_sum([Part(f"user {k}", 0, k) for k in range(100)])
    assert [each.value for each in found.contributions] == ["user 99", "user 98", "user 97", "user 96", "user 95"]
    assert found.rest.effect == found.change - sum(range(95, 100))


def test_a_value_tells_as_much_as_it_explains_beyond_its_part_of_the_whole() -> None:
    alike = of_sum([Part("web", 90, 180), Part("app", 10, 20)])
    assert (alike.contributions[0].share, alike.contributions[0].weight, alike.telling) == (0.9, 0.9, 0)
    app = of_sum([Part("web", 90, 90), Part("app", 10, 60)])
    assert (app.contributions[0].value, app.contributions[0].weight, app.telling) == ("app", 0.1, 0.9)
    assert of_sum([Part("the only one", 10, 60)]).telling == 0
    assert of_sum([Part("web", 5, 5)]).telling == of_sum([]).telling == 0
    rate = of_rate([Part("web", 45, 45, 90, 90), Part("app", 5, 0, 10, 10)])
    assert rate is not None
    assert (rate.contributions[0].value, rate.contributions[0].weight, rate.telling) == ("app", 0.1, 0.9)


@given(parts())
def test_weights_are_parts_of_a_whole(given_parts: list[Part]) -> None:
    for found in (of_sum(given_parts), of_rate(given_parts)):
        assert found is None or all(0 <= each.weight <= 1 for each in everything(found))
        assert found is None or found.telling <= 1


def test_a_change_next_to_nothing_has_no_shares() -> None:
    found = of_sum([Part("up", 0, 1e9), Part("down", 1e9, 5e-324)])
    assert [each.share for each in found.contributions] == [None, None]
