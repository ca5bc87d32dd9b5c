"""How far a step is: who approved, what is missing, and why it is not complete yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collaboration.models import Review, ReviewDecision, ReviewRequirement, ReviewStep
from collaboration.reviews.choices import StepState, Verdict
from collaboration.reviews.people import Member


@dataclass(frozen=True)
class Progress:
    """`waiting_for`: who is asked and did not decide. `missing`: why it is not complete, in sentences."""

    step: ReviewStep
    state: StepState
    due_at: datetime | None
    is_overdue: bool
    approvals: int
    reviewers: Sequence[tuple[Member, ReviewDecision | None]]
    requirements: Sequence[tuple[ReviewRequirement, bool]]
    missing: Sequence[str]

    @property
    def waiting_for(self) -> list[Member]:
        if self.state != StepState.OPEN:
            return []
        return [member for member, decision in self.reviewers if decision is None]


def progress(
    review: Review, step: ReviewStep, *, members: Sequence[Member], decisions: Sequence[ReviewDecision], at: datetime
) -> Progress:
    """`decisions`: those of the present round. Asks the database nothing when requirements are prefetched."""
    of_step = [each for each in decisions if each.step_id == step.pk]
    approved = [each for each in of_step if each.verdict == Verdict.APPROVE]
    met = {requirement for each in approved for requirement in each.met}
    requirements = [(each, each.pk in met) for each in step.requirements.all()]
    approvals = len({each.voice for each in approved})
    by_user = {each.user_id: each for each in of_step}
    state, due_at = state_of(review, step), step.due_at or review.due_at
    return Progress(
        step=step,
        state=state,
        due_at=due_at,
        is_overdue=state == StepState.OPEN and due_at is not None and due_at <= at,
        approvals=approvals,
        reviewers=[(each, by_user.get(each.user.pk)) for each in members if each.user.pk != review.requested_by_id],
        requirements=requirements,
        missing=[] if state == StepState.COMPLETE else _missing(step, state, approvals, requirements),
    )


def state_of(review: Review, step: ReviewStep) -> StepState:
    if step.is_complete_in(review.round):
        return StepState.COMPLETE
    if not review.is_open:
        return StepState.CLOSED
    return StepState.OPEN if step.is_open_in(review.round) else StepState.WAITING


def _missing(
    step: ReviewStep, state: StepState, approvals: int, requirements: Sequence[tuple[ReviewRequirement, bool]]
) -> list[str]:
    found = []
    if state == StepState.WAITING:
        found.append(f"Step {step.number - 1} is not complete.")
    if (left := step.min_approvals - approvals) > 0:
        found.append(f"{left} more {'approval' if left == 1 else 'approvals'}.")
    return found + [f"An approval by {each.label}." for each, is_met in requirements if not is_met]
