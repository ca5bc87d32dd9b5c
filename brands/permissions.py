"""Who may do what. `can` and `visible` are the only two doors; every endpoint of every app goes through them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from brands.choices import ActorKind, Role
from brands.errors import Forbidden

M = TypeVar("M", bound=Model)

CAPABILITIES = frozenset(
    {
        "asset.view",
        "asset.comment",
        "asset.edit",
        "asset.delete",
        "asset.share",
        "asset.download",
        "generation.run",
        "queue.manage",
        "review.request",
        "review.decide",
        "analytics.view",
        "analytics.edit",
        "analytics.export",
        "event.write",
        "brand.view",
        "brand.manage",
        "member.view",
        "member.manage",
        "role.manage",
        "apikey.manage",
        "budget.view",
        "budget.manage",
        "webhook.manage",
        "secret.manage",
        "audit.view",
    }
)

_VIEWER = frozenset({"brand.view", "asset.view", "asset.download"})
_ANALYST = _VIEWER | {"analytics.view", "analytics.edit", "analytics.export", "budget.view"}
_REVIEWER = _VIEWER | {"asset.comment", "review.decide"}
_EDITOR = _REVIEWER | {
    "asset.edit",
    "asset.delete",
    "asset.share",
    "generation.run",
    "review.request",
    "analytics.view",
    "analytics.edit",
    "budget.view",
    "member.view",
    "event.write",
}
_ADMIN = CAPABILITIES - {"role.manage"}

ROLE_CAPABILITIES: dict[str, frozenset[str]] = {
    Role.OWNER: CAPABILITIES,
    Role.ADMIN: _ADMIN,
    Role.EDITOR: _EDITOR,
    Role.REVIEWER: _REVIEWER,
    Role.ANALYST: _ANALYST,
    Role.VIEWER: _VIEWER,
}


@dataclass(frozen=True)
class Actor:
    """Whoever acts in one brand, with the rights they have now."""

    kind: ActorKind
    id: str
    label: str
    brand_id: UUID
    capabilities: frozenset[str]
    user_id: int | None = None
    role: str | None = None
    membership_id: UUID | None = None

    @property
    def person_id(self) -> int:
        """Whoever answers for what the actor makes and spends."""
        if self.user_id is None:
            raise Forbidden("Only a person, or a key made by one, may do this.")
        return self.user_id


def system_actor(brand_id: UUID) -> Actor:
    """Workers and beat."""
    return Actor(ActorKind.SYSTEM, "system", "Atelier", brand_id, CAPABILITIES)


def staff_actor(brand_id: UUID, user: Any) -> Actor:
    """A member of staff in the admin; Django's own permissions guard the pages."""
    return Actor(ActorKind.STAFF, str(user.pk), user.email, brand_id, CAPABILITIES, user_id=user.pk)


def can(actor: Actor, capability: str, obj: Any) -> bool:
    """Whether `actor` may do `capability` to `obj`: a Brand, or a row that belongs to one."""
    if capability not in CAPABILITIES:
        raise ValueError(f"Unknown capability: {capability}")
    return _brand_of(obj) == actor.brand_id and capability in actor.capabilities


def visible(actor: Actor, capability: str, queryset: QuerySet[M]) -> QuerySet[M]:
    """The rows of `queryset` for which can(actor, capability, row) is true."""
    if capability not in CAPABILITIES:
        raise ValueError(f"Unknown capability: {capability}")
    if capability not in actor.capabilities:
        return queryset.none()
    key = "id" if queryset.model._meta.label == "brands.Brand" else "brand_id"
    return queryset.filter(**{key: actor.brand_id})


def require(actor: Actor, capability: str, obj: Any) -> None:
    """can(), or Forbidden."""
    if not can(actor, capability, obj):
        raise Forbidden(f"This needs the capability {capability}.", capability=capability)


def capabilities_of(role: str) -> frozenset[str]:
    return ROLE_CAPABILITIES[role]


def scoped(capabilities: frozenset[str], scopes: Iterable[str]) -> frozenset[str]:
    """An API key's rights: its scopes ∩ its creator's present rights. The scope `*` stands for all."""
    wanted = set(scopes)
    return capabilities if "*" in wanted else capabilities & wanted


def _brand_of(obj: Any) -> UUID:
    return obj.id if obj._meta.label == "brands.Brand" else obj.brand_id
