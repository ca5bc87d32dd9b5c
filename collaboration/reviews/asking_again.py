"""A new round: of new versions of a review's items, or of the same once more."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ai_studio.artifacts import ArtifactGone
from ai_studio.models import Generation
from brands.errors import InvalidInput
from brands.permissions import Actor, system_actor
from brands.services import grants
from brands.tenancy.scope import brand_scope
from collaboration.models import Review, ReviewItem, ReviewRound
from collaboration.reviews import freezing, holding, rounds, versions
from collaboration.reviews.choices import ReviewStatus, RoundOutcome, RoundReason
from collaboration.reviews.errors import ItemDamaged, ReviewEnded
from collaboration.reviews.freezing import CAPABILITY, Frozen, Wanted
from collaboration.reviews.requesting import asked_now, check_due
from collaboration.reviews.telling import record, tell

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Replacement:
    """Instead of an item of the present round, this resource of the same type."""

    item: UUID
    resource_id: UUID
    artifact_id: UUID | None = None


def frozen(*, actor: Actor, review: Review, replacements: Sequence[Replacement] = ()) -> list[Frozen]:
    """What the next round would be about: all items as they are now, those replaced by others.

    Without replacements the newest completed versions. Raises InvalidInput naming `items.<n>.…`.
    """
    items = rounds.items_of(review)
    instead = _chosen(items, replacements) if replacements else _newest(review)
    return freezing.freeze(actor=actor, wanted=[instead.get(item.pk, _same(item)) for item in items])


def ask_again(
    *,
    actor: Actor,
    review_id: UUID,
    at: datetime,
    replacements: Sequence[Replacement] = (),
    due_at: datetime | None = None,
    proven: Mapping[UUID, str] | None = None,
) -> Review:
    """Begin another round; what was decided before stays with its round. `due_at`: a new one for the review.

    ReviewEnded for what was cancelled. InvalidInput naming `items` when the round that runs is about just this.
    Forbidden where others have rights on the review that the actor could not give them on what comes in.
    """
    review = holding.held(actor, review_id, capability=CAPABILITY)
    if review.status == ReviewStatus.CANCELLED:
        raise ReviewEnded("It was cancelled.", review_status=review.status)
    chosen = frozen(actor=actor, review=review, replacements=replacements)
    _check_may_put_in(actor, review, chosen)
    freezing.check(chosen, freezing.proofs(chosen) if proven is None else proven)
    current = ReviewRound.objects.get(review=review, number=review.round)
    if review.is_open and freezing.sha256_of(chosen) == current.sha256:
        raise InvalidInput(fields={"items": ["Nothing is new: this is what is asked now."]})
    check_due("due_at", due_at, at)
    review.due_at = due_at or review.due_at
    _next(review, chosen, reason=RoundReason.ASKED_AGAIN, asked_by=actor.person_id, at=at)
    record("review.asked_again", review, actor=actor)
    _tell(review, {"user": actor.user_id})
    return review


def _check_may_put_in(actor: Actor, review: Review, chosen: Sequence[Frozen]) -> None:
    known = set(ReviewItem.objects.filter(review=review).values_list("resource_type", "resource_id"))
    new = {each.key for each in chosen} - known
    for kind in {kind for kind, _ in new}:
        keys = {pk for each, pk in new if each == kind}
        grants.require_may_put_in(actor=actor, resource_type="REVIEW", resource_id=review.pk, kind=kind, keys=keys)


def follow(*, brand_id: UUID, review_id: UUID, at: datetime) -> bool:
    """Ask again because versions of items were completed; False when there is nothing to ask, or no longer.

    The files are read outside the transactions; whatever changed meanwhile is left for the next time.
    """
    actor = system_actor(brand_id)
    with brand_scope(brand_id):
        review = Review.objects.get(pk=review_id)
        try:
            chosen = frozen(actor=actor, review=review)
        except InvalidInput as error:
            logger.warning("review %s cannot follow: %s", review_id, error.fields)
            return False
    try:
        proven = freezing.proofs(chosen)
        freezing.check(chosen, proven)
    except (ArtifactGone, ItemDamaged) as error:
        logger.warning("review %s cannot follow: %s", review_id, error.extra)
        return False
    with brand_scope(brand_id):
        held = Review.objects.select_for_update().get(pk=review_id)
        if held.status == ReviewStatus.CANCELLED or not held.follows_versions or held.round != review.round:
            return False
        newest = versions.newer(held).values()
        if not set(newest) & {each.key[1] for each in chosen}:
            return False
        maker = Generation.objects.filter(pk__in=newest).order_by("-id")[0].user_id
        _next(held, chosen, reason=RoundReason.NEW_VERSION, asked_by=maker, at=at)
        record("review.asked_again", held, actor=actor, made_by=maker)
        _tell(held, {"user": maker})
    return True


def _chosen(items: Sequence[ReviewItem], replacements: Sequence[Replacement]) -> dict[UUID, Wanted]:
    by_id = {item.pk: item for item in items}
    known = [by_id.get(each.item) for each in replacements]
    wrong = {f"items.{n}.item": ["Not an item of the present round."] for n, item in enumerate(known) if item is None}
    if wrong:
        raise InvalidInput(fields=wrong)
    return {
        each.item: Wanted(by_id[each.item].resource_type, each.resource_id, each.artifact_id) for each in replacements
    }


def _newest(review: Review) -> dict[UUID, Wanted]:
    return {item: Wanted(freezing.GENERATION, generation) for item, generation in versions.newer(review).items()}


def _same(item: ReviewItem) -> Wanted:
    return Wanted(item.resource_type, item.resource_id, item.artifact_id)


def _next(review: Review, chosen: Sequence[Frozen], *, reason: RoundReason, asked_by: int, at: datetime) -> None:
    rounds.end(review, outcome=RoundOutcome.SUPERSEDED, at=at)
    review.round += 1
    review.status, review.ended_at = ReviewStatus.OPEN, None
    review.save(update_fields=["round", "status", "ended_at", "due_at"])
    rounds.begin(review, frozen=chosen, reason=reason, asked_by=asked_by, at=at)


def _tell(review: Review, who: Mapping[str, Any]) -> None:
    facts = {"former_round": review.round - 1, "reviewers": asked_now(review), **who}
    tell("review.asked_again", review, items=rounds.items_of(review), **facts)
