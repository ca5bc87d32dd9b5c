"""What must be true when everything has ended: nobody's job lost, nothing done twice, every cent right."""

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from config.local.folder import CHECKOUT
from config.local.processes import own_environment
from tests.faults.load import Asked
from tests.faults.site import Site

# A job ends FAILED under kills for two reasons only: nobody knows whether its provider billed it, or it was
# the one at work when its worker died, twice.
EXCUSED = {"billing": {"submit_unknown", "poison"}, "free": {"poison"}, "local": {"poison"}}

_DOUBLES = """
SELECT (SELECT count(*) FROM (
            SELECT FROM ai_studio_ledgerentry GROUP BY generation_id, kind HAVING count(*) > 1) AS entries)
     + (SELECT count(*) FROM (
            SELECT FROM ai_studio_costrecord GROUP BY generation_id HAVING count(*) > 1) AS costs)
     + (SELECT count(*) FROM (
            SELECT FROM ai_studio_artifact WHERE role = 'RESULT' GROUP BY generation_id HAVING count(*) > 1) AS results)
     + (SELECT count(*) FROM (
            SELECT FROM brands_domainevent WHERE type IN
                ('generation.completed', 'generation.failed', 'generation.cancelled')
            GROUP BY payload ->> 'generation' HAVING count(*) > 1) AS ends)
"""


def ends(site: Site, asked: Sequence[Asked]) -> dict[str, tuple[str, str, Decimal | None]]:
    """{id: (status, error code, cost)} of what was accepted; what is missing was lost."""
    query = "SELECT id::text, status, error_code, cost_usd FROM ai_studio_generation WHERE id = ANY(%s::uuid[])"
    return {row[0]: (row[1], row[2], row[3]) for row in site.rows(query, [job.id for job in asked])}


def outcomes(site: Site, asked: Sequence[Asked]) -> Counter[str]:
    return Counter(code or status for status, code, _ in ends(site, asked).values())


def lost(site: Site, asked: Sequence[Asked]) -> list[str]:
    found = ends(site, asked)

    def is_lost(job: Asked) -> bool:
        status, code, _ = found.get(job.id, ("MISSING", "", None))
        return status != "COMPLETED" and not (status == "FAILED" and code in EXCUSED[job.provider])

    return [f"{job.id} ({job.provider}): {found.get(job.id)}" for job in asked if is_lost(job)]


def double_effects(site: Site, asked: Sequence[Asked]) -> int:
    """Twice in our books, or twice at a provider that bills."""
    bought = [site.provider.accepted[job.prompt] for job in asked if job.provider == "billing"]
    return int(site.rows(_DOUBLES)[0][0]) + sum(times - 1 for times in bought if times > 1)


def wrong_cents(site: Site, asked: Sequence[Asked]) -> Decimal:
    """How far each cost, and the sum of all budgets, is from what it must be."""
    found = ends(site, asked)
    completed = [job for job in asked if found[job.id][0] == "COMPLETED"]
    each = sum((abs((found[job.id][2] or Decimal(0)) - job.expected_usd) for job in completed), Decimal(0))
    ((spent, reserved),) = site.rows("SELECT sum(spent_usd), sum(reserved_usd) FROM ai_studio_budget")
    return 100 * (each + abs(spent - sum(job.expected_usd for job in completed)) + reserved)


def invariants_hold(site: Site) -> bool:
    command = [sys.executable, "manage.py", "check_invariants"]
    return subprocess.run(command, cwd=CHECKOUT, env=own_environment(**site.environment), check=False).returncode == 0
