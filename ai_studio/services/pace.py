"""How fast a brand's turns come, measured by the brand's own recent ones.

Turns are shared fairly between the brands that have work, so a brand's own pace already holds its share of the
installation, its limit of running jobs and its providers' speed, and tells nothing of any other brand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import Any
from uuid import UUID

from django.db import connection

WINDOW = timedelta(minutes=10)
MINIMUM_TURNS = 3
NEWEST_TURNS = 100
# Eight of ten turns come within the range, if the pace stays: the normal distribution's 10 % and 90 %.
Z = 1.2816


@dataclass(frozen=True)
class Pace:
    """Seconds between two turns, measured over `turns` of them: their mean and standard deviation."""

    turns: int
    mean_seconds: float
    sd_seconds: float

    def range_seconds(self, places: int) -> tuple[float, float]:
        """When the turn `places` further comes, from and to: the prediction interval of a sum of as many gaps,
        whose mean is itself an estimate."""
        expected = places * self.mean_seconds
        spread = Z * self.sd_seconds * sqrt(places + places**2 / self.turns)
        return max(0.0, expected - spread), expected + spread


# A gap is the time for which a job could have begun and did not: since the turn before it, or since it was asked
# for, if that was later. So time in which the brand asked for nothing counts for nothing, and the gap that is open
# now counts too: when turns cease to come, the pace slows. Time from before the brand was resumed is left out.
_PACE = """
SELECT asked.queue, count(gap), coalesce(sum(gap), 0), coalesce(stddev_samp(gap), 0),
       extract(epoch FROM now() - greatest(max(begun.started_at), min(asked.waiting_since)))
FROM unnest(%(queues)s::text[], %(waiting_since)s::timestamptz[]) AS asked (queue, waiting_since)
CROSS JOIN LATERAL (
    SELECT started_at, CASE WHEN former IS NOT NULL THEN
        greatest(0, extract(epoch FROM started_at - greatest(former, created_at)))
    END AS gap
    FROM (
        SELECT g.started_at, g.created_at, lag(g.started_at) OVER (ORDER BY g.started_at, g.id) AS former
        FROM (
            SELECT id, started_at, created_at FROM ai_studio_generation
            WHERE brand_id = %(brand)s AND queue = asked.queue
              AND started_at > greatest(now() - %(window)s::interval, (
                  SELECT resumed_at FROM ai_studio_studiosettings WHERE brand_id = %(brand)s
              ))
            ORDER BY started_at DESC LIMIT %(turns)s
        ) AS g
    ) AS newest
) AS begun
WHERE NOT EXISTS (
    SELECT FROM ai_studio_studiosettings WHERE brand_id = %(brand)s AND paused_at IS NOT NULL
)
GROUP BY asked.queue
"""


def paces(*, brand_id: UUID, waiting_since: Mapping[str, Any]) -> dict[str, Pace]:
    """By queue, for queues in which something has waited since the given moments. Missing without MINIMUM_TURNS in
    the last ten minutes to measure by, and while the brand is paused. In the brand's scope."""
    facts: dict[str, Any] = {
        "brand": brand_id,
        "queues": list(waiting_since),
        "waiting_since": list(waiting_since.values()),
        "window": WINDOW,
        "turns": NEWEST_TURNS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PACE, facts)
        return dict(_measured(cursor.fetchall()))


def _measured(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[str, Pace]]:
    for queue, turns, total, sd, still_open in rows:
        if turns >= MINIMUM_TURNS:
            seconds = float(total) + max(0.0, float(still_open))
            yield queue, Pace(turns, seconds / turns, float(sd))
