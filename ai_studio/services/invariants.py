"""What must always hold between jobs, money, files, events and audit entries; checked over all brands, by the
maintenance role."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import connections

from ai_studio.choices import Status
from ai_studio.models import Artifact
from brands.services import audit_verification
from brands.tenancy.models import MAINTENANCE, cross_brand_reads

REASON = "check of invariants"

# Each query gives the rows that break the rule in its name.
RULES = {
    "a budget's reserved and spent sums equal its ledger": """
        SELECT b.brand_id, b.id FROM ai_studio_budget b LEFT JOIN ai_studio_ledgerentry l ON l.budget_id = b.id
        GROUP BY b.id HAVING
            b.reserved_usd <> coalesce(sum(l.amount_usd) FILTER (WHERE l.kind = 'HOLD'), 0)
                - coalesce(sum(l.amount_usd) FILTER (WHERE l.kind IN ('SETTLE', 'RELEASE')), 0)
            OR b.spent_usd <> coalesce(sum(l.amount_usd) FILTER (WHERE l.kind IN ('SETTLE', 'ADJUST')), 0)
    """,
    "a quota's reserved and spent sums and turns equal its ledger": """
        SELECT q.brand_id, q.id FROM ai_studio_userquota q LEFT JOIN ai_studio_ledgerentry l ON l.quota_id = q.id
        LEFT JOIN ai_studio_generation g ON g.id = l.generation_id AND l.kind = 'HOLD'
        GROUP BY q.id HAVING
            q.reserved_usd <> coalesce(sum(l.amount_usd) FILTER (WHERE l.kind = 'HOLD'), 0)
                - coalesce(sum(l.amount_usd) FILTER (WHERE l.kind IN ('SETTLE', 'RELEASE')), 0)
            OR q.spent_usd <> coalesce(sum(l.amount_usd) FILTER (WHERE l.kind IN ('SETTLE', 'ADJUST')), 0)
            OR q.used_generations <> count(g.id) FILTER (WHERE g.status NOT IN ('FAILED', 'CANCELLED'))
    """,
    "an ended generation holds no money, an active one holds its estimate": """
        SELECT g.brand_id, g.id FROM ai_studio_generation g LEFT JOIN ai_studio_ledgerentry l ON l.generation_id = g.id
        GROUP BY g.id HAVING
            coalesce(sum(l.amount_usd) FILTER (WHERE l.kind = 'HOLD'), 0)
            - coalesce(sum(l.amount_usd) FILTER (WHERE l.kind IN ('SETTLE', 'RELEASE')), 0)
            <> CASE WHEN g.status IN ('PENDING', 'PROCESSING') THEN g.estimated_cost_usd ELSE 0 END
    """,
    "a completed generation has one cost record, a failed or cancelled one at most one, an active one none": """
        SELECT g.brand_id, g.id FROM ai_studio_generation g LEFT JOIN ai_studio_costrecord c ON c.generation_id = g.id
        GROUP BY g.id HAVING
            count(c.id) FILTER (WHERE c.source <> 'ADJUSTMENT') > 1
            OR g.status = 'COMPLETED' AND count(c.id) FILTER (WHERE c.source <> 'ADJUSTMENT') = 0
            OR g.status IN ('PENDING', 'PROCESSING') AND count(c.id) > 0
    """,
    "a generation's cost equals its cost records and its ledger (SETTLE and ADJUST)": """
        SELECT g.brand_id, g.id FROM ai_studio_generation g
        LEFT JOIN (
            SELECT generation_id, sum(amount_usd) AS usd FROM ai_studio_costrecord GROUP BY generation_id
        ) c ON c.generation_id = g.id
        LEFT JOIN (
            SELECT generation_id, sum(amount_usd) AS usd FROM ai_studio_ledgerentry
            WHERE kind IN ('SETTLE', 'ADJUST') GROUP BY generation_id
        ) l ON l.generation_id = g.id
        WHERE coalesce(g.cost_usd, 0) <> coalesce(c.usd, 0) OR coalesce(c.usd, 0) <> coalesce(l.usd, 0)
    """,
    "a brand's ledger (SETTLE and ADJUST) equals its cost records and its budgets": """
        SELECT b.id, b.id FROM brands_brand b
        WHERE (SELECT coalesce(sum(c.amount_usd), 0) FROM ai_studio_costrecord c WHERE c.brand_id = b.id)
            <> (SELECT coalesce(sum(l.amount_usd), 0) FROM ai_studio_ledgerentry l
                WHERE l.brand_id = b.id AND l.kind IN ('SETTLE', 'ADJUST'))
            OR (SELECT coalesce(sum(c.amount_usd), 0) FROM ai_studio_costrecord c WHERE c.brand_id = b.id)
            <> (SELECT coalesce(sum(m.spent_usd), 0) FROM ai_studio_budget m WHERE m.brand_id = b.id)
    """,
    "a completed generation has one result and one thumbnail; an unfinished one has no artifact": """
        SELECT g.brand_id, g.id FROM ai_studio_generation g LEFT JOIN ai_studio_artifact a ON a.generation_id = g.id
        GROUP BY g.id HAVING
            count(a.id) FILTER (WHERE a.role = 'RESULT') <> (g.status = 'COMPLETED')::int
            OR count(a.id) FILTER (WHERE a.role = 'THUMBNAIL') <> (g.status = 'COMPLETED')::int
    """,
    "a brand's domain events are numbered without a gap": """
        SELECT s.brand_id, s.brand_id FROM brands_eventsequence s LEFT JOIN brands_domainevent e USING (brand_id)
        GROUP BY s.brand_id HAVING
            s.last_seq <> count(e.id) OR s.last_seq <> coalesce(max(e.seq), 0) OR min(e.seq) <> 1
    """,
    "each generation has told its request once, and its end once": """
        SELECT g.brand_id, g.id FROM ai_studio_generation g
        LEFT JOIN brands_domainevent e ON e.brand_id = g.brand_id AND e.payload ->> 'generation' = g.id::text
        GROUP BY g.id HAVING
            count(e.id) FILTER (WHERE e.type = 'generation.requested') <> 1
            OR count(e.id) FILTER (WHERE e.type IN
                ('generation.completed', 'generation.failed', 'generation.cancelled'))
                <> (g.status IN ('COMPLETED', 'FAILED', 'CANCELLED'))::int
    """,
}


# What no query of ours says.
AUDIT_RULE = "a brand's audit entries form one unbroken chain"
FILE_RULE = "an artifact's file is there and has its SHA-256"


@dataclass(frozen=True)
class Violation:
    rule: str
    brand_id: str
    row_id: str


def check(*, files: bool = True) -> Iterator[Violation]:
    """Every broken rule; with `files` each artifact of a completed generation is read and hashed too."""
    cross_brand_reads.labels(reason=REASON).inc()
    for rule, query in RULES.items():
        with connections[MAINTENANCE].cursor() as cursor:
            cursor.execute(query)
            yield from (Violation(rule, str(brand_id), str(row_id)) for brand_id, row_id in cursor.fetchall())
    yield from _broken_audit_chains()
    if files:
        yield from _unreadable_files()


def _broken_audit_chains() -> Iterator[Violation]:
    for chain in audit_verification.verify():
        if chain.finding:
            yield Violation(f"{AUDIT_RULE}: {chain.finding}", str(chain.brand_id), str(chain.brand_id))


def _unreadable_files() -> Iterator[Violation]:
    artifacts = Artifact.objects.all_brands(reason=REASON).filter(generation__status=Status.COMPLETED)
    for artifact in artifacts.order_by("id").iterator():
        if _stored_sha256(artifact.storage_key) != artifact.sha256:
            yield Violation(FILE_RULE, str(artifact.brand_id), str(artifact.id))


def _stored_sha256(key: str) -> str | None:
    try:
        with default_storage.open(key, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
