"""Changing a review that is open, and calling it off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from brands.errors import InvalidInput
from brands.permissions import Actor
from collaboration.models import Review, ReviewReviewer, ReviewStep
from collaboration.reviews import holding, people, policies, rounds
from collaboration.reviews.choices import RoundOutcome
from collaboration.reviews.freezing import CAPABILITY
from collaboration.reviews.requesting import check_due
from collaboration.reviews.telling import record, tell


@dataclass(frozen=True)
class StepChange:
    """What is not given stays: `changes` may hold `due_at`, `members` and `groups`."""

    number: int
    changes: dict[str, Any]


def change(*, actor: Actor, review_id: UUID, at: datetime, steps: Sequence[StepChange] = (), **changes: Any) -> Review:
    """Set `title`, `description`, `due_at` or `follows_versions`; of steps the due date and who is asked.

    How many must approve, and whose approval it takes, stays: else nobody would know what was approved.
    Raises ReviewEnded; InvalidInput naming `due_at`, or `steps.<n>.<field>`.
    """
    review = holding.held(actor, review_id, capability=CAPABILITY)
    holding.check_open(review)
    check_due("due_at", changes.get("due_at"), at)
    every = list(ReviewStep.objects.filter(review=review))
    before = set(people.user_ids(rounds.open_steps(review, every)))
    changed = [name for name, value in changes.items() if getattr(review, name) != value]
    for name in changed:
        setattr(review, name, changes[name])
    review.save(update_fields=changed)
    for position, each in enumerate(steps):
        changed += [f"steps.{each.number}.{name}" for name in _change_step(every, position, each, at)]
    if changed:
        added = set(people.user_ids(rounds.open_steps(review, every))) - before
        record("review.changed", review, actor=actor, changed=sorted(changed))
        facts = {"changed": sorted(changed), "reviewers": sorted(added)}
        tell("review.changed", review, items=rounds.items_of(review), actor=actor, **facts)
    return review


def cancel(*, actor: Actor, review_id: UUID, at: datetime, reason: str = "") -> Review:
    """Call it off; what was decided stays. Raises ReviewEnded when it has ended."""
    review = holding.held(actor, review_id, capability=CAPABILITY)
    holding.check_open(review)
    items = rounds.items_of(review)
    waiting = people.user_ids(rounds.open_steps(review, list(ReviewStep.objects.filter(review=review))))
    rounds.end(review, outcome=RoundOutcome.CANCELLED, at=at)
    record("review.cancelled", review, actor=actor, reason=reason)
    tell("review.cancelled", review, items=items, actor=actor, reviewers=waiting)
    return review


def _change_step(every: Sequence[ReviewStep], position: int, wanted: StepChange, at: datetime) -> list[str]:
    """The names of what was changed."""
    step = next((each for each in every if each.number == wanted.number), None)
    try:
        if step is None:
            raise InvalidInput(fields={"number": ["There is no such step."]})  # noqa: TRY301 - named below like the rest
        return _changed(step, wanted.changes, at)
    except InvalidInput as error:
        named = {f"steps.{position}.{name}": sentences for name, sentences in error.fields.items()}
        raise InvalidInput(fields=named) from error


def _changed(step: ReviewStep, changes: dict[str, Any], at: datetime) -> list[str]:
    names = []
    if "due_at" in changes and changes["due_at"] != step.due_at:
        check_due("due_at", changes["due_at"], at)
        step.due_at = changes["due_at"]
        step.save(update_fields=["due_at"])
        names.append("due_at")
    if {"members", "groups"} & set(changes):
        present = ReviewReviewer.objects.filter(step=step).select_related("membership")
        members = [each.membership.user_id for each in present if each.membership_id]
        groups = [each.group_id for each in present if each.group_id]
        wanted = {"members": changes.get("members", members), "groups": changes.get("groups", groups)}
        policies.name_reviewers(step, **wanted)
        policies.check_possible(step)
        names.append("reviewers")
    return names
