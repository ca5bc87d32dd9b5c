"""Everything one sees on a review's page. Runs in the review's brand."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from ai_studio import previews
from ai_studio.admin.pictures import address
from brands import registry
from brands.permissions import Actor
from collaboration.models import Review, ReviewItem
from collaboration.models.review_item import GENERATION
from collaboration.reviews import reading
from collaboration.reviews.reading import ReviewSeen


@dataclass(frozen=True)
class ItemShown:
    """`kind`: image, video or model where the file can be shown at `url`; empty: only its facts."""

    item: ReviewItem
    label: str
    kind: str
    url: str
    page: str
    is_outdated: bool
    newer: str


def review_page(review: Review, actor: Actor) -> dict[str, Any]:
    seen = reading.read(actor=actor, review_id=review.pk, at=timezone.now())
    return {
        "review": seen.review,
        "steps": seen.steps,
        "rounds": [
            (each.round, [_item(item, seen) for item in each.items], each.decisions, each.round.number == review.round)
            for each in seen.rounds
        ],
        "is_outdated": bool(seen.newer),
        "cost_usd": sum(item.cost_usd or 0 for item in seen.rounds[0].items),
    }


def _item(item: ReviewItem, seen: ReviewSeen) -> ItemShown:
    file = seen.files.get(item.artifact_id) if item.artifact_id else None
    newer = seen.newer.get(item.pk)
    return ItemShown(
        item=item,
        label=registry.known(item.resource_type).label,
        kind=previews.kind_of(file) or "" if file else "",
        url=address(file) if file else "",
        page=_page(item.resource_type, item.resource_id) if file else "",
        is_outdated=item.pk in seen.newer,
        newer=_page(GENERATION, newer) if newer else "",
    )


def _page(resource_type: str, pk: Any) -> str:
    return reverse("admin:ai_studio_generation_change", args=[pk]) if resource_type == GENERATION else ""
