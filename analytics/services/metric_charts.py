"""A metric's answer as a picture."""

from analytics.charts.labels import labels
from analytics.charts.lines import Line, LineChart, line_chart
from analytics.charts.palette import SERIES, Theme
from analytics.metrics.series import Series
from analytics.models import Metric
from analytics.services.metric_values import Values


def metric_chart(metric: Metric, found: Values, *, theme: Theme, width: int) -> str:
    """SVG: the metric's line, or those of its largest breakdown values, with the former period behind."""
    lines = [_line(part.value, part.series) for part in found.parts[: len(SERIES)]]
    if not lines:
        lines = [_line(metric.name, found.series)]
    size = len(found.series.points)
    if found.former is not None:
        # An hour more or less, where clocks change, has no place on the axis.
        before = [point.value for point in found.former.series.points[:size]]
        lines.append(Line("Before", [*before, *[None] * (size - len(before))], former=True))
    chart = LineChart(metric.name, labels(found.series.cut), lines, metric.unit)
    return line_chart(chart, theme=theme, width=width, height=max(220, min(420, width * 0.42)))


def _line(name: str, series: Series) -> Line:
    values = [point.value for point in series.points]
    ended = len(series.complete())
    return Line(name, values, ended if ended < len(values) else None)
