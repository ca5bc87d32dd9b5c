"""Threads, external resources and guests for tests, without the services that make links."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.test import APIClient

from brands.choices import Permission
from brands.models import Grant, GuestSession, ShareLink
from brands.services import guests
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from collaboration.models import ExternalResource
from tests.factories import Tenant, client_for

REGION = {"kind": "region", "x": 0.25, "y": 0.125, "w": 0.5, "h": 0.25}


def url(tenant: Tenant, path: str = "") -> str:
    return f"{tenant.url}collaboration/{path}"


def external(tenant: Tenant, kind: str = "DESIGN", **facts: Any) -> ExternalResource:
    with brand_scope(tenant.brand):
        plain = {"external_id": new_id().hex, "title": "Spring mug", "url": "https://shop.example/mug", "version": "1"}
        return ExternalResource.objects.create(brand=tenant.brand, kind=kind, created_by=tenant.owner, **plain | facts)


def wish(row: Any, **facts: Any) -> dict[str, Any]:
    """The body that opens a thread about `row`, a generation or an external resource."""
    kind = row.kind if isinstance(row, ExternalResource) else "AI_GENERATION"
    return {"resource_type": kind, "resource_id": str(row.pk), "body": "The handle is too thin.", **facts}


def opened(client: APIClient, tenant: Tenant, row: Any, **facts: Any) -> dict[str, Any]:
    answer = client.post(url(tenant, "threads/"), wish(row, **facts))
    assert answer.status_code == 201, answer.json()
    return answer.json()


def replied(client: APIClient, tenant: Tenant, thread: Any, body: str = "Thicker, then?", **facts: Any) -> Any:
    answer = client.post(url(tenant, f"threads/{thread['id']}/comments/"), {"body": body, **facts})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def guest(
    tenant: Tenant,
    resource_type: str,
    resource_id: UUID,
    *permissions: str,
    name: str = "Gina",
    token: str | None = None,
) -> APIClient:
    """The client of a guest who opened a link to one resource; by default they may look and comment."""
    now = timezone.now()
    token = token or guests.new_token()
    with brand_scope(tenant.brand):
        link = ShareLink.objects.create(
            brand=tenant.brand,
            resource_type=resource_type,
            resource_id=resource_id,
            token_sha256=guests.digest(f"link {token}"),
            last4="abcd",
            starts_at=now - timedelta(hours=1),
            expires_at=now + timedelta(days=1),
            created_by=tenant.owner,
        )
        given = list(permissions) or [Permission.VIEW, Permission.COMMENT]
        Grant.objects.create(
            brand=tenant.brand,
            share_link=link,
            resource_type=resource_type,
            resource_id=resource_id,
            permissions=given,
        )
        GuestSession.objects.create(
            brand=tenant.brand,
            link=link,
            token_sha256=guests.digest(token),
            name=name,
            expires_at=now + timedelta(hours=1),
        )
    client = client_for()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client
