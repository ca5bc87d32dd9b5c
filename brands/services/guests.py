"""Guests: people without an account who opened a share link. Their session is a credential like an API key."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models.functions import Now

from brands.models import GuestSession

PREFIX = "guest_"


@dataclass(frozen=True)
class GuestCredential:
    """What a checked guest session says."""

    session_id: UUID
    brand_id: UUID
    link_id: UUID
    name: str


class GuestUser(AnonymousUser):
    """In the place of a request's user: known, though nobody with an account."""

    is_authenticated = True  # type: ignore[assignment]


def new_token() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def living(session_id: UUID) -> GuestCredential | None:
    """The same by the session's id, in the brand's scope: for addresses that were signed for a guest."""
    now = Now()
    session = GuestSession.objects.filter(
        pk=session_id,
        ended_at=None,
        expires_at__gt=now,
        link__revoked_at=None,
        link__starts_at__lte=now,
        link__expires_at__gt=now,
    ).first()
    return session and GuestCredential(session.pk, session.brand_id, session.link_id, session.name)


def authenticate(token: str) -> GuestCredential | None:
    """The live session behind `token`, whose link is live as well; None for anything else. A link that is revoked ends
    its sessions with it."""
    with connection.cursor() as cursor:
        # Before the brand is known: a SECURITY DEFINER function that gives one live session.
        cursor.execute("SELECT * FROM brands_live_guest_session(%s)", [digest(token)])
        row = cursor.fetchone()
    return GuestCredential(*row) if row else None
