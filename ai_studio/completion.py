"""Ending a job well: its files are stored, then everything else is committed at once."""

import json
import logging
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.core.serializers.json import DjangoJSONEncoder

from ai_studio import artifacts, costs, metrics
from ai_studio.announcements import facts
from ai_studio.artifacts import StoredFile
from ai_studio.choices import Status
from ai_studio.costs import Cost
from ai_studio.failures import StorageAwayError
from ai_studio.leases import Claim
from ai_studio.patience import patiently
from ai_studio.providers.base import Finished, OutputFile
from ai_studio.settlement import Settlement, settle
from brands.tenancy.scope import brand_scope

logger = logging.getLogger(__name__)

MOST_CREDITS = Decimal(10) ** 10

StoredFiles = Sequence[tuple[OutputFile, StoredFile]]


def finish(claim: Claim, outcome: Finished) -> None:
    """Store the files, write the end down. Raises StorageAwayError."""
    provider = claim.generation.provider
    with metrics.step_seconds.labels("ingest", provider).time():
        files = _ingest(claim, outcome)
    with metrics.step_seconds.labels("settle", provider).time():
        patiently(lambda: settle(_settlement(claim, outcome, files)))


def _ingest(claim: Claim, outcome: Finished) -> StoredFiles:
    """Put the files where the artifacts will point. Files that no artifact ends up pointing to are harmless:
    they are named by their content, and the same work writes the same ones."""
    brand_id = claim.generation.brand_id
    try:
        return [
            (file, artifacts.store(brand_id=brand_id, name=file.name, media_type=file.media_type, data=file.data))
            for file in outcome.files
        ]
    except OSError as error:
        logger.warning("not stored: %s: %s", claim.generation.id, error)
        cost = costs.of_result(claim.generation, claim.attempt, outcome)
        raise StorageAwayError(error.strerror or type(error).__name__, cost=cost) from error


def _settlement(claim: Claim, outcome: Finished, files: StoredFiles) -> Settlement:
    """One transaction: the job is COMPLETED, its artifacts stand, its cost is settled, the event is told. Or
    nothing at all, when the job is no longer ours."""
    generation = claim.generation
    cost = _cost(claim, outcome)
    job = {
        "generation": generation.id,
        "fence": generation.fence,
        "attempt": claim.attempt.id,
        "cost_usd": cost.amount_usd,
        "source": cost.source,
        "details": cost.details,
        "credits": _credits(outcome),
        "quality_score": _score(outcome.quality_score),
        "answer": outcome.answer,
        "raw_answer": outcome.raw,
        "artifacts": [_artifact(file, stored) for file, stored in files],
        "event": facts(generation) | {"status": Status.COMPLETED, "cost_usd": cost.amount_usd},
    }
    return Settlement(generation.brand_id, json.dumps(job, cls=DjangoJSONEncoder))


def _cost(claim: Claim, outcome: Finished) -> Cost:
    """With what attempts before this one took for nothing."""
    cost = costs.of_result(claim.generation, claim.attempt, outcome)
    if claim.attempt.number == 1:
        return cost
    with brand_scope(claim.generation.brand_id):
        return costs.together([*costs.of_attempts(claim.generation, before=claim.attempt.number), cost])


def _credits(outcome: Finished) -> Decimal | None:
    """What the provider took of its own money, if it says so and it can be."""
    said = outcome.usage.get("credit")
    if said is None or said >= MOST_CREDITS:
        return None
    return said.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _score(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


def _artifact(file: OutputFile, stored: StoredFile) -> dict[str, object]:
    """A row of Artifact, as studio_settle reads it."""
    return {
        "role": file.role,
        "name": file.name,
        "media_type": file.media_type,
        "size_bytes": stored.size_bytes,
        "sha256": stored.sha256,
        "storage_key": stored.storage_key,
        "width": file.width,
        "height": file.height,
        "duration_seconds": file.duration_seconds,
    }
