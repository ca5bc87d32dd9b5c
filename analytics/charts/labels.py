"""What stands under an axis of time."""

from analytics.metrics.periods import Buckets, Period

_FORMS = {Period.HOUR: "%-d %b %H:%M", Period.DAY: "%-d %b", Period.WEEK: "%-d %b", Period.MONTH: "%b %Y"}


def labels(cut: Buckets) -> list[str]:
    """Short ones; a range that reaches over a year names the year."""
    starts = cut.starts()
    form = _FORMS[cut.period]
    if starts and starts[0].year != starts[-1].year and "%Y" not in form:
        form += " %Y"
    return [start.strftime(form) for start in starts]
