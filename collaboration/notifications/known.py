"""What rows say of a set of events, asked once for the set: who talks in threads, who made what, who is in groups."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Min

from brands import registry
from brands.errors import NotFound
from brands.models import DomainEvent, GroupMember, Membership
from collaboration.events import subject
from collaboration.models import Comment

Resource = tuple[str, str]
# By type of resource, the column of who made it.
_MAKERS = {"AI_GENERATION": "user_id", "COLLECTION": "owner_id", "REVIEW": "requested_by_id"}
_MAKER = "created_by_id"


class Known:
    """Of `events`, and the one that follows them in the log. In the brand's scope."""

    def __init__(self, events: Sequence[DomainEvent]) -> None:
        self._events = events
        self._by_seq = {event.seq: event for event in events}

    def resource_of(self, event: DomainEvent) -> Resource | None:
        about = subject(event.type, event.payload)
        return (about.resource_type, about.resource_id) if about.resource_type and _is_id(about.resource_id) else None

    def talked_before(self, thread_id: str, number: int | None) -> list[int]:
        """Members who wrote in the thread, before its comment `number`."""
        first = self._first_comments.get(thread_id, {})
        return sorted(user for user, began in first.items() if number is None or began < number)

    def makers_of(self, event: DomainEvent) -> list[int]:
        """Who made what it is about; of a review who asked for it, and who made its items."""
        found = {self._makers.get(resource) for resource in _resources(self.resource_of(event), event)}
        return sorted(user for user in found | {event.payload.get("requested_by")} if user is not None)

    def approved_by(self, event: DomainEvent) -> bool:
        """The decision completed its review: the log says so next."""
        after = self._by_seq.get(event.seq + 1)
        if after is None or after.type != "review.approved":
            return False
        return bool(after.payload.get("review") == event.payload["review"])

    def in_group(self, event: DomainEvent) -> list[int]:
        """Who is in the group that it gives something to."""
        group = _group_of(event)
        return self._groups.get(group, []) if group else []

    def everybody(self) -> list[int]:
        return self._members

    @cached_property
    def _first_comments(self) -> Mapping[str, dict[int, int]]:
        threads = {event.payload["thread"] for event in self._events if event.payload.get("thread")}
        said = Comment.objects.filter(thread__in=threads, deleted_at=None, user__isnull=False).order_by()
        found: dict[str, dict[int, int]] = {}
        for thread, user, number in said.values_list("thread_id", "user_id").annotate(first=Min("number")):
            found.setdefault(str(thread), {})[user] = number
        return found

    @cached_property
    def _makers(self) -> Mapping[Resource, int]:
        """One query for each type of resource."""
        ids: dict[str, set[str]] = {}
        for event in self._events:
            for code, pk in _resources(self.resource_of(event), event):
                ids.setdefault(code, set()).add(pk)
        return {(code, str(pk)): user for code, wanted in ids.items() for pk, user in _made(code, wanted)}

    @cached_property
    def _groups(self) -> Mapping[str, list[int]]:
        wanted = {group for event in self._events if (group := _group_of(event))}
        found: dict[str, list[int]] = {}
        members = GroupMember.objects.filter(group__in=wanted).order_by("membership__user_id")
        for group, user in members.values_list("group_id", "membership__user_id"):
            found.setdefault(str(group), []).append(user)
        return found

    @cached_property
    def _members(self) -> list[int]:
        return list(Membership.objects.order_by("user_id").values_list("user_id", flat=True))


def _group_of(event: DomainEvent) -> str | None:
    """As shares say it, and as grants do."""
    payload = event.payload
    group: str | None = payload["holder_id"] if payload.get("holder") == "GROUP" else payload.get("to_group")
    return group


def _resources(about: Resource | None, event: DomainEvent) -> list[Resource]:
    items = event.payload.get("items") or []
    of_items = [(item["resource_type"], item["resource_id"]) for item in items if isinstance(item, dict)]
    return [*([about] if about else []), *of_items]


def _made(code: str, ids: Iterable[str]) -> Iterable[tuple[Any, int]]:
    try:
        resource_type = registry.known(code)
    except NotFound:
        return []
    rows = apps.get_model(resource_type.model)._default_manager.filter(pk__in=list(filter(_is_id, ids)))
    return list(rows.values_list("pk", _MAKERS.get(code, _MAKER)))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
