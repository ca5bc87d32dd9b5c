"""Anomalies of one metric: never pooled over metrics, whose scales and habits differ."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analytics.metrics.anomalies.bands import Band, Detector, bands


class Severity(StrEnum):
    MEDIUM = "medium"
    HIGH = "high"


class Side(StrEnum):
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True)
class Anomaly:
    """The value of bucket `index`, expected within `band`.

    `spreads` from the middle of its history, below it negative: None where that never varied.
    """

    index: int
    value: float
    band: Band
    side: Side
    severity: Severity
    spreads: float | None


@dataclass(frozen=True)
class Judged:
    """`bands`: for each value; None where its history was too short: `too_short` where that holds of all of them."""

    bands: Sequence[Band | None]
    anomalies: Sequence[Anomaly]

    @property
    def too_short(self) -> bool:
        return not any(self.bands)


def judged(values: Sequence[float | None], detector: Detector) -> Judged:
    """Each value by those before it. Values of complete buckets, oldest first; None is a gap, which is no anomaly."""
    expected = bands(values, detector)
    found = [_anomaly(k, value, band, detector) for k, (value, band) in enumerate(zip(values, expected, strict=True))]
    return Judged(expected, [each for each in found if each])


def _anomaly(index: int, value: float | None, band: Band | None, detector: Detector) -> Anomaly | None:
    if value is None or band is None:
        return None
    beyond = band.beyond(value)
    if abs(beyond) <= detector.medium:
        return None
    # A history that never varied gives no measure of how grave a change is.
    grave = detector.high < abs(beyond) < math.inf
    side = Side.ABOVE if beyond > 0 else Side.BELOW
    severity = Severity.HIGH if grave else Severity.MEDIUM
    return Anomaly(index, value, band, side, severity, beyond if math.isfinite(beyond) else None)
