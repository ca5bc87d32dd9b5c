"""How long models really took and how often they succeeded, for one brand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

SAMPLE = 1000

# The newest ended ones first, so that the answer costs the same however long the history is.
_MEASURE = """
SELECT provider, model, type,
       count(*) FILTER (WHERE status = 'COMPLETED'),
       count(*) FILTER (WHERE status = 'FAILED'),
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - started_at))
           FILTER (WHERE status = 'COMPLETED')
FROM (
    SELECT provider, model, type, status, started_at, completed_at FROM ai_studio_generation
    WHERE brand_id = %(brand)s AND status IN ('COMPLETED', 'FAILED') ORDER BY id DESC LIMIT %(sample)s
) AS ended
GROUP BY provider, model, type
"""


@dataclass(frozen=True)
class Measured:
    """Of one type made by one model. The seconds are None where none was completed."""

    completed: int
    failed: int
    p50_seconds: float | None
    p95_seconds: float | None

    @property
    def success_rate(self) -> float:
        """completed / (completed + failed); what people cancelled says nothing about the model."""
        return self.completed / (self.completed + self.failed)


def measured(*, brand_id: UUID, sample: int = SAMPLE) -> Mapping[tuple[str, str, str], Measured]:
    """{(provider, model, type): Measured} over the brand's last `sample` completed or failed generations.

    What was never made is missing. Seconds run from the first start to the end, waiting in the queue left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, {"brand": brand_id, "sample": sample})
        return {(row[0], row[1], row[2]): _measured(*row[3:]) for row in cursor.fetchall()}


def _measured(completed: int, failed: int, percentiles: Any) -> Measured:
    p50, p95 = (round(float(seconds), 3) for seconds in percentiles) if percentiles else (None, None)
    return Measured(completed, failed, p50, p95)
