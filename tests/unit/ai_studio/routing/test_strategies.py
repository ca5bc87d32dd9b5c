"""Who is asked first, by what is known of the candidates."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest

from ai_studio.choices import AspectRatio, GenerationType, Quality, Queue, Strategy
from ai_studio.providers.base import ModelInfo
from ai_studio.routing import filters
from ai_studio.routing.candidates import Candidate, Measured
from ai_studio.routing.strategies import EXPLORED, ordered
from ai_studio.routing.wants import Preference, Want

WANT = Want("IMAGE_2D", "standard", "1:1")


def candidate(name: str, place: int = 0, *, rank: int = 1, **facts: object) -> Candidate:
    model = ModelInfo(
        name, f"{name}-1", name, (GenerationType.IMAGE_2D,), (Quality.STANDARD,), (AspectRatio.SQUARE,),
        parameters=(), queue=Queue.IO, steps_range=(1, 50), quality_rank=rank,
    )  # fmt: skip
    return Candidate(**{"model": model, "place": place, "price_usd": Decimal("0.08")} | facts)


def names(strategy: str, candidates: list[Candidate], *, weights: object = None, seed: int = 1) -> list[str]:
    order, _ = ordered(strategy, candidates, weights=weights or {}, random=Random(seed))  # noqa: S311
    return [each.model.provider for each in order]


def took(seconds: float, *, calls: int = 10, succeeded: int = 10) -> Measured:
    return Measured(calls, succeeded, seconds)


@pytest.mark.parametrize(
    ("strategy", "a", "b"),
    [
        (Strategy.CHEAPEST, {"price_usd": Decimal("0.09")}, {"price_usd": Decimal("0.03")}),
        (Strategy.BEST_QUALITY, {"rank": 2}, {"rank": 4}),
        (Strategy.BEST_QUALITY, {"measured": Measured(quality_score=0.5)}, {"measured": Measured(quality_score=0.7)}),
        (Strategy.FASTEST, {"measured": took(9)}, {"measured": took(4)}),
        (Strategy.FASTEST, {"measured": took(4, succeeded=2)}, {"measured": took(9)}),
        (Strategy.FASTEST, {}, {"measured": took(900)}),
        (Strategy.LEAST_BUSY, {"load": 0.5}, {"load": 0.1}),
    ],
)
def test_the_better_one_comes_first_wherever_it_stands(strategy: str, a: dict, b: dict) -> None:
    assert names(strategy, [candidate("a", 0, **a), candidate("b", 1, **b)]) == ["b", "a"]


@pytest.mark.parametrize("strategy", sorted(set(Strategy) - {Strategy.WEIGHTED, Strategy.FASTEST}))
def test_a_tie_goes_to_who_stands_first(strategy: str) -> None:
    assert names(strategy, [candidate("b", 1), candidate("a", 0), candidate("c", 2)]) == ["a", "b", "c"]


def test_weights_are_kept_to_and_what_has_none_comes_last() -> None:
    three = [candidate("a", 0), candidate("b", 1), candidate("c", 2)]
    draws = [names(Strategy.WEIGHTED, three, weights={"b": 3, "c": 1}, seed=seed) for seed in range(2000)]
    first = Counter(draw[0] for draw in draws)
    assert 0.72 < first["b"] / 2000 < 0.78
    assert {draw[2] for draw in draws} == {"a"}


def test_the_same_seed_draws_the_same() -> None:
    three = [candidate(name, place) for place, name in enumerate("abc")]
    weights = {"a": 1, "b": 1, "c": 1}
    draws = {tuple(names(Strategy.WEIGHTED, three, weights=weights, seed=3)) for _ in range(20)}
    assert len(draws) == 1


def test_now_and_then_a_slower_one_is_measured_again() -> None:
    two = [candidate("fast", 0, measured=took(1)), candidate("slow", 1, measured=took(9))]
    slow_first = sum(names(Strategy.FASTEST, two, seed=seed)[0] == "slow" for seed in range(2000))
    assert 0.5 * EXPLORED < slow_first / 2000 < 2 * EXPLORED


@pytest.mark.parametrize(
    ("want", "facts", "reason"),
    [
        (WANT, {"enabled": False}, "switched off by the brand"),
        (WANT, {"key": ""}, "has no key: neither the brand's nor the installation's"),
        (WANT, {"price_usd": None}, "has no known price"),
        (Want(*"abc", preference=Preference(exclude=["a"])), {}, "excluded by the request"),
        (Want(*"abc", preference=Preference(providers=["b"])), {}, "not among the providers that were asked for"),
        (WANT, {}, None),
    ],
)
def test_why_one_is_out(want: Want, facts: dict, reason: str | None) -> None:
    assert filters.closed(candidate("a", **facts), want) == reason


def test_why_one_cannot_make_it() -> None:
    a = candidate("a")
    assert filters.incapable(a.model, Want("MODEL_3D", "standard", "1:1")) == "does not make Model 3D"
    assert filters.incapable(a.model, Want("IMAGE_2D", "ultra", "1:1")) == "does not offer the quality ultra"
    assert filters.incapable(a.model, Want("IMAGE_2D", "standard", "16:9")) == "does not offer the aspect ratio 16:9"
    assert filters.out_of_range(a.model, Want("IMAGE_2D", "standard", "1:1", steps=51)) == "does not take steps 51"
    assert filters.incapable(a.model, WANT) is None


def test_why_one_is_away() -> None:
    assert filters.resting(candidate("a", rests_seconds=4.6)) == "rests for 5 s after failures (circuit breaker)"
    assert filters.exhausted(candidate("a", calls_left=0)) == "its rate limit is used up at the moment"
    dear = filters.too_dear(Decimal("0.05"))
    assert dear(candidate("a")) == "may cost 0.08 USD, more than the budget leaves"
    assert (filters.resting(candidate("a")), filters.exhausted(candidate("a"))) == (None, None)
