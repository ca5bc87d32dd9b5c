"""How good stated chances were, once it is known who left."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

_BINS = 10
# Behaviour does not tell the future so well; a feature that knows it does (leakage).
SUSPICIOUS_AUC = 0.95


@dataclass(frozen=True)
class Bin(Stored):
    """A tenth of the people, by the chance stated for them: the mean of it, and the share that left."""

    people: int
    stated: float
    left: float


@dataclass(frozen=True)
class Judged(Stored):
    """`auc`: the chance that of two people, one of whom left, the one who did was said to be likelier to.

    `brier`: mean squared distance of chance and truth; `baseline_brier`: of stating for everyone the share that left
    among those learnt from; `baseline_auc`: of naming the longest silent first. `calibration_error`: mean distance of
    stated and true shares over `bins`.
    """

    people: int
    share: float
    auc: float
    baseline_auc: float
    brier: float
    baseline_brier: float
    calibration_error: float
    bins: tuple[Bin, ...]

    @property
    def beats_baseline(self) -> bool:
        return self.auc > self.baseline_auc and self.brier < self.baseline_brier

    @property
    def suspicious(self) -> bool:
        return self.auc > SUSPICIOUS_AUC


def judged(stated: Floats, left: np.ndarray, *, baseline: Floats, learnt_share: float) -> Judged:
    """`baseline`: what the naive ranking goes by, higher for who is likelier to leave. Both kinds must occur."""
    bins = _bins(stated, left)
    apart = sum(each.people * abs(each.stated - each.left) for each in bins) / len(left)
    return Judged(
        people=len(left),
        share=float(left.mean()),
        auc=auc(stated, left),
        baseline_auc=auc(baseline, left),
        brier=float(((stated - left) ** 2).mean()),
        baseline_brier=float(((learnt_share - left) ** 2).mean()),
        calibration_error=float(apart),
        bins=bins,
    )


def auc(stated: Floats, left: np.ndarray) -> float:
    """By ranks (Mann and Whitney 1947); ties count half. Both kinds must occur."""
    ranks, some = stats.rankdata(stated), int(left.sum())
    return float((ranks[left].sum() - some * (some + 1) / 2) / (some * (len(left) - some)))


def _bins(stated: Floats, left: np.ndarray) -> tuple[Bin, ...]:
    parts = [part for part in np.array_split(np.argsort(stated, kind="stable"), _BINS) if len(part)]
    return tuple(Bin(len(part), float(stated[part].mean()), float(left[part].mean())) for part in parts)
