"""From which score on there are no more false alerts than promised, learnt from the scores themselves.

Peaks over a threshold with an exponential tail (Pickands 1975; online as in Siffer, Fouque, Termier, Largouet 2017,
"Anomaly detection in streams with extreme value theory", KDD): how often scores pass a moderate mark, and how far.
"""

import math
from dataclasses import dataclass, replace
from typing import Self

from analytics.metrics.predict.stored import Stored

MARK = 2.0
# What is believed before anything was seen, as strongly as so many scores would be: a little heavier than normal.
_PRIOR_RATE, _PRIOR_EXCESS = 0.05, 0.55
_PRIOR_SCORES, _PRIOR_PEAKS = 100.0, 8.0
# Anomalies are peaks too; each tells no more than this of how far ordinary ones go.
_MOST_EXCESS = 2.5
_MEMORY = 0.998
_LEAST, _MOST = 2.5, 12.0


@dataclass(frozen=True)
class Tail(Stored):
    """`scores` and `peaks` so far, fading; `excess`: the sum of how far the peaks passed the mark."""

    scores: float = _PRIOR_SCORES
    peaks: float = _PRIOR_SCORES * _PRIOR_RATE
    weight: float = _PRIOR_PEAKS
    excess: float = _PRIOR_PEAKS * _PRIOR_EXCESS

    def seen(self, score: float) -> Self:
        """`score`: how unusual a value was, in usual deviations, without sign."""
        peak = float(score > MARK)
        return replace(
            self,
            scores=self.scores * _MEMORY + 1,
            peaks=self.peaks * _MEMORY + peak,
            weight=self.weight * (_MEMORY if peak else 1) + peak,
            excess=self.excess * (_MEMORY if peak else 1) + peak * min(score - MARK, _MOST_EXCESS),
        )

    def threshold(self, rate: float) -> float:
        """The score that so small a share of ordinary scores passes."""
        beyond = math.log(max(self.peaks / self.scores, 1e-6) / rate)
        return min(_MOST, max(_LEAST, MARK + self.excess / self.weight * beyond))
