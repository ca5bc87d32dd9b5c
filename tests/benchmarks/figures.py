"""What every measuring command prints: plain lines FIGURE name=value."""

import sys
from collections.abc import Sequence


def figure(name: str, value: float | int, *, digits: int = 1) -> None:
    text = str(value) if isinstance(value, int) else f"{value:.{digits}f}"
    sys.stdout.write(f"FIGURE {name}={text}\n")
    sys.stdout.flush()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` % of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100).__int__() - 1)]
