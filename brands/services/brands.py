"""Brands: made, changed, listed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.text import slugify

from brands import audit, events
from brands.choices import Role
from brands.models import Brand, Membership, User
from brands.permissions import Actor, require
from brands.services import actors
from brands.services.api_keys import Credential
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope

CHANGEABLE = ("name", "currency", "timezone", "palette")
_SLUG_LENGTH = 50


@dataclass(frozen=True)
class Belonging:
    """A brand that a person works in, and as what."""

    id: UUID
    name: str
    slug: str
    role: str


def of_person(user: User, *, key: Credential | None = None) -> list[Belonging]:
    """The brands of a person, by name; through an API key only the key's. Runs outside any brand's scope."""
    with connection.cursor() as cursor:
        # A SECURITY DEFINER function: which brands, is asked before any of them is chosen.
        cursor.execute("SELECT brand_id, name, slug, role FROM brands_memberships_of(%s)", [user.pk])
        found = [Belonging(*row) for row in cursor.fetchall()]
    return found if key is None else [belonging for belonging in found if belonging.id == key.brand_id]


def create(
    *, user: User, name: str, currency: str = "USD", timezone: str = "UTC", palette: Sequence[str] = ()
) -> Brand:
    """A new brand with `user` as its owner. Runs outside any brand's scope."""
    brand = Brand(id=new_id(), name=name, slug=_slug(name), currency=currency, timezone=timezone, palette=list(palette))
    with brand_scope(brand):
        brand.full_clean()
        brand.save(force_insert=True)
        Membership.objects.create(brand=brand, user=user, role=Role.OWNER)
        actor = actors.for_user(brand_id=brand.id, user=user)
        audit.record(actor=actor, action="brand.created", obj=brand, name=name)
        events.append(brand_id=brand.id, type="brand.created", payload={"brand_id": brand.id, "name": name})
    return brand


def update(*, actor: Actor, brand: Brand, changes: dict[str, Any]) -> Brand:
    """Change what `changes` names (of CHANGEABLE). Raises ValidationError for a value that does not fit."""
    require(actor, "brand.manage", brand)
    before = {name: getattr(brand, name) for name in CHANGEABLE}
    for name in CHANGEABLE:
        if name in changes:
            setattr(brand, name, changes[name])
    changed = sorted(name for name in CHANGEABLE if getattr(brand, name) != before[name])
    if not changed:
        return brand
    brand.full_clean()
    brand.save(update_fields=[*changed, "updated_at"])
    audit.record(
        actor=actor, action="brand.updated", obj=brand, changes={n: [before[n], getattr(brand, n)] for n in changed}
    )
    events.append(brand_id=brand.id, type="brand.updated", payload={"brand_id": brand.id, "changed": changed})
    return brand


def _slug(name: str) -> str:
    """Always with a random end: a free choice would tell which slugs others have."""
    return f"{slugify(name)[:_SLUG_LENGTH].strip('-') or 'brand'}-{secrets.token_hex(4)}"
