"""Groups of members, who get rights together. Whoever lets somebody in gives them what the group has."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from brands import audit, events
from brands.errors import Conflict, Forbidden, InvalidInput, NotFound
from brands.models import Brand, Grant, Group, GroupMember, Membership
from brands.permissions import Actor, require
from brands.services.conflicts import refused_as
from brands.services.members import require_may_touch

CAPABILITY = "member.manage"
MOST_GROUPS = 200
_TAKEN = "group_name_once"


class TooManyGroups(Conflict):
    code = "too_many_groups"
    title = f"A brand keeps at most {MOST_GROUPS} groups"


def create(*, actor: Actor, name: str) -> Group:
    """Raises InvalidInput naming `name`, TooManyGroups."""
    require(actor, CAPABILITY, Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.brand_id))
    if Group.objects.count() >= MOST_GROUPS:
        raise TooManyGroups()
    with refused_as(**{_TAKEN: _taken()}):
        made = Group.objects.create(brand_id=actor.brand_id, name=name)
    _record(actor, "group.created", made, name=name)
    return made


def rename(*, actor: Actor, group: Group, name: str) -> Group:
    group = _held(actor, group.pk)
    if group.name != name:
        group.name = name
        with refused_as(**{_TAKEN: _taken()}):
            group.save(update_fields=["name"])
        _record(actor, "group.renamed", group, name=name)
    return group


def delete(*, actor: Actor, group: Group) -> None:
    """What was granted to it ends."""
    group = _held(actor, group.pk)
    require_may_touch(actor, _given_to(group))
    removed = group.pk
    group.delete()
    group.pk = removed
    _record(actor, "group.deleted", group, name=group.name)


def add(*, actor: Actor, group: Group, members: Sequence[UUID]) -> int:
    """Let members in; returns how many were not in it. Raises Forbidden when the group has rights that the actor has
    not, InvalidInput naming `members.<n>`."""
    group = _held(actor, group.pk)
    if beyond := _given_to(group) - actor.capabilities:
        raise Forbidden(f"The group has more rights than you: {', '.join(sorted(beyond))}.")
    known = Membership.objects.select_for_update(no_key=True, of=("self",)).in_bulk(set(members))
    if wrong := {f"members.{n}": ["Not found."] for n, pk in enumerate(members) if pk not in known}:
        raise InvalidInput(fields=wrong)
    inside = set(GroupMember.objects.filter(group=group).values_list("membership_id", flat=True))
    new = [known[pk] for pk in dict.fromkeys(members) if pk not in inside]
    GroupMember.objects.bulk_create(
        GroupMember(brand_id=actor.brand_id, group=group, membership=membership) for membership in new
    )
    for membership in new:
        _record(actor, "group.member_added", group, member=membership)
    return len(new)


def remove(*, actor: Actor, group: Group, membership_id: UUID) -> None:
    """NotFound for whoever is not in it."""
    group = _held(actor, group.pk)
    require_may_touch(actor, _given_to(group))
    found = GroupMember.objects.select_related("membership").filter(group=group, membership=membership_id).first()
    if found is None:
        raise NotFound()
    found.delete()
    _record(actor, "group.member_removed", group, member=found.membership)


def _held(actor: Actor, pk: UUID) -> Group:
    """As it is now, until the commit: nobody gives it more meanwhile."""
    found: Group | None = Group.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound()
    require(actor, CAPABILITY, found)
    return found


def _given_to(group: Group) -> frozenset[str]:
    """All that the group's grants give, wherever: expired ones too, which somebody may have changed by tomorrow."""
    grants: Iterable[Grant] = Grant.objects.select_related("custom_role").filter(group=group)
    return frozenset().union(*(grant.capabilities for grant in grants))


def _taken() -> InvalidInput:
    return InvalidInput(fields={"name": ["Another group of the brand has this name."]})


def _record(actor: Actor, action: str, group: Group, *, member: Membership | None = None, **details: Any) -> None:
    """The event has no names."""
    whom = {} if member is None else {"user_id": member.user_id}
    audit.record(actor=actor, action=action, obj=group, **whom, **details)
    payload = {"group": group.pk, "user": actor.user_id, **whom}
    events.append(brand_id=actor.brand_id, type=action, payload=payload)
