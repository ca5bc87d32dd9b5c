"""Who may do what. `can` and `visible` are the only two doors; every endpoint of every app goes through them.

Rights come from a role and from grants (brands/models/grant.py). Those on the whole brand are inherited by every
resource that is not restricted; those on a resource count there, and on what it holds (a collection's generations, a
review's items) as long as that is not restricted. Nothing forbids: what no right allows is not allowed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.db.models import CharField, Exists, ExpressionWrapper, Model, OuterRef, Q, QuerySet

from brands import resources
from brands.choices import ActorKind, Permission, Role
from brands.errors import Forbidden
from brands.resources import Belonging, Container

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
# What a grant without a role gives. Reports are seen, changed and taken away like assets.
PERMISSION_CAPABILITIES: dict[str, frozenset[str]] = {
    Permission.VIEW: frozenset({"asset.view", "analytics.view"}),
    Permission.COMMENT: frozenset({"asset.comment"}),
    Permission.EDIT: frozenset({"asset.edit", "analytics.edit"}),
    Permission.DELETE: frozenset({"asset.delete"}),
    Permission.DOWNLOAD: frozenset({"asset.download", "analytics.export"}),
    Permission.DECIDE: frozenset({"review.decide"}),
}
# Whoever has it could give themselves any other right on a resource, so no restriction keeps them out.
ABOVE_RESTRICTIONS = "member.manage"


@dataclass(frozen=True)
class ResourceRights:
    """What a grant gives on one resource, and on what that holds."""

    type: str
    id: UUID
    capabilities: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """Whoever acts in one brand, with the rights they have now: `capabilities` in the whole brand, `rights` on single
    resources. `restrictions`: the brand has restricted resources at all."""

    kind: ActorKind
    id: str
    label: str
    brand_id: UUID
    capabilities: frozenset[str]
    user_id: int | None = None
    role: str | None = None
    membership_id: UUID | None = None
    rights: tuple[ResourceRights, ...] = ()
    restrictions: bool = False
    link_id: UUID | None = None  # of a guest

    @property
    def person_id(self) -> int:
        """Whoever answers for what the actor makes and spends."""
        if self.user_id is None:
            raise Forbidden("Only a person, or a key made by one, may do this.")
        return self.user_id

    @property
    def is_guest(self) -> bool:
        return self.kind == ActorKind.GUEST

    @property
    def inherits_all(self) -> bool:
        """Nothing restricted is kept from them."""
        return not self.restrictions or ABOVE_RESTRICTIONS in self.capabilities

    def holds(self, capability: str) -> bool:
        """In the whole brand, or on some resource."""
        return capability in self.capabilities or any(capability in held.capabilities for held in self.rights)


def system_actor(brand_id: UUID) -> Actor:
    """Workers and beat."""
    return Actor(ActorKind.SYSTEM, "system", "Atelier", brand_id, CAPABILITIES)


def staff_actor(brand_id: UUID, user: Any) -> Actor:
    """A member of staff in the admin; Django's own permissions guard the pages."""
    return Actor(ActorKind.STAFF, str(user.pk), user.email, brand_id, CAPABILITIES, user_id=user.pk)


def can(actor: Actor, capability: str, obj: Any) -> bool:
    """Whether `actor` may do `capability` to `obj`: a Brand, or a row that belongs to one."""
    _check(capability)
    if _brand_of(obj) != actor.brand_id:
        return False
    belongs = resources.belonging_of(type(obj)) is not None
    if not belongs or (actor.inherits_all and capability in actor.capabilities):
        return capability in actor.capabilities
    if not actor.holds(capability):
        return False
    return visible(actor, capability, type(obj)._default_manager.filter(pk=obj.pk)).exists()


def visible(actor: Actor, capability: str, queryset: QuerySet[M]) -> QuerySet[M]:
    """The rows of `queryset` for which can(actor, capability, row) is true."""
    _check(capability)
    if not actor.holds(capability):
        return queryset.none()
    key = "id" if queryset.model._meta.label == "brands.Brand" else "brand_id"
    in_brand = queryset.filter(**{key: actor.brand_id})
    belonging = resources.belonging_of(queryset.model)
    if belonging is None:
        return in_brand if capability in actor.capabilities else queryset.none()
    if actor.is_guest and belonging.guests:
        in_brand = in_brand.filter(**belonging.guests)
    if capability in actor.capabilities and actor.inherits_all:
        return in_brand
    return in_brand.filter(_allowed(actor, capability, belonging))


def require(actor: Actor, capability: str, obj: Any) -> None:
    """can(), or Forbidden."""
    if not can(actor, capability, obj):
        raise Forbidden(f"This needs the capability {capability}.", capability=capability)


def capabilities_of(role: str) -> frozenset[str]:
    return ROLE_CAPABILITIES[role]


def capabilities_given(role: str, custom: Iterable[str] | None, permissions: Iterable[str] = ()) -> frozenset[str]:
    """Of a membership or a grant: by its role, its role of the brand's own (the capabilities), or plain permissions.
    Capabilities that this version no longer knows count for nothing."""
    if role:
        return ROLE_CAPABILITIES[role]
    if custom is not None:
        return CAPABILITIES & frozenset(custom)
    return frozenset().union(*(PERMISSION_CAPABILITIES[permission] for permission in permissions))


def scoped(capabilities: frozenset[str], scopes: Iterable[str]) -> frozenset[str]:
    """An API key's rights: its scopes ∩ its creator's present rights. The scope `*` stands for all."""
    wanted = set(scopes)
    return capabilities if "*" in wanted else capabilities & wanted


def _check(capability: str) -> None:
    if capability not in CAPABILITIES:
        raise ValueError(f"Unknown capability: {capability}")


def _brand_of(obj: Any) -> UUID:
    return obj.id if obj._meta.label == "brands.Brand" else obj.brand_id


def _allowed(actor: Actor, capability: str, belonging: Belonging) -> Q:
    """By a grant on the resource itself; or, unless it is restricted, by what holds it or what counts in the brand."""
    held = [right for right in actor.rights if capability in right.capabilities]
    allowed = _is_one_of(belonging, held)
    inherited = Q(pk__isnull=False) if capability in actor.capabilities else _is_held_by(actor, belonging, held)
    if inherited is not None and actor.restrictions:
        inherited &= ~Q(_is_restricted(actor, belonging))
    return allowed if inherited is None else allowed | inherited


def _is_one_of(belonging: Belonging, held: Sequence[ResourceRights]) -> Q:
    """The rows of the resources in `held`."""
    found = Q(pk__in=[])
    for type_, ids in _ids_by_type(held).items():
        if belonging.type_path:
            found |= Q(**{belonging.type_path: type_, f"{belonging.id_path}__in": ids})
        elif belonging.type == type_:
            found |= Q(**{f"{belonging.id_path}__in": ids})
    return found


def _is_held_by(actor: Actor, belonging: Belonging, held: Sequence[ResourceRights]) -> Q | None:
    """The rows of resources that those in `held` hold, as a review holds its items."""
    ids = _ids_by_type(held)
    found = [
        Q(_is_in(actor, container, belonging, ids[container.type]))
        for container in resources.containers()
        if container.type in ids and _may_hold(container, belonging)
    ]
    return reduce(or_, found) if found else None


def _may_hold(container: Container, belonging: Belonging) -> bool:
    return bool(belonging.type_path or container.holds_field) or container.holds == belonging.type


def _is_in(actor: Actor, container: Container, belonging: Belonging, ids: Collection[UUID]) -> Exists:
    rows = apps.get_model(container.model)._default_manager.filter(
        **{
            "brand_id": actor.brand_id,
            f"{container.container_field}__in": ids,
            container.id_field: OuterRef(belonging.id_path),
            **_same_type(belonging, container.holds_field),
        }
    )
    if container.holds and belonging.type_path:
        rows = rows.annotate(asked=_outer_text(belonging.type_path)).filter(asked=container.holds)
    return Exists(rows)


def _outer_text(path: str) -> ExpressionWrapper:
    """Filters ask for the type of what they compare, which a reference alone does not tell."""
    return ExpressionWrapper(OuterRef(path), output_field=CharField())


def _is_restricted(actor: Actor, belonging: Belonging) -> Exists:
    from brands.models import Restriction

    same = {"brand_id": actor.brand_id, "resource_id": OuterRef(belonging.id_path)}
    return Exists(Restriction.objects.filter(**same, **_same_type(belonging, "resource_type")))


def _same_type(belonging: Belonging, field: str) -> dict[str, Any]:
    """The condition that `field` of another table says the type of the row's resource; none without a field."""
    if not field:
        return {}
    return {field: OuterRef(belonging.type_path) if belonging.type_path else belonging.type}


def _ids_by_type(held: Iterable[ResourceRights]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for right in held:
        found.setdefault(right.type, []).append(right.id)
    return found
