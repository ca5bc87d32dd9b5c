"""API keys: made, shown once, checked, rotated, revoked."""

import hashlib
import hmac
import logging
import math
import secrets
import string
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import Error, connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from brands import audit, permissions
from brands.choices import ActorKind
from brands.errors import Conflict, Forbidden, InvalidInput
from brands.models import ApiKey, User
from brands.permissions import Actor, require
from brands.tenancy.scope import brand_scope

logger = logging.getLogger(__name__)

ALL = "*"
_ALPHABET = string.ascii_letters + string.digits
_PREFIX_LENGTH = 12
_SECRET_LENGTH = 40
USED_EVERY = timedelta(minutes=1)
_TOUCHED_KEPT = 10_000
_touched: dict[UUID, float] = {}


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
    if not secret or not token.isascii() or not prefix.isalnum():
        return None
    with connection.cursor() as cursor:
        # The one look-up before the brand is known: a SECURITY DEFINER function that gives one live key.
        cursor.execute("SELECT * FROM brands_live_api_key(%s)", [prefix])
        row = cursor.fetchone()
    if row is None or not hmac.compare_digest(row[4], _digest(secret)):
        return None
    user = User.objects.filter(pk=row[5], is_active=True).first()
    return None if user is None else Credential(row[0], row[1], row[2], tuple(row[3]), user)


def touch(credential: object) -> None:
    """Remember that a key was used, to the minute. In a transaction of its own; never an error to the caller."""
    if not isinstance(credential, Credential) or not _is_due(credential.key_id):
        return
    try:
        with brand_scope(credential.brand_id):
            ApiKey.objects.filter(
                Q(last_used_at=None) | Q(last_used_at__lt=Now() - USED_EVERY), pk=credential.key_id
            ).update(last_used_at=Now())
    except Error as error:
        logger.warning("the use of key %s was not noted: %s", credential.key_id, error)


def issue(
    *, actor: Actor, name: str, scopes: Sequence[str], created_by: User, expires_at: datetime | None = None
) -> IssuedKey:
    """Make a key. Raises InvalidInput for unknown scopes, or more rights or time than the actor has.

    A key that a key makes ends with it at the latest: what was lent for a day is not kept for ever.
    """
    _check_scopes(actor, scopes)
    own_end = _end_of(actor)
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput(fields={"expires_at": ["Must be in the future."]})
    if expires_at is not None and own_end is not None and expires_at > own_end:
        raise InvalidInput(fields={"expires_at": ["Later than the key that asks."]})
    issued = _create(actor.brand_id, name, scopes, created_by.pk, expires_at or own_end)
    audit.record(actor=actor, action="apikey.issued", obj=issued.key, name=name, scopes=list(scopes))
    return issued


def rotate(*, actor: Actor, key: ApiKey, overlap: timedelta) -> IssuedKey:
    """A new key with the same name and scopes; the old one lives on for `overlap`, so nobody is cut off.

    It acts for whoever rotates it, not for the old key's maker, and lives no longer than a key that rotates it:
    nobody gets rights or time by rotating.
    """
    require(actor, "apikey.manage", key)
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    now = timezone.now()
    if not key.is_live(at=now):
        raise Conflict("The key has expired or was revoked; make a new one.")
    if key.rotated_to_id is not None:
        raise Conflict("The key was rotated already.")
    _check_scopes(actor, key.scopes)
    issued = _create(actor.brand_id, key.name, key.scopes, _person(actor), _earliest(key.expires_at, _end_of(actor)))
    key.rotated_to = issued.key
    key.expires_at = _earliest(key.expires_at, now + overlap)
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
    brand_id: UUID, name: str, scopes: Sequence[str], created_by_id: int, expires_at: datetime | None
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
        created_by_id=created_by_id,
        expires_at=expires_at,
    )
    return IssuedKey(key, f"{prefix}_{secret}")


def _is_due(key_id: UUID) -> bool:
    """Once a minute per process; the database's own test makes it once a minute in all."""
    now = time.monotonic()
    if now - _touched.get(key_id, -math.inf) < USED_EVERY.total_seconds():
        return False
    if len(_touched) >= _TOUCHED_KEPT:
        _touched.clear()
    _touched[key_id] = now
    return True


def _end_of(actor: Actor) -> datetime | None:
    """When an actor that is a key expires."""
    if actor.kind != ActorKind.API_KEY:
        return None
    return ApiKey.objects.values_list("expires_at", flat=True).get(pk=actor.id)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min(filter(None, moments), default=None)


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise Forbidden("A key belongs to a person.")
    return actor.user_id


def _check_scopes(actor: Actor, scopes: Sequence[str]) -> None:
    wanted = set(scopes) - {ALL}
    if ALL in scopes and actor.scopes is not None and ALL not in actor.scopes:
        raise InvalidInput(fields={"scopes": ["* is more than you may."]})
    if unknown := wanted - permissions.CAPABILITIES:
        raise InvalidInput(fields={"scopes": [f"Unknown: {', '.join(sorted(unknown))}."]})
    if beyond := wanted - actor.capabilities:
        raise InvalidInput(fields={"scopes": [f"More than you may: {', '.join(sorted(beyond))}."]})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
