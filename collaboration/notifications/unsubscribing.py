"""One click in a mail program ends e-mails of a kind (RFC 8058): the address says whose, and is signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from brands.errors import NotFound
from brands.models import Brand, Membership
from brands.tenancy.scope import brand_scope
from collaboration.models import NotificationPreference
from collaboration.notifications import preferences
from collaboration.notifications.choices import EmailMode, Kind

_SALT = "collaboration.notifications.unsubscribe"


@dataclass(frozen=True)
class Known:
    """Whom a token names. No kinds: the digest."""

    brand_id: UUID
    user_id: int
    kinds: Sequence[str]
    brand: str
    language: str


def token(*, brand_id: UUID, user_id: int, kinds: Sequence[str]) -> str:
    """It stays good: mails are kept for years, and it only ever makes fewer."""
    return signing.dumps([brand_id.hex, user_id, list(kinds)], salt=_SALT)


def look(token: str) -> Known:
    """NotFound for what is not a token of ours, or of who has left the brand."""
    try:
        brand, user_id, kinds = signing.loads(token, salt=_SALT)
        brand_id = UUID(brand)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound() from error
    with brand_scope(brand_id):
        if not Membership.objects.filter(user=user_id).exists():
            raise NotFound()
        chosen = preferences.of(brand_id=brand_id, user_ids=[user_id])[user_id]
        known = [kind for kind in kinds if kind in Kind.values]
        return Known(brand_id, user_id, known, Brand.objects.get(pk=brand_id).name, chosen.language)


def unsubscribe(token: str) -> Known:
    """End e-mails of its kinds; of a digest those of all kinds that come in it. What is in the app stays."""
    known = look(token)
    with brand_scope(known.brand_id):
        present = preferences.of(brand_id=known.brand_id, user_ids=[known.user_id])[known.user_id].kinds
        kinds = known.kinds or [kind for kind, channels in present.items() if channels.email == EmailMode.DIGEST]
        for kind in kinds:
            NotificationPreference.objects.update_or_create(
                brand_id=known.brand_id,
                user_id=known.user_id,
                kind=kind,
                defaults={"in_app": present[kind].in_app, "email": EmailMode.OFF},
            )
    return known
