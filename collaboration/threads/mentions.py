"""Whom a comment calls: members of the brand who may see what it is about."""

from collections.abc import Collection, Sequence
from uuid import UUID

from brands import registry
from brands.errors import InvalidInput, NotFound
from brands.models import Membership
from brands.permissions import Actor
from brands.services import actors
from collaboration.models import Thread
from collaboration.models.comment import MAX_MENTIONS

_NOBODY = "Nobody here who may see this."


def checked(*, actor: Actor, thread: Thread, mentions: Sequence[int], known: Collection[int] = ()) -> list[int]:
    """Each once. `known`: those whom it calls already, who may have left since. InvalidInput naming `mentions.<n>` for
    whoever else is not of the brand or may not see the resource: the same sentence, so that nobody learns which."""
    wanted = list(dict.fromkeys(mentions))
    if not wanted:
        return []
    if actor.is_guest:
        raise InvalidInput(fields={"mentions": ["Guests cannot mention members."]})
    if len(wanted) > MAX_MENTIONS:
        raise InvalidInput(fields={"mentions": [f"At most {MAX_MENTIONS}."]})
    members = {row.user_id: row for row in Membership.objects.filter(user__in=wanted).select_related("user")}
    wrong = {
        f"mentions.{n}": [_NOBODY]
        for n, pk in enumerate(mentions)
        if pk not in known and (pk not in members or not _sees(members[pk], thread.resource_type, thread.resource_id))
    }
    if wrong:
        raise InvalidInput(fields=wrong)
    return wanted


def _sees(member: Membership, resource_type: str, resource_id: UUID) -> bool:
    them = actors.for_user(brand_id=member.brand_id, user=member.user)
    try:
        registry.resolve(actor=them, code=resource_type, id=resource_id)
    except NotFound:
        return False
    return True
