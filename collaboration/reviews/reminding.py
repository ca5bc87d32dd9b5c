"""Reminders: that a step will be due, and that it is overdue; each told once for each due date."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from brands.tenancy.scope import brand_scope
from collaboration.models import Review, ReviewDecision, ReviewStep
from collaboration.reviews import people, rounds
from collaboration.reviews.choices import ReviewStatus
from collaboration.reviews.telling import tell

_REASON = "beat's search for steps of reviews that are due"


def brands_to_remind(*, at: datetime) -> list[UUID]:
    steps = _to_tell(ReviewStep.objects.all_brands(reason=_REASON), at)
    return list(steps.order_by().values_list("brand_id", flat=True).distinct())


def remind(*, brand_id: UUID, at: datetime) -> int:
    """Tell what was not told yet. Returns how much: nothing for the second of two who do it at once."""
    with brand_scope(brand_id):
        steps = list(_to_tell(ReviewStep.objects.all(), at).order_by("id").values_list("pk", "review_id"))
    return sum(_remind(brand_id, step_id, review_id, at) for step_id, review_id in steps)


def _remind(brand_id: UUID, step_id: UUID, review_id: UUID, at: datetime) -> int:
    """In a transaction of its own: whoever has told something keeps the log until the commit, and must not wait for
    another review, whose holder may be waiting for the log."""
    with brand_scope(brand_id):
        # Whoever decides, or moves the date, holds the review; what is decided meanwhile needs no reminder.
        review = Review.objects.select_for_update().get(pk=review_id)
        step = _to_tell(ReviewStep.objects.filter(pk=step_id), at).first()
        return 0 if step is None else _tell(review, step, at)


def _tell(review: Review, step: Any, at: datetime) -> int:
    overdue = step.due <= at
    marker = "overdue_told_for" if overdue else "due_soon_told_for"
    mark = ReviewStep.objects.filter(pk=step.pk, completed_round__lt=review.round).filter(_not_told(marker, step.due))
    if not mark.update(**{marker: step.due}):
        return 0
    decided = ReviewDecision.objects.filter(step=step, round__number=review.round, user__isnull=False)
    missing = people.user_ids([step], but=[*decided.values_list("user_id", flat=True), *people.askers(review)])
    what = "review.overdue" if overdue else "review.due_soon"
    facts = {"step": step.number, "step_due_at": step.due, "reviewers": missing}
    tell(what, review, items=rounds.items_of(review), **facts)
    return 1


def _to_tell(steps: "QuerySet[Any]", at: datetime) -> "QuerySet[Any]":
    """Open steps that are due, or will be soon, and of which that was not told. `due` is when."""
    soon = at + timedelta(hours=settings.REVIEW_DUE_SOON_HOURS)
    open_ = steps.filter(
        review__status=ReviewStatus.OPEN, opened_round=F("review__round"), completed_round__lt=F("review__round")
    ).annotate(due=Coalesce("due_at", "review__due_at"))
    overdue = Q(due__lte=at) & _not_told("overdue_told_for", F("due"))
    due_soon = Q(due__gt=at, due__lte=soon) & _not_told("due_soon_told_for", F("due"))
    return open_.filter(overdue | due_soon)


def _not_told(marker: str, due: Any) -> Q:
    return Q(**{f"{marker}__isnull": True}) | ~Q(**{marker: due})
