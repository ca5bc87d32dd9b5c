"""How long something lasts, when for some it has not ended yet: Kaplan and Meier (1958), Greenwood (1926), log-rank."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.metrics.intervals import wilson
from analytics.metrics.stream import Int64s

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Curve:
    """At each of `times`, ascending: how many were at risk, for how many it ended then, and the share that outlives it.

    `greenwood`: the sum of d / (n (n - d)) until then; the variance of `survival` is survival² times it.
    """

    times: Int64s
    at_risk: Int64s
    events: Int64s
    survival: Floats
    greenwood: Floats

    def outlive(self, time: int) -> float:
        """The share for whom it lasts longer than `time`."""
        last = self._last(time)
        return float(self.survival[last]) if last >= 0 else 1.0

    def interval(self, time: int, confidence: float = 0.95) -> tuple[float, float]:
        """Of `outlive(time)`: Greenwood's on the scale log(-log), which stays within 0 and 1 and fits the tails.

        Where all or none are left its width would be 0; there it is Wilson's, of those who were at risk.
        """
        last = self._last(time)
        share = self.outlive(time)
        if last < 0 or not 0 < share < 1:
            risked = int(self.at_risk[: last + 1].min(initial=self.at_risk.max(initial=1)))
            return wilson(round(share) * risked, risked, confidence)
        half = float(special.ndtri(0.5 + confidence / 2)) * math.sqrt(self.greenwood[last]) / abs(math.log(share))
        return (share ** math.exp(half), share ** math.exp(-half))

    def _last(self, time: int) -> int:
        return int(np.searchsorted(self.times, time, side="right")) - 1


def curve(times: Int64s, at_risk: Int64s, events: Int64s) -> Curve:
    """Kaplan–Meier from counts at ascending times; those at which nobody is at risk say nothing."""
    some = at_risk > 0
    times, at_risk, events = times[some], at_risk[some], events[some]
    left = (at_risk - events).astype(np.float64)
    with np.errstate(divide="ignore"):
        terms = np.where(left > 0, events / (at_risk * np.maximum(left, 1)), np.inf)
    survival: Floats = np.cumprod(left / at_risk, dtype=np.float64)
    return Curve(times, at_risk, events, survival, np.cumsum(terms, dtype=np.float64))


def kaplan_meier(durations: Int64s, ended: Bools) -> Curve:
    """`ended`: the duration is the whole one; otherwise it lasts longer than that (censored, after those who ended)."""
    times, number = np.unique(durations, return_inverse=True)
    leave = np.bincount(number, minlength=len(times))
    at_risk = leave[::-1].cumsum()[::-1]
    return curve(times, at_risk, np.bincount(number[ended], minlength=len(times)))


@dataclass(frozen=True)
class LogRank:
    """`statistic` is chi-squared with one degree of freedom if both last equally long."""

    statistic: float
    p_value: float


def log_rank(durations: tuple[Int64s, Int64s], ended: tuple[Bools, Bools]) -> LogRank | None:
    """Do two groups last equally long? (Mantel 1966.) None: nothing ended at which both were at risk."""
    both = np.unique(np.concatenate([d[e] for d, e in zip(durations, ended, strict=True)]))
    at_risk = [len(d) - np.searchsorted(np.sort(d), both, side="left") for d in durations]
    events = [_at(d[e], both) for d, e in zip(durations, ended, strict=True)]
    n, d = at_risk[0] + at_risk[1], events[0] + events[1]
    share = at_risk[0] / n
    variance = float((d * share * (1 - share) * (n - d) / np.maximum(n - 1, 1)).sum())
    if variance <= 0:
        return None
    statistic = float((events[0] - d * share).sum()) ** 2 / variance
    return LogRank(statistic, float(special.chdtrc(1, statistic)))


def _at(durations: Int64s, times: Int64s) -> Int64s:
    ordered = np.sort(durations)
    return np.searchsorted(ordered, times, side="right") - np.searchsorted(ordered, times, side="left")
