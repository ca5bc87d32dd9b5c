"""The decision: filters, strategy, chain; and what of it is kept on the generation to explain it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any

from django.conf import settings

from ai_studio.choices import Strategy
from ai_studio.providers.base import ModelInfo
from ai_studio.routing import filters, gathering
from ai_studio.routing.candidates import Candidate
from ai_studio.routing.estimates import duration_of, require_price
from ai_studio.routing.filters import Reason
from ai_studio.routing.gathering import Surroundings
from ai_studio.routing.strategies import ordered
from ai_studio.routing.wants import STAGES, Want
from brands.errors import InvalidInput

LATER = "another one came first"
FAVOURITE = "made what this is made from"


@dataclass(frozen=True)
class Route:
    """The chosen model; `decision` is what is stored on the generation to explain it, and to go on with when the
    chosen one is away. `maximum_usd`: of whichever of them is the dearest."""

    model: ModelInfo
    decision: dict[str, Any]
    maximum_usd: Decimal


@dataclass
class Sieve:
    """Who is left, and why the others are not."""

    left: list[Candidate]
    rejected: list[tuple[Candidate, str]]

    def drop(self, refuse: Callable[[Candidate], Reason], *, unless_all: bool = False) -> None:
        """`unless_all`: when nobody would be left, everybody stays."""
        refused = [(candidate, reason) for candidate in self.left if (reason := refuse(candidate))]
        if unless_all and len(refused) == len(self.left):
            return
        gone = {id(candidate) for candidate, _ in refused}
        self.left = [candidate for candidate in self.left if id(candidate) not in gone]
        self.rejected += refused


def route(want: Want, *, known: Surroundings, random: Random, left_usd: Callable[[], Decimal] | None = None) -> Route:
    """Who makes it. Raises InvalidInput naming the field that no model satisfies. `left_usd`: what the budget leaves,
    asked for only where there is a choice."""
    strategy = strategy_of(want, known)
    sieve = Sieve(gathering.candidates(known, want, strategy), [])
    _check_names(want, sieve.left)
    # Others may take over from who was asked for by name, if that is wished.
    open_want = replace(want, provider=None, model=None) if want.may_fall_over else want
    sieve.drop(lambda candidate: filters.incapable(candidate.model, open_want))
    sieve.drop(lambda candidate: filters.closed(candidate, want))
    if not any(_is_named(candidate, want) for candidate in sieve.left):
        _check_price(want, known, sieve.rejected)
        reasons = [f"{candidate.model.name}: {reason}." for candidate, reason in sieve.rejected]
        raise InvalidInput("No model can make this.", fields={"model": reasons})
    # Whoever is left when nobody takes a parameter refuses it by its name (services/generations.py).
    sieve.drop(lambda candidate: filters.out_of_range(candidate.model, want), unless_all=True)
    sieve.drop(filters.resting, unless_all=True)
    sieve.drop(filters.exhausted, unless_all=True)
    sieve.drop(filters.full, unless_all=True)
    if len(sieve.left) > 1 and left_usd is not None:
        sieve.drop(filters.too_dear(left_usd()), unless_all=True)
    weights = known.settings.provider_weights
    order, why = ordered(strategy, sieve.left, weights=weights, random=random)
    order.sort(key=lambda candidate: (not _is_named(candidate, want), not _is_favourite(candidate, want)))
    return _route(want, strategy, order, why, sieve.rejected)


def _check_price(want: Want, known: Surroundings, rejected: Sequence[tuple[Candidate, str]]) -> None:
    """Raises PriceUnknown where that is all that is in the way of who was asked for."""
    for candidate, reason in rejected:
        if want.is_by_name and reason == filters.NO_PRICE and _is_named(candidate, want):
            require_price(candidate.model, want, known.prices)


def _is_named(candidate: Candidate, want: Want) -> bool:
    return want.provider in (None, candidate.model.provider) and want.model in (None, candidate.model.name)


def _is_favourite(candidate: Candidate, want: Want) -> bool:
    return (candidate.model.provider, candidate.model.name) == want.favourite


def strategy_of(want: Want, known: Surroundings) -> str:
    wished = want.preference
    return wished.strategy or STAGES.get(wished.stage, "") or known.settings.strategy or Strategy.IN_ORDER


def _route(
    want: Want, strategy: str, order: Sequence[Candidate], why: str, rejected: Sequence[tuple[Candidate, str]]
) -> Route:
    chosen, *others = order
    chain = _chain(want, chosen, others) if want.may_fall_over else []
    seconds = [*rejected, *((each, LATER) for each in others if each not in chain)]
    if _is_favourite(chosen, want):
        why = FAVOURITE
    decision = {
        "asked": want.asked,
        "strategy": strategy,
        "chosen": {**chosen.step, "reason": "asked for" if want.is_by_name and _is_named(chosen, want) else why},
        "chain": [candidate.step for candidate in chain],
        "rejected": [{**candidate.name, "reason": reason} for candidate, reason in seconds],
    }
    prices = [candidate.price_usd for candidate in (chosen, *chain) if candidate.price_usd is not None]
    return Route(chosen.model, decision, max(prices))


def _chain(want: Want, chosen: Candidate, others: Sequence[Candidate]) -> list[Candidate]:
    """Who is next: those that make what was agreed upon with the chosen one, as long as it."""
    length = duration_of(chosen.model, want)
    allowed = [c for c in others if length is None or not filters.lasts_otherwise(c.model, length)]
    return allowed[: settings.STUDIO_MAX_FALLBACKS]


def _check_names(want: Want, all_of_them: Sequence[Candidate]) -> None:
    if want.provider is not None and want.provider not in {c.model.provider for c in all_of_them}:
        raise InvalidInput(fields={"provider": [f"Unknown provider: {want.provider}."]})
    if want.model is not None and want.model not in {c.model.name for c in all_of_them}:
        raise InvalidInput(fields={"model": [f"Unknown model: {want.model}."]})
