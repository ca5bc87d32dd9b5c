"""What the studio tells the rest of the house: domain events about generations."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from ai_studio.models import Generation
from brands import bells, events


def announce(what: str, *generations: Generation) -> None:
    """Append `what` to the log of the generations' brand, in the caller's transaction; best as its last statement."""
    events.append_many(
        brand_id=generations[0].brand_id, type=what, payloads=[facts(generation) for generation in generations]
    )


def tell_progress(*, brand_id: UUID, generation_id: UUID, percent: int) -> None:
    """To who watches now, once it is committed; nothing is kept, for the row says the same."""
    payload = {"generation": str(generation_id), "progress": percent}
    tell = partial(bells.tell, brand_id=brand_id, type="generation.progress", payload=payload)
    transaction.on_commit(tell, robust=True)


def facts(generation: Generation) -> dict[str, Any]:
    """What an event says of a generation: facts, never the prompt."""
    return {
        "generation": str(generation.id),
        "type": generation.type,
        "provider": generation.provider,
        "model": generation.model,
        "quality": generation.quality,
        "user": generation.user_id,
        "api_key": None if generation.api_key_id is None else str(generation.api_key_id),
        "distinct_id": generation.distinct_id,
        "status": generation.status,
        "estimated_cost_usd": str(generation.estimated_cost_usd),
        "cost_usd": None if generation.cost_usd is None else str(generation.cost_usd),
        "error_code": generation.error_code,
        "started_at": generation.started_at,
    }
