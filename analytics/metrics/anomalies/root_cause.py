"""Which values of a dimension explain a change, and whether by their share or by their own rate.

A rate is the mean of its parts' rates, weighted by their shares. Its change is, part by part, the change of share times
the mean distance from the whole (mix) and the change of rate times the mean share (rate): Bennet 1920, "The theory of
measurement of changes in cost of living", JRSS 83: 455-462. Counted in fractions, the effects add up exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

MOST_NAMED = 5
_ZERO = Fraction(0)
_LARGEST = Fraction(10) ** 300


@dataclass(frozen=True)
class Part:
    """What one value of the dimension had before and has now. A rate is `top` / `bottom`; a sum has only a top."""

    value: str
    top_before: float
    top_now: float
    bottom_before: float = 0
    bottom_now: float = 0


@dataclass(frozen=True)
class Contribution:
    """`effect`, of a rate `mix` + `rate`; `share`: of the whole change, None where there is none. `weight`: its part
    of the whole before, 0 to 1: of a sum of its amount, of a rate of what is divided by; 0 where that was nothing."""

    value: str
    effect: float
    share: float | None
    mix: float = 0.0
    rate: float = 0.0
    weight: float = 0.0


@dataclass(frozen=True)
class RootCause:
    """The strongest contributions first, up to MOST_NAMED, then all others as one; they add up to `change`.

    Of a sum `mix` and `rate` are 0.
    """

    before: float
    now: float
    change: float
    mix: float
    rate: float
    contributions: Sequence[Contribution]
    rest: Contribution

    @property
    def telling(self) -> float:
        """How much more of the change the strongest value explains than it had of the whole: near 0 where all values
        changed alike, or there is only one; up to 1."""
        strongest = self.contributions[0] if self.contributions else None
        if strongest is None or strongest.share is None:
            return 0.0
        return min(strongest.share, 1.0) - strongest.weight


# Of each value: mix and rate.
_Effects = Mapping[str, tuple[Fraction, Fraction]]


def of_sum(parts: Sequence[Part]) -> RootCause:
    """Counts, sums, costs: each part explains its own difference; there is neither mix nor rate."""
    before = _total([part.top_before for part in parts])
    now = _total([part.top_now for part in parts])
    differences = {part.value: (_ZERO, Fraction(part.top_now) - Fraction(part.top_before)) for part in parts}
    weights = {part.value: Fraction(part.top_before) / before if before else _ZERO for part in parts}
    return _root_cause(before, now, differences, weights, split=False)


def of_rate(parts: Sequence[Part]) -> RootCause | None:
    """Conversions, averages: None where there is nothing to divide by, before or now. No bottom is negative."""
    all_before = _total([part.bottom_before for part in parts])
    all_now = _total([part.bottom_now for part in parts])
    if not all_before or not all_now:
        return None
    before = _total([part.top_before for part in parts]) / all_before
    now = _total([part.top_now for part in parts]) / all_now
    middle = (before + now) / 2
    effects = {part.value: _split(part, all_before, all_now, middle) for part in parts}
    weights = {part.value: Fraction(part.bottom_before) / all_before for part in parts}
    return _root_cause(before, now, effects, weights, split=True)


def _total(numbers: Sequence[float]) -> Fraction:
    return sum((Fraction(number) for number in numbers), _ZERO)


def _split(part: Part, all_before: Fraction, all_now: Fraction, middle: Fraction) -> tuple[Fraction, Fraction]:
    """What had no bottom, before or now, has no rate that could have changed: it came or went, which is mix."""
    top_before, top_now = Fraction(part.top_before), Fraction(part.top_now)
    bottom_before, bottom_now = Fraction(part.bottom_before), Fraction(part.bottom_now)
    share_before, share_now = bottom_before / all_before, bottom_now / all_now
    whole = top_now / all_now - top_before / all_before - (share_now - share_before) * middle
    rate = _ZERO
    if bottom_before and bottom_now:
        rate = (share_before + share_now) / 2 * (top_now / bottom_now - top_before / bottom_before)
    return whole - rate, rate


def _share(effect: Fraction, change: Fraction) -> float | None:
    """None of a change so small that its shares are no numbers any more."""
    ratio = effect / change if change else None
    return None if ratio is None or abs(ratio) > _LARGEST else float(ratio)


def _root_cause(
    before: Fraction, now: Fraction, effects: _Effects, weights: Mapping[str, Fraction], *, split: bool
) -> RootCause:
    change = now - before
    strongest = sorted(effects, key=lambda value: (-abs(sum(effects[value])), value))
    mix = sum((each[0] for each in effects.values()), _ZERO)

    def told(name: str, values: Sequence[str]) -> Contribution:
        mixes, rates = (sum((effects[value][k] for value in values), _ZERO) for k in (0, 1))
        share = _share(mixes + rates, change)
        parts = (float(mixes), float(rates)) if split else (0.0, 0.0)
        weight = float(min(max(sum((weights[value] for value in values), _ZERO), _ZERO), Fraction(1)))
        return Contribution(name, float(mixes + rates), share, *parts, weight)

    named = [told(value, [value]) for value in strongest[:MOST_NAMED]]
    rates = float(change - mix) if split else 0.0
    return RootCause(
        float(before), float(now), float(change), float(mix), rates, named, told("", strongest[MOST_NAMED:])
    )
