"""What reviews tell the rest of the house: facts, never anybody's words."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from brands import audit, events
from brands.permissions import Actor
from collaboration.models import Review, ReviewItem
from collaboration.models.review_item import GENERATION


def tell(what: str, review: Review, *, items: Sequence[ReviewItem], actor: Actor | None = None, **facts: Any) -> None:
    """Append the event, best as the last statement of a transaction."""
    payload = {
        "resource_type": "REVIEW",
        "resource_id": str(review.pk),
        "review": str(review.pk),
        "round": review.round,
        "items": [{"resource_type": each.resource_type, "resource_id": str(each.resource_id)} for each in items],
        "user": actor.user_id if actor else None,
        "guest": actor.id if actor and actor.is_guest else None,
        "requested_by": review.requested_by_id,
        "due_at": review.due_at,
        **facts,
    }
    events.append(brand_id=review.brand_id, type=what, payload=payload)


def record(what: str, review: Review, *, actor: Actor, **details: Any) -> None:
    """In the audit trail."""
    audit.record(actor=actor, action=what, obj=review, round=review.round, **details)


def approved_work(items: Iterable[ReviewItem]) -> dict[str, Any]:
    """What was approved, for analytics: whom the first generation was made for, what it is, and what all cost."""
    every = list(items)
    first = next((each for each in every if each.resource_type == GENERATION), None)
    facts = {
        "items_count": len(every),
        "cost_usd": str(sum((each.cost_usd or Decimal(0) for each in every), Decimal(0))),
    }
    if first is None:
        return facts
    said = {name: first.facts.get(name) for name in ("type", "provider", "model", "quality")}
    return {**facts, **said, "generation": str(first.resource_id), "distinct_id": first.facts.get("made_for")}
