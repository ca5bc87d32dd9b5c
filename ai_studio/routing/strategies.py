"""In which order candidates are asked. Pure: figures and randomness come in, a tie goes to who stands first in
STUDIO_PROVIDERS."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from ai_studio.choices import Strategy
from ai_studio.routing.candidates import Candidate

# Now and then another one goes first: else what was slow once would never be seen to have become
# fast.
EXPLORED = 0.04
UNKNOWN_SECONDS = float("inf")
DEFAULT_WEIGHT = 0.0


def ordered(
    strategy: str, candidates: Sequence[Candidate], *, weights: Mapping[str, float], random: Random
) -> tuple[list[Candidate], str]:
    """The candidates, best first, and in words why that one is. `weights` by provider."""
    standing = sorted(candidates, key=lambda candidate: candidate.place)
    if strategy == Strategy.WEIGHTED:
        return _drawn(standing, weights, random)
    key, why = RULES[Strategy(strategy)]
    best_first = sorted(standing, key=key)
    if strategy == Strategy.FASTEST and len(standing) > 1 and random.random() < EXPLORED:
        return _explored(best_first, random)
    return best_first, why(best_first[0]) if best_first else ""


def _explored(best_first: list[Candidate], random: Random) -> tuple[list[Candidate], str]:
    tried = random.choice(best_first[1:])
    rest = [candidate for candidate in best_first if candidate is not tried]
    return [tried, *rest], f"asked to measure it again: {tried.measured.calls} calls are known"


def _price(candidate: Candidate) -> Decimal:
    return Decimal("Infinity") if candidate.price_usd is None else candidate.price_usd


def _quality(candidate: Candidate) -> tuple[int, float]:
    return -candidate.model.quality_rank, -(candidate.measured.quality_score or 0.0)


def _seconds(candidate: Candidate) -> float:
    """Half of the last good calls took less; a call that fails is made again, so failing takes time too."""
    measured = candidate.measured
    if measured.p50_seconds is None:
        return UNKNOWN_SECONDS
    return measured.p50_seconds / max(measured.success_rate or 0.0, 0.05)


def _in_order(candidate: Candidate) -> str:
    return "the first that can make it"


def _cheapest(candidate: Candidate) -> str:
    return f"the cheapest: at most {_price(candidate).normalize():f} USD"


def _best(candidate: Candidate) -> str:
    score = candidate.measured.quality_score
    measured = "" if score is None else f", measured {score:.2f}"
    return f"the best quality: declared rank {candidate.model.quality_rank}{measured}"


def _fastest(candidate: Candidate) -> str:
    seconds = candidate.measured.p50_seconds
    if seconds is None:
        return "the first: nothing was measured yet"
    return f"the fastest: {seconds:.1f} s (median of its last good calls)"


def _idlest(candidate: Candidate) -> str:
    return f"the least busy: {candidate.load:.0%} of what it takes at once"


Rule = tuple[Callable[[Candidate], Any], Callable[[Candidate], str]]
RULES: Mapping[Strategy, Rule] = {
    Strategy.IN_ORDER: (lambda candidate: candidate.place, _in_order),
    Strategy.CHEAPEST: (_price, _cheapest),
    Strategy.BEST_QUALITY: (_quality, _best),
    Strategy.FASTEST: (_seconds, _fastest),
    Strategy.LEAST_BUSY: (lambda candidate: candidate.load, _idlest),
}  # fmt: skip


def _drawn(standing: Sequence[Candidate], weights: Mapping[str, float], random: Random) -> tuple[list[Candidate], str]:
    """Each first as often as its provider's weight says; those without a weight last. A provider's weight is drawn
    for its first model."""
    left, order = list(standing), []
    while left:
        shares = [max(float(weights.get(candidate.model.provider, DEFAULT_WEIGHT)), 0.0) for candidate in left]
        at = random.choices(range(len(left)), weights=shares)[0] if sum(shares) else 0
        order.append(left.pop(at))
    if not order:
        return [], ""
    weight = weights.get(order[0].model.provider, DEFAULT_WEIGHT)
    return order, f"drawn by weight: {weight:g} of {sum(weights.values()):g}"
