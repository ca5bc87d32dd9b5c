"""All that there is to see of one review, for one who may see it."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ai_studio.models import Artifact
from brands.errors import NotFound
from brands.permissions import Actor, visible
from collaboration.models import Review, ReviewDecision, ReviewItem, ReviewRound, ReviewStep
from collaboration.reviews import deciding, freezing, listing, people, versions
from collaboration.reviews.progress import Progress, progress

# A review that is asked again and again is shown from its newest round back.
MOST_ROUNDS = 50


@dataclass(frozen=True)
class RoundSeen:
    round: ReviewRound
    items: Sequence[ReviewItem]
    decisions: Sequence[ReviewDecision]


@dataclass(frozen=True)
class ReviewSeen:
    """`hidden_items`: how many of all rounds are not for this actor's eyes. `newer`: the newest version, by item;
    None for what has changed and has no versions. `files`: by id, those that the actor may download. `your_steps`:
    numbers of those in which they are asked now."""

    review: Review
    steps: Sequence[Progress]
    rounds: Sequence[RoundSeen]
    hidden_items: int
    newer: Mapping[UUID, UUID | None]
    files: Mapping[UUID, Artifact]
    your_steps: Sequence[int]


def read(*, actor: Actor, review_id: UUID, at: datetime) -> ReviewSeen:
    """In a fixed number of queries, whatever its size. NotFound for what one may not see."""
    review = listing.listed(actor).filter(pk=review_id).first()
    if review is None:
        raise NotFound()
    steps = list(ReviewStep.objects.filter(review=review).prefetch_related("requirements").order_by("number"))
    rounds = list(
        ReviewRound.objects.filter(review=review).select_related("asked_by").order_by("-number")[:MOST_ROUNDS]
    )
    decisions = list(
        ReviewDecision.objects.filter(round__in=rounds).select_related("user", "step", "round").order_by("id")
    )
    items = list(ReviewItem.objects.filter(round__in=rounds).order_by("position"))
    shown = deciding.seen(actor, items)
    present = [each for each in decisions if each.round.number == review.round]
    return ReviewSeen(
        review=review,
        steps=_steps(review, steps, present, at),
        rounds=[_round(each, items, decisions, shown) for each in rounds],
        hidden_items=len(items) - len(shown),
        newer=_newer(review, [item for item in items if item.pk in shown and item.round_id == rounds[0].pk]),
        files=_files(actor, items),
        your_steps=_own(actor, review, steps, present),
    )


def _steps(
    review: Review, steps: Sequence[ReviewStep], decisions: Sequence[ReviewDecision], at: datetime
) -> list[Progress]:
    asked = people.asked(steps)
    return [progress(review, step, members=asked.get(step.pk, []), decisions=decisions, at=at) for step in steps]


def _round(
    each: ReviewRound, items: Sequence[ReviewItem], decisions: Sequence[ReviewDecision], shown: Set[UUID]
) -> RoundSeen:
    return RoundSeen(
        each,
        [item for item in items if item.round_id == each.pk and item.pk in shown],
        [decision for decision in decisions if decision.round_id == each.pk],
    )


def _newer(review: Review, items: Sequence[ReviewItem]) -> dict[UUID, UUID | None]:
    known = {item.pk for item in items}
    found: dict[UUID, UUID | None] = dict.fromkeys(freezing.changed(items))
    return found | {item: newest for item, newest in versions.newer(review).items() if item in known}


def _files(actor: Actor, items: Sequence[ReviewItem]) -> dict[UUID, Artifact]:
    files = Artifact.objects.filter(pk__in=[item.artifact_id for item in items if item.artifact_id])
    return {file.pk: file for file in visible(actor, "asset.download", files)}


def _own(actor: Actor, review: Review, steps: Sequence[ReviewStep], decisions: Sequence[Any]) -> list[int]:
    if (
        actor.kind not in deciding.PEOPLE
        or not listing.waiting_for(actor, Review.objects.filter(pk=review.pk)).exists()
    ):
        return []
    own = {each.step_id for each in decisions if actor.id in (str(each.user_id), str(each.guest_session_id))}
    mine = people.steps_of(actor, steps)
    return [step.number for step in mine if step.is_open_in(review.round) and step.pk not in own]
