"""Reviews as lists show them, and which of them wait for whom."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from brands.models import GroupMember
from brands.permissions import Actor, visible
from collaboration.models import Review, ReviewDecision, ReviewItem, ReviewReviewer, ReviewRound, ReviewStep
from collaboration.reviews.choices import ReviewStatus


def seen_by(actor: Actor, *, capability: str = "asset.view") -> "QuerySet[Any]":
    return visible(actor, capability, Review.objects.all())


def listed(actor: Actor) -> "QuerySet[Any]":
    """With who asked, the steps, `items_count` of the present round and `next_due_at` of the steps that are open."""
    items = ReviewItem.objects.filter(review=OuterRef("pk"), round__number=OuterRef("round")).order_by()
    count = items.annotate(held=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("held")
    due = _open_steps().annotate(due=Coalesce("due_at", OuterRef("due_at"))).order_by("due").values("due")[:1]
    rows = seen_by(actor).select_related("requested_by")
    rows = rows.prefetch_related(Prefetch("steps", ReviewStep.objects.order_by("number")))
    return rows.annotate(items_count=Subquery(count), next_due_at=Subquery(due))


def waiting_for(actor: Actor, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Those in which `actor` is asked now, in a step that is open, and did not decide yet."""
    may = seen_by(actor, capability="review.decide").values("pk")
    decisions = ReviewDecision.objects.filter(step=OuterRef("pk"), round__number=OuterRef(OuterRef("round")))
    if actor.is_guest:
        asked = _open_steps().filter(guests_decide=True).exclude(Exists(decisions.filter(guest_session_id=actor.id)))
        return rows.filter(Exists(asked), status=ReviewStatus.OPEN, pk__in=may)
    groups = GroupMember.objects.filter(membership=actor.membership_id).values("group_id")
    me = Q(membership=actor.membership_id) | Q(group__in=groups)
    reviewers = ReviewReviewer.objects.filter(me, step=OuterRef("pk"))
    asked = _open_steps().filter(Exists(reviewers)).exclude(Exists(decisions.filter(user=actor.user_id)))
    own = ReviewRound.objects.filter(review=OuterRef("pk"), number=OuterRef("round"), asked_by=actor.user_id)
    waiting = rows.filter(Exists(asked), status=ReviewStatus.OPEN, pk__in=may)
    return waiting.exclude(requested_by=actor.user_id).exclude(Exists(own))


def of_resource(rows: "QuerySet[Any]", **resource: Any) -> "QuerySet[Any]":
    """Those that ask, or asked in a former round, about it."""
    return rows.filter(Exists(ReviewItem.objects.filter(review=OuterRef("pk"), **resource)))


def overdue(rows: "QuerySet[Any]", at: datetime) -> "QuerySet[Any]":
    return rows.filter(next_due_at__lte=at)


def _open_steps() -> "QuerySet[Any]":
    """Of the review that the outer query is about."""
    return ReviewStep.objects.filter(
        review=OuterRef("pk"),
        review__status=ReviewStatus.OPEN,
        opened_round=OuterRef("round"),
        completed_round__lt=OuterRef("round"),
    )
