"""How models did for one brand lately: its attempts of the last 24 hours, at most the newest thousand."""

from uuid import UUID

from django.db import connection

from ai_studio.choices import Status
from ai_studio.models import Generation
from ai_studio.routing.candidates import Facts, Measured

SAMPLE = 1000
# Good calls that tell how fast a model is now, not how fast it was: as few as outlast one that was odd.
RECENT = 5

# What people called off says nothing of the provider.
_MEASURE = """
SELECT provider, model, type, count(*), count(*) FILTER (WHERE error_code = ''),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE error_code = '' AND age <= %(recent)s),
       avg(quality_score) FILTER (WHERE error_code = '')
FROM (
    SELECT a.provider, a.model, g.type, a.error_code, a.started_at, g.quality_score,
           extract(epoch FROM a.finished_at - a.started_at) AS seconds,
           row_number() OVER (
               PARTITION BY a.provider, a.model, g.type, a.error_code = '' ORDER BY a.started_at DESC
           ) AS age
    FROM ai_studio_attempt a JOIN ai_studio_generation g ON g.brand_id = a.brand_id AND g.id = a.generation_id
    WHERE a.brand_id = %(brand)s AND a.started_at > now() - interval '24 hours' AND a.finished_at IS NOT NULL
      AND a.error_code <> 'called_off'
    ORDER BY a.started_at DESC LIMIT %(sample)s
) AS newest
GROUP BY provider, model, type
"""


def measured(*, brand_id: UUID, sample: int = SAMPLE) -> Facts:
    """{(provider, model, type): Measured}. Seconds run from the submission to the files. In the brand's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, {"brand": brand_id, "sample": sample, "recent": RECENT})
        return {(row[0], row[1], row[2]): _measured(*row[3:]) for row in cursor.fetchall()}


def _measured(calls: int, succeeded: int, seconds: float | None, score: float | None) -> Measured:
    p50 = None if seconds is None else round(float(seconds), 3)
    return Measured(calls, succeeded, p50, None if score is None else float(score))


def running() -> dict[str, int]:
    """The brand's jobs under way, by provider. In the brand's scope."""
    names = Generation.objects.filter(status=Status.PROCESSING).values_list("provider", flat=True)
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts
