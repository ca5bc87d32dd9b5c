"""Reviews: asked of exact versions, decided step by step."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ai_studio.models import Generation
from brands.models import DomainEvent
from brands.tenancy.scope import brand_scope
from collaboration.models import Review, ReviewItem, ReviewRound
from collaboration.reviews import asking_again, deciding, requesting
from collaboration.reviews.errors import Outdated
from collaboration.reviews.freezing import Wanted
from collaboration.reviews.policies import StepWanted
from collaboration.reviews.requesting import ReviewWanted
from tests import studio
from tests.factories import Tenant


def asked(tenant: Tenant, *made: Generation, steps: Sequence[StepWanted] = (), **facts: Any) -> Review:
    items = [Wanted("AI_GENERATION", each.pk) for each in made]
    steps = steps or [StepWanted(members=[tenant.reviewer.pk])]
    wanted = ReviewWanted(title="Spring", items=items, steps=steps, **facts)
    return requesting.request(actor=tenant.actor("EDITOR"), wanted=wanted, at=timezone.now())


def decide(tenant: Tenant, review: Review, role: str, verdict: str = "APPROVE", round: int = 1, **facts: Any) -> Any:  # noqa: A002
    return deciding.decide(
        actor=tenant.actor(role), review_id=review.pk, round=round, verdict=verdict, at=timezone.now(), **facts
    )


def told() -> list[str]:
    return list(DomainEvent.objects.filter(type__startswith="review.").order_by("seq").values_list("type", flat=True))


def test_a_review_is_approved(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        made = studio.finished(ours)
        steps = [StepWanted(members=[ours.reviewer.pk]), StepWanted(members=[ours.admin.pk, ours.owner.pk])]
        review = asked(ours, made, steps=steps, due_at=timezone.now() + timedelta(days=1))
        assert decide(ours, review, "REVIEWER").completed
        decide(ours, review, "ADMIN")
        review.refresh_from_db()
        assert review.status == "APPROVED"
        assert told() == [
            "review.requested", "review.decided", "review.step_opened", "review.decided", "review.approved",
        ]  # fmt: skip


def test_a_new_version_asks_again(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        made = studio.finished(ours)
        review = asked(ours, made)
        newer = studio.finished(ours, parent=made, parent_kind="VERSION", version=2)
        with pytest.raises(Outdated):
            decide(ours, review, "REVIEWER")
        assert asking_again.follow(brand_id=ours.id, review_id=review.pk, at=timezone.now())
        assert not asking_again.follow(brand_id=ours.id, review_id=review.pk, at=timezone.now())
        assert ReviewItem.objects.get(round__number=2).resource_id == newer.pk
        assert [each.outcome for each in ReviewRound.objects.all()] == ["SUPERSEDED", ""]
