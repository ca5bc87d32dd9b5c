"""Deciding: once by each reviewer in each step of a round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from brands import registry
from brands.choices import ActorKind
from brands.errors import Forbidden, InvalidInput
from brands.permissions import Actor, visible
from brands.services.conflicts import refused_as
from collaboration.models import Review, ReviewDecision, ReviewItem, ReviewRound, ReviewStep
from collaboration.reviews import holding, people, rounds
from collaboration.reviews.choices import RoundOutcome, Verdict
from collaboration.reviews.errors import DecidedAlready, NotInTurn
from collaboration.reviews.telling import approved_work, record, tell

CAPABILITY = "review.decide"
PEOPLE = (ActorKind.USER, ActorKind.GUEST)


@dataclass(frozen=True)
class Decided:
    """`completed`: the step is, by this decision; `opened`: the step that is open since."""

    review: Review
    decision: ReviewDecision
    completed: bool
    opened: ReviewStep | None = None


def decide(
    *,
    actor: Actor,
    review_id: UUID,
    round: int,  # noqa: A002
    verdict: str,
    at: datetime,
    comment: str = "",
    step: int | None = None,
) -> Decided:
    """Record what `actor` says of the items of `round`; in the step that is given, else the first open one of theirs.

    One who does not see the review, NotFound; who is not asked, Forbidden. ReviewEnded, Outdated, NotInTurn and
    DecidedAlready say what stands in the way. What was decided is not taken back: whoever finds more asks again.
    """
    if actor.kind not in PEOPLE:
        raise Forbidden("Only people decide: a person who signed in, or a guest, no API key.")
    review = holding.held(actor, review_id, capability=CAPABILITY)
    current = ReviewRound.objects.get(review=review, number=review.round)
    items, steps = rounds.items_of(review), list(ReviewStep.objects.filter(review=review))
    mine = _asked(actor, review, current, steps, items)
    if round == current.number:  # an older one is outdated, whatever became of the review
        holding.check_open(review)
    holding.check_present(review, current, items, round=round)
    chosen = _step(actor, review, current, mine, step)
    if verdict == Verdict.REQUEST_CHANGES and not comment:
        raise InvalidInput(fields={"comment": ["Say what should change."]})
    decision = _write(actor, current, chosen, {"verdict": verdict, "comment": comment, "at": at})
    return _follow(actor, decision, steps, items)


def _asked(
    actor: Actor, review: Review, current: ReviewRound, steps: Sequence[ReviewStep], items: Sequence[ReviewItem]
) -> list[ReviewStep]:
    """The steps in which `actor` is asked. Forbidden for whoever is in none, asked for it, or does not see it all."""
    mine = people.steps_of(actor, steps)
    if not mine:
        who = "Guests do not decide here." if actor.is_guest else "You are not asked to decide on this review."
        raise Forbidden(who)
    if actor.user_id is not None and actor.user_id in (review.requested_by_id, current.asked_by_id):
        raise Forbidden("Nobody decides on what they asked for themselves.")
    if len(seen(actor, items)) < len(items):
        raise Forbidden("You do not see all of its items.")
    return mine


def seen(actor: Actor, items: Sequence[ReviewItem]) -> set[UUID]:
    """The items whose resources `actor` may see, by the capability that each type takes."""
    found: set[UUID] = set()
    for kind in {item.resource_type for item in items}:
        of_kind = ReviewItem.objects.filter(pk__in=[item.pk for item in items if item.resource_type == kind])
        found |= set(visible(actor, registry.known(kind).view, of_kind).values_list("pk", flat=True))
    return found


def _step(
    actor: Actor, review: Review, current: ReviewRound, mine: Sequence[ReviewStep], number: int | None
) -> ReviewStep:
    candidates = [step for step in mine if number in (None, step.number)]
    if not candidates:
        raise InvalidInput(fields={"step": ["You are not asked in this step."]})
    own = ReviewDecision.objects.filter(round=current)
    own = own.filter(guest_session_id=actor.id) if actor.is_guest else own.filter(user=actor.user_id)
    decided = {each.step_id: each for each in own}
    open_ = [step for step in candidates if step.is_open_in(review.round)]
    if left := [step for step in open_ if step.pk not in decided]:
        return left[0]
    before = next((decided[step.pk] for step in candidates if step.pk in decided), None)
    if before is not None:
        raise DecidedAlready(decision=str(before.pk), verdict=before.verdict)
    if any(step.is_complete_in(review.round) for step in candidates):
        raise NotInTurn("The step is complete.")
    raise NotInTurn("The steps before are not complete.", step=candidates[0].number)


def _write(actor: Actor, current: ReviewRound, step: ReviewStep, said: Mapping[str, Any]) -> ReviewDecision:
    capacity = people.capacity(actor, step.requirements.all())
    maker = (
        {"guest_session_id": actor.id, "guest_link_id": actor.link_id, "guest_name": actor.label[:80]}
        if actor.is_guest
        else {"user_id": actor.user_id}
    )
    once = DecidedAlready()
    with refused_as(review_decision_once_by_member=once, review_decision_once_by_guest=once):
        made: ReviewDecision = ReviewDecision.objects.create(
            brand_id=actor.brand_id,
            review_id=current.review_id,
            round=current,
            step=step,
            sha256=current.sha256,
            capacity=capacity.words,
            met=capacity.met,
            **maker,
            **said,
        )
    return made


def _follow(
    actor: Actor, decision: ReviewDecision, steps: Sequence[ReviewStep], items: Sequence[ReviewItem]
) -> Decided:
    """What the decision brings about, told in order."""
    review, step = decision.round.review, decision.step
    refused = decision.verdict == Verdict.REQUEST_CHANGES
    completed = not refused and is_complete(step, of_step(decision.round, step))
    opened = _complete(review, step, steps, decision.at) if completed else None
    approved = completed and all(each.is_complete_in(review.round) for each in steps)
    said = {"decision": str(decision.pk), "verdict": decision.verdict, "step": step.number, "step_completed": completed}
    record("review.decided", review, actor=actor, sha256=decision.sha256, **said)
    if refused or approved:
        rounds.end(review, outcome=RoundOutcome.CHANGES_REQUESTED if refused else RoundOutcome.APPROVED, at=decision.at)
    tell("review.decided", review, items=items, actor=actor, **said)
    if opened is not None:
        tell("review.step_opened", review, items=items, step=opened.number, reviewers=people.user_ids([opened]))
    if refused:
        tell("review.changes_requested", review, items=items, actor=actor, step=step.number)
    if approved:
        tell("review.approved", review, items=items, actor=actor, **approved_work(items))
    return Decided(review, decision, completed, opened)


def of_step(current: ReviewRound, step: ReviewStep) -> list[ReviewDecision]:
    return list(ReviewDecision.objects.filter(round=current, step=step))


def is_complete(step: ReviewStep, decisions: Sequence[ReviewDecision]) -> bool:
    """Enough approvals, all guests of one link counted once, and every requirement met by one of them."""
    approvals = [each for each in decisions if each.verdict == Verdict.APPROVE]
    met = {requirement for each in approvals for requirement in each.met}
    enough = len({each.voice for each in approvals}) >= step.min_approvals
    return enough and {each.pk for each in step.requirements.all()} <= met


def _complete(review: Review, step: ReviewStep, steps: Sequence[ReviewStep], at: datetime) -> ReviewStep | None:
    """The step that opens, if one does."""
    for each in steps:
        if each.pk == step.pk:
            each.completed_round, each.completed_at = review.round, at
            each.save(update_fields=["completed_round", "completed_at"])
    after = next((each for each in steps if each.number == step.number + 1), None)
    if not review.is_sequential or after is None:
        return None
    after.opened_round, after.opened_at = review.round, at
    after.save(update_fields=["opened_round", "opened_at"])
    return after
