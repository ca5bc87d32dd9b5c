"""Correlations as a picture."""

from collections.abc import Sequence

from analytics.charts.heat_map import HeatMap, Row, Scale, heat_map
from analytics.charts.palette import Theme
from analytics.metrics.correlations.results import Correlation
from analytics.services.metric_answers import Related

UNKNOWN = "cannot be told; no colour: may be chance (q ≥ 0.05)"


def matrix(found: Related, *, theme: Theme, width: int) -> str:
    """SVG: r of every pair of the metrics; colour only where it is established."""
    names = found.names
    pairs = {frozenset((pair.first, pair.second)): pair for pair in found.found.pairs}
    rows = [
        _row(f"{k + 1}. {name}", [pairs.get(frozenset((name, other))) for other in names[:k]])
        for k, name in enumerate(names)
    ]
    columns = [f"{k + 1}" for k in range(max(0, len(names) - 1))]
    chart = HeatMap("Correlations", columns, rows, Scale.SIGNED, unknown=UNKNOWN)
    return heat_map(chart, theme=theme, width=width)


def _row(name: str, pairs: Sequence[Correlation | None]) -> Row:
    values = [None if pair is None else pair.r for pair in pairs]
    return Row(name, values, pale=[k for k, pair in enumerate(pairs) if pair and not pair.established])
