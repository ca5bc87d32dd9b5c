"""10,000 requests while providers drift: how far each strategy stays behind an oracle that knows the present truth.

The strategies, filters and the breaker are the studio's own; the clock is the simulation's. Strategies know what the
studio would: a price table that is renewed now and then, and the seconds and scores of earlier requests.
"""

import sys
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from statistics import median

from django.conf import settings
from redis import Redis

from ai_studio.choices import Strategy
from ai_studio.routing import filters
from ai_studio.routing.breaker import Breaker, Verdict, name_of
from ai_studio.routing.candidates import Candidate, Measured
from ai_studio.routing.measuring import RECENT
from ai_studio.routing.strategies import ordered
from tests.benchmarks.drifting import SECONDS_BETWEEN, Truth, truths
from tests.benchmarks.figures import figure, say

REQUESTS, SEED = 10_000, 7
PRICES_RENEWED_EVERY, MEASURED_EVERY, WINDOW_CALLS = 400, 10, 40
ATTEMPTS = 3
WEIGHTS = {"alder": 40.0, "birch": 10.0, "cedar": 20.0, "dogwood": 10.0, "elm": 20.0}
NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass
class Known:
    """Of one provider, as the studio knows it."""

    truth: Truth
    place: int
    listed: object = None
    calls: deque[tuple[bool, float, float]] = field(default_factory=lambda: deque(maxlen=WINDOW_CALLS))
    measured: Measured = field(default_factory=Measured)

    def learn(self) -> None:
        done = [(seconds, score) for good, seconds, score in self.calls if good]
        p50 = median(seconds for seconds, _ in done[-RECENT:]) if done else None
        score = sum(score for _, score in done) / len(done) if done else None
        self.measured = Measured(len(self.calls), len(done), p50, score)

    def candidate(self, rests: float) -> Candidate:
        price = self.listed
        return Candidate(
            self.truth.model(),
            self.place,
            price,
            rests_seconds=rests,
            load=self.truth.load(),
            measured=self.measured,  # type: ignore[arg-type]
        )


Choose = Callable[[list[Candidate], Random], list[Candidate]]


@dataclass
class Outcome:
    served: int = 0
    regret: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    oracle: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    first: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    highest_load: float = 0

    def behind(self, what: str) -> float:
        """In % of what the oracle had."""
        return 100 * self.regret[what] / self.oracle[what]


def simulate(choose: Choose, *, fallback: bool, breaker: Breaker | None) -> Outcome:
    """The same world for everybody: what drifts is drawn apart from what is chosen."""
    world, own = Random(SEED), Random(SEED + 1)  # noqa: S311
    known = [Known(truth, place) for place, truth in enumerate(truths(world))]
    outcome = Outcome()
    for n in range(REQUESTS):
        now = 1000 + n * SECONDS_BETWEEN
        _go_on(known, n, now, world)
        order = choose(_candidates(known, breaker, now), own)
        outcome.first[order[0].model.provider] += 1
        for candidate in order[: ATTEMPTS if fallback else 1]:
            chosen = known[candidate.place]
            if _asked(chosen, breaker, now, own):
                _count(outcome, chosen.truth, [k.truth for k in known if not k.truth.is_away(now)])
                break
        outcome.highest_load = max(outcome.highest_load, *(k.truth.load() for k in known))
    return outcome


def _go_on(known: list[Known], n: int, now: float, world: Random) -> None:
    for each in known:
        each.truth.drift(now, world)
        if n % PRICES_RENEWED_EVERY == 0:
            each.listed = each.truth.listed_usd()
        if n % MEASURED_EVERY == 0:
            each.learn()


def _candidates(known: list[Known], breaker: Breaker | None, now: float) -> list[Candidate]:
    names = [_name(each) for each in known]
    rests = breaker.rests(names, now=now) if breaker else [0.0] * len(known)
    everybody = [each.candidate(rest) for each, rest in zip(known, rests, strict=True)]
    return [candidate for candidate in everybody if not filters.resting(candidate)] or everybody


def _asked(chosen: Known, breaker: Breaker | None, now: float, own: Random) -> bool:
    """One submission; false where the breaker or the provider refused."""
    admission = breaker.admit(_name(chosen), now=now) if breaker else None
    if admission is not None and not admission.allowed:
        return False
    truth = chosen.truth
    good = not truth.is_away(now) and own.random() >= truth.failing
    seconds = truth.seconds * own.lognormvariate(0, 0.25)
    if good:
        truth.ends.append(now + seconds)
    chosen.calls.append((good, seconds, min(1.0, truth.quality + own.gauss(0, 0.05))))
    if breaker and admission:
        verdict = Verdict.OK if good else Verdict.FAILED
        breaker.record(_name(chosen), verdict, probe=admission.probe, now=now)
    return good


def _count(outcome: Outcome, truth: Truth, there: list[Truth]) -> None:
    """By the truth of the moment, not by luck."""
    outcome.served += 1
    for what, value, best in _values(truth, there):
        outcome.regret[what] += abs(value - best)
        outcome.oracle[what] += best


def _values(truth: Truth, there: list[Truth]) -> Iterator[tuple[str, float, float]]:
    yield "cost", truth.price_usd, min(each.price_usd for each in there)
    yield "seconds", truth.expected_seconds(), min(each.expected_seconds() for each in there)
    yield "quality", truth.quality, max(each.quality for each in there)


def _name(known: Known) -> str:
    return name_of(known.truth.name, key="none", brand_id=NOBODY)  # type: ignore[arg-type]


def by_strategy(strategy: Strategy) -> Choose:
    return lambda candidates, own: ordered(strategy, candidates, weights=WEIGHTS, random=own)[0]


def _random(candidates: list[Candidate], own: Random) -> list[Candidate]:
    return own.sample(candidates, len(candidates))


WAYS: dict[str, Choose] = {
    **{strategy.value: by_strategy(strategy) for strategy in Strategy},
    "random": _random,
}


def main() -> None:
    client = Redis.from_url(settings.REDIS_URL)
    say(f"{REQUESTS:,} requests, seed {SEED}; regret in % of the oracle's; `in_order` is the fixed first provider.")
    for name, choose in WAYS.items():
        client.delete(*(name_of(truth.name, key="none", brand_id=NOBODY) for truth in truths(Random(0))))  # type: ignore[arg-type]  # noqa: S311
        full = simulate(choose, fallback=True, breaker=Breaker(client))
        alone = simulate(choose, fallback=False, breaker=None)
        for what in ("cost", "seconds", "quality"):
            figure(f"routing_{name}_{what}_regret_percent", full.behind(what))
        figure(f"routing_{name}_success_percent", 100 * full.served / REQUESTS, digits=2)
        figure(f"routing_{name}_success_without_fallback_percent", 100 * alone.served / REQUESTS, digits=2)
        figure(f"routing_{name}_highest_load", full.highest_load, digits=2)
        if name == Strategy.WEIGHTED:
            figure("routing_weighted_share_error_percent", _share_error(alone), digits=2)


def _share_error(outcome: Outcome) -> float:
    """The largest difference between a provider's share of first choices and its weight's."""
    total = sum(WEIGHTS.values())
    return max(abs(100 * outcome.first[name] / REQUESTS - 100 * weight / total) for name, weight in WEIGHTS.items())


if __name__ == "__main__":
    main()
    sys.exit(0)
