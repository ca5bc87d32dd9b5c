"""Roles of a brand's own. Nobody puts in what they lack; one that somebody has cannot go."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import ProtectedError
from django.db.models.functions import Now

from brands import audit, events
from brands.choices import Role
from brands.errors import Conflict, InvalidInput, NotFound
from brands.models import Brand, CustomRole, Grant, Invitation
from brands.permissions import ABOVE_RESTRICTIONS, CAPABILITIES, Actor, require
from brands.services.conflicts import refused_as

CAPABILITY = "role.manage"
MOST_ROLES = 100
_TAKEN = "custom_role_name_once"


class RoleInUse(Conflict):
    code = "role_in_use"
    title = "Somebody has this role, or was offered it"


class TooManyRoles(Conflict):
    code = "too_many_roles"
    title = f"A brand keeps at most {MOST_ROLES} roles of its own"


def create(*, actor: Actor, name: str, capabilities: Sequence[str]) -> CustomRole:
    """Raises InvalidInput naming `name` or `capabilities.<n>`, TooManyRoles."""
    require(actor, CAPABILITY, Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.brand_id))
    if CustomRole.objects.count() >= MOST_ROLES:
        raise TooManyRoles()
    _check_name(name)
    _check_capabilities(capabilities, may=actor.capabilities)
    with refused_as(**{_TAKEN: _taken()}):
        made = CustomRole.objects.create(brand_id=actor.brand_id, name=name, capabilities=sorted(set(capabilities)))
    _record(actor, "role.created", made)
    return made


def change(*, actor: Actor, role: CustomRole, name: str = "", capabilities: Sequence[str] | None = None) -> CustomRole:
    """What is added counts at once for everybody who has the role. Raises as create does, and Forbidden when it would
    reach into what is restricted and the actor may not."""
    role = _held(actor, role.pk)
    if name and name != role.name:
        _check_name(name)
        role.name = name
    if capabilities is not None:
        added = set(capabilities) - set(role.capabilities)
        _check_capabilities(capabilities, may=actor.capabilities | (set(role.capabilities) & CAPABILITIES))
        if added and Grant.objects.filter(custom_role=role, resource_id__isnull=False).exists():
            require(actor, ABOVE_RESTRICTIONS, role)
        role.capabilities = sorted(set(capabilities))
    with refused_as(**{_TAKEN: _taken()}):
        role.save(update_fields=["name", "capabilities"])
    _record(actor, "role.changed", role)
    return role


def delete(*, actor: Actor, role: CustomRole) -> None:
    """Raises RoleInUse. Grants that have expired go with it."""
    role = _held(actor, role.pk)
    Grant.objects.filter(custom_role=role, expires_at__lte=Now()).delete()
    Invitation.objects.filter(custom_role=role, accepted_at=None, revoked_at=None, expires_at__lte=Now()).update(
        revoked_at=Now()
    )
    removed = role.pk
    try:
        with refused_as(invitation_role_known=RoleInUse()):  # an open invitation cannot lose its role
            role.delete()
    except ProtectedError as error:
        raise RoleInUse() from error
    role.pk = removed
    _record(actor, "role.deleted", role)


def chosen(pk: UUID | None) -> CustomRole | None:
    """The role with this id, which stays until the commit. Raises InvalidInput naming `custom_role`."""
    if pk is None:
        return None
    found: CustomRole | None = CustomRole.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if found is None:
        raise InvalidInput(fields={"custom_role": ["Not found."]})
    return found


def _held(actor: Actor, pk: UUID) -> CustomRole:
    found: CustomRole | None = CustomRole.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound()
    require(actor, CAPABILITY, found)
    return found


def _check_name(name: str) -> None:
    if name.upper() in Role.values:
        raise InvalidInput(fields={"name": ["One of Atelier's own roles has this name."]})


def _check_capabilities(capabilities: Sequence[str], *, may: frozenset[str]) -> None:
    wrong = {}
    for n, capability in enumerate(capabilities):
        if capability not in may:
            sentence = "More than you may." if capability in CAPABILITIES else "Unknown."
            wrong[f"capabilities.{n}"] = [sentence]
    if wrong:
        raise InvalidInput(fields=wrong)


def _taken() -> InvalidInput:
    return InvalidInput(fields={"name": ["Another role of the brand has this name."]})


def _record(actor: Actor, action: str, role: CustomRole) -> None:
    audit.record(actor=actor, action=action, obj=role, name=role.name, capabilities=role.capabilities)
    payload = {"role": role.pk, "capabilities": role.capabilities, "user": actor.user_id}
    events.append(brand_id=actor.brand_id, type=action, payload=payload)
