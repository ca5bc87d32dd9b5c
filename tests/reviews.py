"""Reviews as tests ask for them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from ai_studio.models import Generation
from brands.models import DomainEvent, Grant, GuestSession, ShareLink
from brands.permissions import Actor
from brands.services import actors, guests
from brands.tenancy.scope import brand_scope
from collaboration.models import Review
from collaboration.reviews import deciding, requesting
from collaboration.reviews.deciding import Decided
from collaboration.reviews.freezing import Wanted
from collaboration.reviews.policies import StepWanted
from collaboration.reviews.requesting import ReviewWanted
from tests.factories import Tenant


def url(tenant: Tenant, path: str = "") -> str:
    return f"{tenant.url}collaboration/reviews/{path}"


def ask(tenant: Tenant, *made: Generation, steps: Sequence[StepWanted] = (), **facts: Any) -> Review:
    """By the editor; of the reviewer, unless `steps` say otherwise."""
    with brand_scope(tenant.brand):
        wanted = ReviewWanted(
            title=facts.pop("title", "Spring"),
            items=facts.pop("items", [Wanted("AI_GENERATION", each.pk) for each in made]),
            steps=steps or [StepWanted(members=[tenant.reviewer.pk])],
            **facts,
        )
        return requesting.request(actor=tenant.actor("EDITOR"), wanted=wanted, at=timezone.now())


def decide(tenant: Tenant, review: Review, by: str | Actor, verdict: str = "APPROVE", **facts: Any) -> Decided:
    """In the present round."""
    with brand_scope(tenant.brand):
        review.refresh_from_db()
        if verdict != "APPROVE":
            facts.setdefault("comment", "Not red enough.")
        return deciding.decide(
            actor=tenant.actor(by) if isinstance(by, str) else by,
            review_id=review.pk,
            verdict=verdict,
            at=timezone.now(),
            **{"round": review.round, **facts},
        )


def told(tenant: Tenant) -> list[str]:
    """The types of what reviews told, in order, without their first word."""
    with brand_scope(tenant.brand):
        log = DomainEvent.objects.filter(type__startswith="review.").order_by("seq")
        return [each.removeprefix("review.") for each in log.values_list("type", flat=True)]


def link(tenant: Tenant, resource_type: str, resource_id: UUID, *permissions: str) -> ShareLink:
    now = timezone.now()
    with brand_scope(tenant.brand):
        made = ShareLink.objects.create(
            brand=tenant.brand,
            resource_type=resource_type,
            resource_id=resource_id,
            token_sha256=guests.digest(guests.new_token()),
            starts_at=now - timedelta(hours=1),
            expires_at=now + timedelta(hours=1),
            created_by=tenant.owner,
        )
        Grant.objects.create(
            brand=tenant.brand,
            share_link=made,
            resource_type=resource_type,
            resource_id=resource_id,
            permissions=list(permissions),
        )
    return made


def guest(tenant: Tenant, shared: ShareLink, name: str = "Gwen") -> tuple[Actor, str]:
    """Somebody who opened the link: the actor, and the token."""
    token = guests.new_token()
    with brand_scope(tenant.brand):
        expires_at = timezone.now() + timedelta(hours=1)
        GuestSession.objects.create(
            brand=tenant.brand, link=shared, token_sha256=guests.digest(token), name=name, expires_at=expires_at
        )
    credential = guests.authenticate(token)
    assert credential is not None
    with brand_scope(tenant.brand):
        return actors.for_guest(brand_id=tenant.id, credential=credential), token
