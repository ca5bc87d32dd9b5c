"""API keys: made, shown once, checked, rotated, revoked."""

import hashlib
import hmac
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from brands import audit, permissions
from brands.errors import InvalidInput, NotFound
from brands.models import ApiKey, User
from brands.permissions import Actor, require

ALL = "*"
_ALPHABET = string.ascii_letters + string.digits
_PREFIX_LENGTH = 12
_SECRET_LENGTH = 40


@dataclass(frozen=True)
class Credential:
    """What a checked key says: which key of which brand, made by whom, for what."""

    key_id: UUID
    brand_id: UUID
    name: str
    scopes: tuple[str, ...]
    user: User


@dataclass(frozen=True)
class IssuedKey:
    """A new key with its token, which is not kept and cannot be shown again."""

    key: ApiKey
    token: str


def authenticate(token: str) -> Credential | None:
    """The live key behind `token`, of whichever brand; None for anything else."""
    prefix, _, secret = token.partition("_")
    if not prefix or not secret or not token.isascii():
        return None
    with connection.cursor() as cursor:
        # The one look-up before the brand is known: a SECURITY DEFINER function that gives one live key.
        cursor.execute("SELECT * FROM brands_live_api_key(%s)", [prefix])
        row = cursor.fetchone()
    if row is None or not hmac.compare_digest(row[4], _digest(secret)):
        return None
    user = User.objects.filter(pk=row[5], is_active=True).first()
    return None if user is None else Credential(row[0], row[1], row[2], tuple(row[3]), user)


def issue(
    *, actor: Actor, name: str, scopes: Sequence[str], created_by: User, expires_at: datetime | None = None
) -> IssuedKey:
    """Make a key. Raises InvalidInput for unknown scopes or more rights than the creator has."""
    _check_scopes(actor, scopes)
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput(fields={"expires_at": ["Must be in the future."]})
    issued = _create(actor.brand_id, name, scopes, created_by, expires_at)
    audit.record(actor=actor, action="apikey.issued", obj=issued.key, name=name, scopes=list(scopes))
    return issued


def rotate(*, actor: Actor, key: ApiKey, overlap: timedelta) -> IssuedKey:
    """A new key with the same name and scopes; the old one lives on for `overlap`, so nobody is cut off."""
    now = timezone.now()
    if not key.is_live(at=now):
        raise NotFound()
    require(actor, "apikey.manage", key)
    issued = _create(actor.brand_id, key.name, key.scopes, key.created_by, key.expires_at)
    key.rotated_to = issued.key
    key.expires_at = min(filter(None, (key.expires_at, now + overlap)))
    key.save(update_fields=["rotated_to", "expires_at"])
    audit.record(actor=actor, action="apikey.rotated", obj=key, to=str(issued.key.pk))
    return issued


def revoke(*, actor: Actor, key: ApiKey) -> None:
    """End a key at once. Revoking twice is revoking once."""
    require(actor, "apikey.manage", key)
    revoked = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    if revoked:
        audit.record(actor=actor, action="apikey.revoked", obj=key)


def _create(
    brand_id: UUID, name: str, scopes: Sequence[str], created_by: User, expires_at: datetime | None
) -> IssuedKey:
    prefix = "atl" + "".join(secrets.choice(_ALPHABET) for _ in range(_PREFIX_LENGTH - 3))
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_LENGTH))
    key = ApiKey.objects.create(
        brand_id=brand_id,
        name=name,
        prefix=prefix,
        secret_sha256=_digest(secret),
        last4=secret[-4:],
        scopes=list(scopes),
        created_by=created_by,
        expires_at=expires_at,
    )
    return IssuedKey(key, f"{prefix}_{secret}")


def _check_scopes(actor: Actor, scopes: Sequence[str]) -> None:
    wanted = set(scopes) - {ALL}
    if unknown := wanted - permissions.CAPABILITIES:
        raise InvalidInput(fields={"scopes": [f"Unknown: {', '.join(sorted(unknown))}."]})
    if beyond := wanted - actor.capabilities:
        raise InvalidInput(fields={"scopes": [f"More than you may: {', '.join(sorted(beyond))}."]})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
