from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from ai_studio.models import Generation
from brands.choices import Permission
from brands.models import Grant, GuestSession, ShareLink
from brands.services import guests
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.webhook_receiver import Receiver, receiving


@pytest.fixture
def guest() -> Callable[[Tenant, Generation], tuple[str, ShareLink]]:
    """guest(tenant, generation): a guest session's token and its link, which lets one look at the generation."""

    def come(tenant: Tenant, generation: Generation) -> tuple[str, ShareLink]:
        now, token = timezone.now(), guests.new_token()
        about = {"resource_type": "AI_GENERATION", "resource_id": generation.pk}
        with brand_scope(tenant.brand):
            link = ShareLink.objects.create(
                brand=tenant.brand,
                token_sha256=guests.digest(f"link {token}"),
                last4="last",
                starts_at=now - timedelta(minutes=1),
                expires_at=now + timedelta(days=7),
                created_by=tenant.owner,
                **about,
            )
            Grant.objects.create(brand=tenant.brand, share_link=link, permissions=[Permission.VIEW], **about)
            GuestSession.objects.create(
                brand=tenant.brand, link=link, token_sha256=guests.digest(token), expires_at=now + timedelta(hours=1)
            )
        return token, link

    return come


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Somebody who listens, at an address that EGRESS_ALLOW lets in."""
    settings.EGRESS_ALLOW = ["127.0.0.1"]
    with receiving() as started:
        yield started
