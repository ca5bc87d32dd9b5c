"""What lies before: as many hours, days, weeks or months."""

from datetime import datetime, timedelta

from analytics.metrics.periods import Buckets, Period


def former_start(cut: Buckets) -> datetime:
    """Where a period begins that is as long and ends where the buckets begin, by the calendar of their place."""
    return earlier(cut, len(cut))


def earlier(cut: Buckets, count: int) -> datetime:
    """Where `count` more buckets before these begin; of hours, whole days of them."""
    first = cut.starts()[0]
    if cut.period is Period.MONTH:
        months = first.year * 12 + first.month - 1 - count
        return first.replace(year=months // 12, month=months % 12 + 1, day=1)
    # Wall clock: whole days back, however long each was.
    days = {Period.HOUR: max(1, round(count / 24)), Period.DAY: count, Period.WEEK: 7 * count}
    return first - timedelta(days=days[cut.period])


def part(cut: Buckets, first: int, last: int) -> Buckets:
    """The buckets from `first` until before `last`."""
    return Buckets(cut.period, cut.timezone, cut.edges[first : last + 1], cut.labels[first:last])
