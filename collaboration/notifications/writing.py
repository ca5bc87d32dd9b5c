"""From whom events concern to rows: less who did it themselves, may not see it now, does not want it, was told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from brands.errors import NotFound
from brands.models import GuestSession, Membership, User
from brands.permissions import Actor
from brands.services import actors
from collaboration.events import subject
from collaboration.models import Notification
from collaboration.notifications import folding, mutes, preferences
from collaboration.notifications.choices import EmailMode, Kind
from collaboration.notifications.recipients import Wish
from collaboration.stream import sight

# Whom it is about is told without a right to look at the brand's members.
_WITHOUT_A_RIGHT = frozenset({Kind.ROLE_CHANGED})


def write(*, brand_id: UUID, wishes: Sequence[Wish], at: datetime) -> int:
    """In the brand's scope, by whoever holds its place in the log. Returns how many notifications were made."""
    wanted = _seen(brand_id, _once(wish for wish in wishes if not wish.own))
    if not wanted:
        return 0
    chosen = preferences.of(brand_id=brand_id, user_ids={wish.user_id for wish in wanted})
    muted = mutes.of(user_ids=chosen)
    present = _present(wanted)
    rows = [
        _row(brand_id, wish, chosen[wish.user_id].kinds[wish.kind], present, at)
        for wish in wanted
        if not chosen[wish.user_id].kinds[wish.kind].are_off and not muted(wish.user_id, wish)
    ]
    folding.put_into_mails(brand_id, [row for row in rows if row.email == EmailMode.NOW], at=at)
    Notification.objects.bulk_create(rows)
    return len(rows)


def _once(wishes: Iterable[Wish]) -> list[Wish]:
    """One for each person and key, and none of what they were told before."""
    first: dict[tuple[int, str], Wish] = {}
    for wish in wishes:
        first.setdefault((wish.user_id, wish.key), wish)
    told = Notification.objects.filter(user__in={user for user, _ in first}, dedupe_key__in={key for _, key in first})
    before = set(told.values_list("user_id", "dedupe_key")) if first else set()
    return [wish for told_of, wish in first.items() if told_of not in before]


def _seen(brand_id: UUID, wishes: Sequence[Wish]) -> list[Wish]:
    """Those whose people are members, and may see what it is about at this moment."""
    people = _actors(brand_id, {wish.user_id for wish in wishes})
    about = list({wish.event.seq: wish.event for wish in wishes}.values())
    looks = sight.looks(people.values(), [subject(event.type, event.payload) for event in about])
    sees = {
        (user_id, event.seq)
        for user_id, look in zip(people, looks, strict=True)
        for event, seen in zip(about, look, strict=True)
        if seen
    }
    return [
        wish
        for wish in wishes
        if wish.user_id in people and (wish.kind in _WITHOUT_A_RIGHT or (wish.user_id, wish.event.seq) in sees)
    ]


def _actors(brand_id: UUID, user_ids: set[int]) -> dict[int, Actor]:
    """Two queries or three for each person: their rights of this moment."""
    found = {}
    for row in Membership.objects.filter(user__in=user_ids, user__is_active=True).select_related("user"):
        try:
            found[row.user_id] = actors.for_user(brand_id=brand_id, user=row.user)
        except NotFound:  # removed since
            continue
    return found


def _present(wishes: Sequence[Wish]) -> set[object]:
    """Of those who did it, the people and guests that are still there: links go with their guests."""
    people = {wish.event.payload.get("user") for wish in wishes}
    guests = {wish.event.payload.get("guest") for wish in wishes}
    users = User.objects.filter(pk__in=people - {None}).values_list("pk", flat=True)
    sessions = GuestSession.objects.filter(pk__in=guests - {None}).values_list("pk", flat=True)
    return {*users, *(str(pk) for pk in sessions)}


def _row(
    brand_id: UUID, wish: Wish, channels: preferences.Channels, present: set[object], at: datetime
) -> Notification:
    payload: Mapping[str, Any] = wish.event.payload
    resource_type, resource_id = wish.resource or ("", None)
    studio = wish.kind in (Kind.GENERATION_COMPLETED, Kind.GENERATION_FAILED)
    return Notification(
        brand_id=brand_id,
        user_id=wish.user_id,
        kind=wish.kind,
        dedupe_key=wish.key,
        seq=wish.event.seq,
        event_at=wish.event.at,
        resource_type=resource_type,
        resource_id=resource_id and UUID(resource_id),
        thread_id=wish.thread_id and UUID(wish.thread_id),
        by_id=payload.get("user") if payload.get("user") in present and not studio else None,
        guest_id=payload.get("guest") if payload.get("guest") in present else None,
        facts=dict(wish.facts),
        in_app=channels.in_app,
        email=channels.email,
        created_at=at,
    )
