"""The rounds of a review: how one begins and ends. Whoever calls holds the review's row."""

from collections.abc import Sequence
from datetime import datetime

from collaboration.models import Review, ReviewItem, ReviewRound, ReviewStep
from collaboration.reviews import freezing
from collaboration.reviews.choices import ReviewStatus, RoundOutcome, RoundReason
from collaboration.reviews.freezing import Frozen


def begin(
    review: Review, *, frozen: Sequence[Frozen], reason: RoundReason, asked_by: int, at: datetime
) -> tuple[ReviewRound, list[ReviewItem]]:
    """The round with the review's number, its items, and its first steps open."""
    made = ReviewRound.objects.create(
        brand_id=review.brand_id,
        review=review,
        number=review.round,
        reason=reason,
        asked_by_id=asked_by,
        asked_at=at,
        sha256=freezing.sha256_of(frozen),
    )
    items = ReviewItem.objects.bulk_create(
        ReviewItem(
            brand_id=review.brand_id, review=review, round=made, position=position, frozen_at=at, **each.as_item()
        )
        for position, each in enumerate(frozen)
    )
    steps = ReviewStep.objects.filter(review=review)
    opened = steps.filter(number=1) if review.is_sequential else steps
    opened.update(opened_round=review.round, opened_at=at)
    return made, items


def end(review: Review, *, outcome: RoundOutcome, at: datetime) -> None:
    """The present round, and the review with it unless another round follows."""
    ReviewRound.objects.filter(review=review, number=review.round, outcome="").update(outcome=outcome, ended_at=at)
    if outcome != RoundOutcome.SUPERSEDED:
        review.status, review.ended_at = ReviewStatus(outcome), at
        review.save(update_fields=["status", "ended_at"])


def items_of(review: Review) -> list[ReviewItem]:
    """Those of the present round, in their order."""
    return list(ReviewItem.objects.filter(review=review, round__number=review.round).order_by("position"))


def open_steps(review: Review, steps: Sequence[ReviewStep]) -> list[ReviewStep]:
    return [step for step in steps if step.is_open_in(review.round)] if review.is_open else []
