"""A review as it is now, until the commit, for whoever may see it."""

from uuid import UUID

from brands.errors import NotFound
from brands.permissions import Actor, require, visible
from collaboration.models import Review, ReviewItem, ReviewRound
from collaboration.reviews import freezing, versions
from collaboration.reviews.errors import Outdated, ReviewEnded


def held(actor: Actor, pk: UUID, *, capability: str) -> Review:
    """NotFound for what one may not see, Forbidden without `capability` on it."""
    rows = visible(actor, "asset.view", Review.objects.all())
    found: Review | None = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    require(actor, capability, found)
    return found


def check_open(review: Review) -> None:
    if not review.is_open:
        raise ReviewEnded(f"It is {review.status}.", review_status=review.status, round=review.round)


def check_present(review: Review, current: ReviewRound, items: list[ReviewItem], *, round: int) -> None:  # noqa: A002
    """Raises Outdated, with the present round, for another one; and when an item has a newer version."""
    if round != current.number:
        raise Outdated(f"Round {current.number} is asked now.", round=current.number, sha256=current.sha256)
    newer = versions.newer(review)
    stale = sorted({*(newer), *freezing.changed(items)})
    if stale:
        raise Outdated(
            "An item has a newer version, which is to be asked about.",
            round=current.number,
            sha256=current.sha256,
            items=[{"item": str(pk), "newer": str(newer[pk]) if pk in newer else None} for pk in stale],
        )
