"""People without an account, who came by a link."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from brands.choices import Permission
from brands.models import Grant, GuestSession, ShareLink
from brands.permissions import Actor
from brands.services import actors, guests
from brands.tenancy.scope import brand_scope
from tests import factories
from tests.factories import Tenant


@dataclass(frozen=True)
class Guest:
    """A live session of a link. `token` is a credential, as an API key's is (factories.client_for)."""

    link: ShareLink
    token: str

    @property
    def client(self) -> APIClient:
        client: Any = factories.client_for(self)  # type: ignore[arg-type]
        return client

    def actor(self) -> Actor:
        """In the brand's scope."""
        credential = guests.authenticate(self.token)
        assert credential is not None
        return actors.for_guest(brand_id=self.link.brand_id, credential=credential)


def guest_of(
    tenant: Tenant, code: str, row: Any, *permissions: str, ends: timedelta = timedelta(hours=1), **facts: Any
) -> Guest:
    """Whoever opened a link to the resource `row` of type `code`; by default they may look."""
    now, token = timezone.now(), guests.new_token()
    where = {"resource_type": code, "resource_id": row.pk}
    times = {"starts_at": now - timedelta(days=1), "expires_at": now + ends}
    with brand_scope(tenant.brand):
        link = ShareLink.objects.create(
            brand=tenant.brand,
            token_sha256=secrets.token_hex(32),
            last4="last",
            created_by=tenant.owner,
            **where,
            **times | facts,
        )
        given = list(permissions) or [Permission.VIEW]
        Grant.objects.create(brand=tenant.brand, share_link=link, permissions=given, **where)
        GuestSession.objects.create(
            brand=tenant.brand, link=link, token_sha256=guests.digest(token), expires_at=now + timedelta(hours=1)
        )
    return Guest(link, token)
