"""Secrets of a brand: kept encrypted, shown to nobody, read only by our servers."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from brands import audit, events, registry
from brands.errors import InvalidInput
from brands.key_ring import Sealed, SecretUnavailable, key_ring
from brands.models import Brand, Secret
from brands.models.secret import MAX_VALUE_BYTES
from brands.permissions import Actor, require, system_actor, visible
from brands.tenancy.scope import brand_scope

CAPABILITY = "secret.manage"
# The last four characters of a short value would be too much of it.
SHOWN_FROM_LENGTH = 12
# Apps keep these by themselves, for rows of theirs: people neither list nor forget them.
OWN = "own."
_NAME = re.compile(r"[a-z0-9._-]{1,80}")


@dataclass(frozen=True)
class Listed:
    """What may be told of a secret. `last4` is empty when the value is short, or not there."""

    name: str
    label: str
    is_set: bool = False
    last4: str = ""
    updated_at: datetime | None = None
    updated_by_id: int | None = None


def keep(*, actor: Actor, brand: Brand, name: str, value: str) -> Listed:
    """Keep `value` (1 to 8,192 bytes) in place of what was there; the same value again changes nothing.

    Raises InvalidInput for a name that no app registered or a value that does not fit, SecretUnavailable without
    a key ring.
    """
    require(actor, CAPABILITY, brand)
    if name not in registry.secret_names():
        raise InvalidInput(fields={"name": [f"Known are: {', '.join(registry.secret_names()) or 'none'}."]})
    _check_value(value)
    # Locked, so that of two at once the second compares with what the first has written.
    known = Secret.objects.select_for_update().filter(name=name).first()
    if known is not None and _holds(known, value):
        return _listed(known)
    return _listed(_write(actor, brand, name, value))


def reveal(*, brand_id: UUID, name: str) -> str | None:
    """The value, for server code only; None when the brand keeps none. Raises SecretUnavailable."""
    with brand_scope(brand_id):
        secret = Secret.objects.filter(name=name).first()
    return None if secret is None else _opened(secret)


def forget(*, actor: Actor, brand: Brand, name: str) -> None:
    """Forgetting what is not there is fine."""
    require(actor, CAPABILITY, brand)
    if not _NAME.fullmatch(name) or name.startswith(OWN):
        return
    secret = Secret.objects.select_for_update().filter(name=name).first()
    if secret is None:
        return
    audit.record(actor=actor, action="secret.forgotten", obj=secret, name=name)
    secret.delete()
    events.append(brand_id=brand.id, type="secret.forgotten", payload={"name": name})


def listed(*, actor: Actor) -> list[Listed]:
    """Every name that may be kept, and whatever is kept under a former one, by name."""
    theirs = Secret.objects.exclude(name__startswith=OWN)
    kept = {secret.name: _listed(secret) for secret in visible(actor, CAPABILITY, theirs)}
    open_names = {name: Listed(name, label) for name, label in registry.secret_names().items()}
    return [secret for _, secret in sorted({**open_names, **kept}.items())]


def keep_own(*, brand_id: UUID, name: str, value: str, by_id: int | None = None) -> None:
    """For an app, in the brand's scope, under a `name` that begins with OWN. Audited and told by the caller: the row
    that it belongs to is what people know. Raises SecretUnavailable without a key ring."""
    if not name.startswith(OWN):
        raise ValueError(f"Not a name of an app's own: {name!r}.")
    _stored(brand_id, name, value, by_id)


def forget_own(*, names: Sequence[str]) -> None:
    """In the brand's scope. Forgetting what is not there is fine."""
    Secret.objects.filter(name__in=[name for name in names if name.startswith(OWN)]).delete()


@dataclass
class Reencrypted:
    """How many secrets were moved to the first key, were under it already, or (as `brand_id name`) cannot be read."""

    moved: int
    current: int
    unreadable: list[str]


def reencrypt() -> Reencrypted:
    """Move every brand's secrets to the first key of the ring, each in its own transaction; safe to repeat."""
    first = key_ring("of every brand").first
    rows = Secret.objects.all_brands(reason="secrets re-encrypted").order_by("brand_id", "name")
    stale = rows.exclude(key_id=first)
    done = Reencrypted(moved=0, current=rows.filter(key_id=first).count(), unreadable=[])
    for brand_id, name in list(stale.values_list("brand_id", "name")):
        try:
            done.moved += _moved(brand_id, name, first)
        except SecretUnavailable:
            done.unreadable.append(f"{brand_id} {name}")
    return done


def _moved(brand_id: UUID, name: str, first: str) -> int:
    with brand_scope(brand_id):
        secret = Secret.objects.select_for_update().filter(name=name).exclude(key_id=first).first()
        if secret is None:  # replaced or forgotten meanwhile
            return 0
        sealed = key_ring(name).seal(_opened(secret), brand_id=brand_id, name=name)
        secret.key_id, secret.ciphertext = sealed.key_id, sealed.ciphertext
        secret.save(update_fields=["key_id", "ciphertext"])
        audit.record(actor=system_actor(brand_id), action="secret.reencrypted", obj=secret, name=name)
    return 1


def _write(actor: Actor, brand: Brand, name: str, value: str) -> Secret:
    secret = _stored(brand.id, name, value, actor.user_id)
    audit.record(actor=actor, action="secret.kept", obj=secret, name=name)
    events.append(brand_id=brand.id, type="secret.kept", payload={"name": name})
    return secret


def _stored(brand_id: UUID, name: str, value: str, by_id: int | None) -> Secret:
    sealed = key_ring(name).seal(value, brand_id=brand_id, name=name)
    secret, _ = Secret.objects.update_or_create(
        brand_id=brand_id,
        name=name,
        defaults={
            "key_id": sealed.key_id,
            "ciphertext": sealed.ciphertext,
            "last4": value[-4:] if len(value) >= SHOWN_FROM_LENGTH else "",
            "updated_at": timezone.now(),
            "updated_by_id": by_id,
        },
    )
    return secret


def _check_value(value: str) -> None:
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise InvalidInput(fields={"value": ["Holds half of a surrogate pair."]}) from None
    if not 1 <= size <= MAX_VALUE_BYTES:
        raise InvalidInput(fields={"value": [f"1 to {MAX_VALUE_BYTES:,} bytes in UTF-8."]})
    if "\x00" in value:
        raise InvalidInput(fields={"value": ["Holds a NUL character."]})


def _holds(secret: Secret, value: str) -> bool:
    """One that cannot be read any more is no reason not to replace it."""
    try:
        return hmac.compare_digest(_opened(secret).encode(), value.encode())
    except SecretUnavailable:
        return False


def _opened(secret: Secret) -> str:
    sealed = Sealed(secret.key_id, bytes(secret.ciphertext))
    return key_ring(secret.name).open(sealed, brand_id=secret.brand_id, name=secret.name)


def _listed(secret: Secret) -> Listed:
    return Listed(
        name=secret.name,
        label=registry.secret_names().get(secret.name, secret.name),
        is_set=True,
        last4=secret.last4,
        updated_at=secret.updated_at,
        updated_by_id=secret.updated_by_id,
    )
