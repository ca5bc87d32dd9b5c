"""Asking for a review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from brands.errors import InvalidInput
from brands.models import Brand
from brands.permissions import Actor, require
from collaboration.models import Review, ReviewStep
from collaboration.reviews import freezing, people, policies, rounds
from collaboration.reviews.choices import RoundReason
from collaboration.reviews.freezing import CAPABILITY, Frozen, Wanted
from collaboration.reviews.policies import StepWanted
from collaboration.reviews.telling import record, tell


def frozen(*, actor: Actor, wanted: Sequence[Wanted]) -> list[Frozen]:
    """What would be asked about, for its files to be read before. Raises InvalidInput naming `items.<n>.<field>`."""
    require(actor, CAPABILITY, Brand.objects.get(pk=actor.brand_id))
    return freezing.freeze(actor=actor, wanted=wanted)


@dataclass(frozen=True)
class ReviewWanted:
    """What somebody asks for."""

    title: str
    items: Sequence[Wanted]
    steps: Sequence[StepWanted]
    description: str = ""
    is_sequential: bool = True
    follows_versions: bool = True
    due_at: datetime | None = None


def request(*, actor: Actor, wanted: ReviewWanted, at: datetime, proven: Mapping[UUID, str] | None = None) -> Review:
    """A new review, its first round asked. `proven`: the hashes of the stored files, if they were read before.

    Raises InvalidInput naming `items.<n>.<field>`, `steps.<n>.<field>` or `due_at`; ItemDamaged, ArtifactGone.
    """
    chosen = frozen(actor=actor, wanted=wanted.items)
    freezing.check(chosen, freezing.proofs(chosen) if proven is None else proven)
    check_due("due_at", wanted.due_at, at)
    for number, step in enumerate(wanted.steps):
        check_due(f"steps.{number}.due_at", step.due_at, at)
    review = Review.objects.create(
        brand_id=actor.brand_id,
        title=wanted.title,
        description=wanted.description,
        requested_by_id=actor.person_id,
        requested_at=at,
        is_sequential=wanted.is_sequential,
        follows_versions=wanted.follows_versions,
        due_at=wanted.due_at,
    )
    policies.make(review, wanted.steps)
    made, held = rounds.begin(review, frozen=chosen, reason=RoundReason.REQUESTED, asked_by=actor.person_id, at=at)
    record("review.requested", review, actor=actor, sha256=made.sha256, items=len(held))
    tell("review.requested", review, items=held, actor=actor, reviewers=asked_now(review))
    return review


def check_due(name: str, due_at: datetime | None, at: datetime) -> None:
    if due_at is not None and due_at <= at:
        raise InvalidInput(fields={name: ["It is in the past."]})


def asked_now(review: Review) -> list[int]:
    """Everybody who is asked in the steps that are open."""
    steps = list(ReviewStep.objects.filter(review=review))
    return people.user_ids(rounds.open_steps(review, steps))
