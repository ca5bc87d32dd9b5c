"""The period before is as long by the calendar and ends where the asked one begins."""

from datetime import UTC, datetime

import pytest

from analytics.metrics.former import former_start, part
from analytics.metrics.periods import Period, buckets


@pytest.mark.parametrize(
    ("period", "start", "end", "expected"),
    [
        (Period.DAY, datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC), "2026-03-21T00:00+01:00"),
        (Period.WEEK, datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 8, tzinfo=UTC), "2026-03-16T00:00+01:00"),
        (Period.MONTH, datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC), "2025-10-01T00:00+02:00"),
        (
            Period.HOUR,
            datetime(2026, 3, 30, 22, tzinfo=UTC),
            datetime(2026, 3, 31, 22, tzinfo=UTC),
            "2026-03-30T00:00+02:00",
        ),
    ],
)
def test_the_former_period_by_the_calendar(period: Period, start: datetime, end: datetime, expected: str) -> None:
    cut = buckets(start, end, period, "Europe/Berlin")
    assert former_start(cut).isoformat(timespec="minutes") == expected
    both = buckets(former_start(cut), end, period, "Europe/Berlin")
    former = part(both, 0, len(both) - len(cut))
    assert former.edges[-1] == cut.edges[0]
    assert len(former) == len(cut)
    assert part(both, len(former), len(both)).labels == cut.labels
