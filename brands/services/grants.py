"""Grants: rights for a member, a group or an API key, on the whole brand or on one resource. Nobody gives what they
lack, or for longer than they have it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from brands import audit, events, registry
from brands.choices import ActorKind
from brands.errors import Conflict, Forbidden, InvalidInput, NotFound
from brands.models import ApiKey, Brand, Grant, Group, Membership, Restriction
from brands.permissions import Actor, can, can_among, require, visible
from brands.services import explanations, roles
from brands.services.members import require_may_touch

CAPABILITY = "member.manage"
MOST_PER_HOLDER = 500
# Who may be given rights here, and what lets one know of them. Links have their own address.
_HOLDERS: dict[str, tuple[type[Model], str]] = {
    "membership": (Membership, "member.view"),
    "group": (Group, "member.view"),
    "api_key": (ApiKey, "apikey.manage"),
}


class TooManyGrants(Conflict):
    code = "too_many_grants"
    title = f"One holder has at most {MOST_PER_HOLDER} grants"


class OfLink(Conflict):
    code = "grant_of_link"
    title = "This is what a share link allows; change or revoke the link"


@dataclass(frozen=True)
class Holder:
    """`kind` is the field of Grant: membership, group or api_key."""

    kind: str
    id: UUID
    field: ClassVar[dict[str, str]] = {"membership": "member"}

    @property
    def name(self) -> str:
        """As the API calls it."""
        return self.field.get(self.kind, self.kind)


@dataclass(frozen=True)
class Given:
    """One of the three."""

    role: str = ""
    custom_role: UUID | None = None
    permissions: Sequence[str] = ()

    @property
    def name(self) -> str:
        return "role" if self.role else "custom_role" if self.custom_role else "permissions"


def seen_by(actor: Actor) -> "QuerySet[Grant]":
    """The actor's own; and those on resources that they may share, or see while they may see members; with
    member.view also those on the brand."""
    views_members = can(actor, "member.view", _brand(actor))
    seen = Q(membership=actor.membership_id, membership__isnull=False)
    if views_members:
        seen |= Q(resource_type="")
    for resource_type in registry.all_types():
        rows = registry.seen(actor=actor, resource_type=resource_type)
        for capability in () if views_members else resource_type.share:
            rows = visible(actor, capability, rows)
        seen |= Q(resource_type=resource_type.code, resource_id__in=rows.order_by().values("pk"))
    return Grant.objects.select_related("custom_role").filter(seen)


def create(
    *,
    actor: Actor,
    holder: Holder,
    given: Given,
    resource_type: str = "",
    resource_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> Grant:
    """Raises InvalidInput naming the holder, `resource_id`, `expires_at`, or of `given` what the actor has not there;
    Forbidden without member.manage (on the brand) or the right to share (on a resource); TooManyGrants."""
    row = _resource(actor, resource_type, resource_id)
    _require_may_give(actor, resource_type, row)
    grant = Grant(
        brand_id=actor.brand_id,
        **{holder.kind: _held_holder(actor, holder)},
        resource_type=resource_type,
        resource_id=resource_id,
        role=given.role,
        custom_role=roles.chosen(given.custom_role),
        permissions=sorted(set(given.permissions)),
        created_by_id=actor.user_id,
        expires_at=expires_at,
    )
    _check_has(actor, grant, row, given.name)
    check_end(actor, grant, row)
    grant.save(force_insert=True)
    _record(actor, "grant.made", grant)
    return grant


def change(*, actor: Actor, grant: Grant, expires_at: datetime | None) -> Grant:
    """Sooner, later or no end. Raises as create does: whoever prolongs a grant gives it again."""
    grant = _held(actor, grant)
    row = _resource(actor, grant.resource_type, grant.resource_id)
    _require_may_give(actor, grant.resource_type, row)
    if expires_at == grant.expires_at:
        return grant
    grant.expires_at = expires_at
    _check_has(actor, grant, row, "expires_at")
    check_end(actor, grant, row)
    grant.save(update_fields=["expires_at"])
    _record(actor, "grant.changed", grant)
    return grant


def revoke(*, actor: Actor, grant: Grant) -> None:
    """At once. By whoever may share the resource, or manages members."""
    grant = _held(actor, grant)
    if not can(actor, CAPABILITY, _brand(actor)):
        row = _resource(actor, grant.resource_type, grant.resource_id)
        _require_may_give(actor, grant.resource_type, row)
    if not grant.resource_type:
        require_may_touch(actor, grant.capabilities)
    revoked = grant.pk
    grant.delete()
    grant.pk = revoked
    _record(actor, "grant.revoked", grant)


def forget(*, resource_type: str, resource_id: UUID) -> None:
    """The resource is gone, and with it all rights on it."""
    here = {"resource_type": resource_type, "resource_id": resource_id}
    Grant.objects.filter(**here).delete()
    Restriction.objects.filter(**here).delete()


def require_may_put_in(
    *, actor: Actor, resource_type: str, resource_id: UUID, kind: str, keys: Collection[UUID]
) -> None:
    """Whoever puts something into what holds others gives it to all who have rights there: so nobody puts in what they
    could not give them. Forbidden naming the capability that the actor has not on one of the resources, `keys` of type
    `kind`."""
    here: Any = Grant.objects.select_related("custom_role").filter(resource_type=resource_type, resource_id=resource_id)
    given = frozenset().union(*(grant.capabilities for grant in here))
    if not given:
        return
    for capability in sorted({*registry.known(kind).share} | registry.meant(kind, given)):
        allowed = can_among(actor, capability, registry.model_of(kind), keys)
        if len(allowed) < len(keys):
            raise Forbidden(
                f"Others have {capability} on it, which you could not give them on this.", capability=capability
            )


def _require_may_give(actor: Actor, resource_type: str, row: Model | None) -> None:
    if row is None:
        require(actor, CAPABILITY, _brand(actor))
    else:
        registry.require_may_share(actor=actor, code=resource_type, row=row)


def _resource(actor: Actor, resource_type: str, resource_id: UUID | None) -> Model | None:
    """None for the brand. Raises InvalidInput for a resource that the actor may not see."""
    if not resource_type:
        return None
    if resource_type not in {known.code for known in registry.all_types()}:
        raise InvalidInput(fields={"resource_type": ["Unknown."]})
    try:
        return registry.resolve(actor=actor, code=resource_type, id=resource_id)
    except NotFound as error:
        raise InvalidInput(fields={"resource_id": ["Not found."]}) from error


def _held_holder(actor: Actor, holder: Holder) -> Model:
    """The row, which stays until the commit. Raises InvalidInput for one whom the actor may not know of, or who is the
    actor."""
    model, capability = _HOLDERS[holder.kind]
    known = visible(actor, capability, model._default_manager.all())
    found = known.select_for_update(no_key=True, of=("self",)).filter(pk=holder.id).first()
    if found is None:
        raise InvalidInput(fields={holder.name: ["Not found."]})
    own = isinstance(found, ApiKey) and found.created_by_id == actor.user_id
    if own or found.pk == actor.membership_id:
        raise InvalidInput(fields={holder.name: ["Nobody gives themselves rights; these have yours already."]})
    if Grant.objects.filter(**{holder.kind: found}).count() >= MOST_PER_HOLDER:
        raise TooManyGrants()
    return found


def _check_has(actor: Actor, grant: Grant, row: Model | None, field: str) -> None:
    """More rights than one has cannot be given."""
    on = _brand(actor) if row is None else row
    if beyond := sorted(capability for capability in grant.capabilities if not can(actor, capability, on)):
        raise InvalidInput(fields={field: [f"More than you may there: {', '.join(beyond)}."]})


def check_end(actor: Actor, grant: Grant, row: Model | None) -> None:
    """What was lent until tomorrow is not passed on for ever."""
    if grant.expires_at is not None and grant.expires_at <= timezone.now():
        raise InvalidInput(fields={"expires_at": ["Must be in the future."]})
    end = _own_end(actor, grant, row)
    if end is not None and (grant.expires_at is None or grant.expires_at > end):
        raise InvalidInput(fields={"expires_at": [f"Your own rights end at {end.isoformat()}."]})


def _own_end(actor: Actor, grant: Grant, row: Model | None) -> datetime | None:
    """When the first of the rights that it gives ends for the actor; None: none does, as far as anybody knows."""
    if actor.kind not in (ActorKind.USER, ActorKind.API_KEY):
        return None
    subject = explanations.own(actor)
    facts = explanations.facts_about(subject=subject, code=grant.resource_type, row=row)
    ends: list[datetime | None] = [subject.api_key.expires_at if subject.api_key else None]
    for capability in grant.capabilities:
        ways = [path.expires_at for path in facts.paths(capability) if not path.cut]
        ends.append(None if None in ways else max((way for way in ways if way is not None), default=None))
    return min((end for end in ends if end is not None), default=None)


def _held(actor: Actor, grant: Grant) -> Grant:
    found: Grant | None = seen_by(actor).select_for_update(of=("self",)).filter(pk=grant.pk).first()
    if found is None:
        raise NotFound()
    if found.share_link_id is not None:
        raise OfLink()
    return found


def _brand(actor: Actor) -> Brand:
    return Brand.objects.get(pk=actor.brand_id)


def _record(actor: Actor, action: str, grant: Grant) -> None:
    kind = next(kind for kind in _HOLDERS if getattr(grant, f"{kind}_id") is not None)
    where = {"resource_type": grant.resource_type, "resource_id": grant.resource_id} if grant.resource_type else {}
    facts = {
        "holder": Holder(kind, getattr(grant, f"{kind}_id")).name.upper(),
        "holder_id": getattr(grant, f"{kind}_id"),
        "role": grant.role,
        "custom_role": grant.custom_role_id,
        "permissions": grant.permissions,
        "expires_at": grant.expires_at,
        **where,
    }
    said = {name: str(value) if isinstance(value, UUID | datetime) else value for name, value in facts.items()}
    audit.record(actor=actor, action=action, obj=grant, **said)
    told = {"grant": str(grant.pk), "user": actor.user_id, **said}
    if grant.membership is not None:
        told["user_id"] = grant.membership.user_id
    events.append(brand_id=actor.brand_id, type=action, payload=told)
