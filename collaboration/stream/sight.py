"""Who may see which of some events, with as few questions to the database as there are kinds of rights."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from brands import registry, resources
from brands.errors import NotFound
from brands.permissions import Actor
from brands.tenancy.scope import brand_scope
from collaboration.events import Subject

# What guests hear of, and what of it: not who paid, how much, with which key.
_GUESTS_HEAR = frozenset(
    {"generation", "collection", "report", "thread", "comment", "annotation", "reaction", "review", "presence"}
)
_GUESTS_READ = frozenset(
    {
        "generation", "collection", "report", "resource_type", "resource_id", "status", "type", "progress",
        "thread", "thread_id", "comment", "comment_id", "number", "review", "review_id", "version", "present",
    }
)  # fmt: skip

Sight = Sequence[bool]


def looks(actors: Iterable[Actor], subjects: Sequence[Subject]) -> list[Sight]:
    """For each actor of a brand: whether each subject is theirs to see."""
    known: dict[object, Sight] = {}
    found = []
    private = any(_keeps_private(subject.resource_type) for subject in subjects)
    for actor in actors:
        rights = (_rights(actor), actor.user_id if private else None)
        if rights not in known:
            known[rights] = _look(actor, subjects)
        found.append(known[rights])
    return found


def for_guests(type: str) -> bool:  # noqa: A002
    return type.partition(".")[0] in _GUESTS_HEAR


def guests_read(data: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says, as guests are told it."""
    return {**data, "payload": {name: fact for name, fact in data["payload"].items() if name in _GUESTS_READ}}


def _rights(actor: Actor) -> object:
    """Whoever has the same sees the same."""
    return actor.capabilities, actor.rights, actor.restrictions, actor.is_guest


def _look(actor: Actor, subjects: Sequence[Subject]) -> Sight:
    ids: dict[str, set[str]] = {}
    for subject in subjects:
        if subject.resource_type:
            ids.setdefault(subject.resource_type, set()).add(subject.resource_id)
    seen = {type_: _seen(actor, type_, wanted) for type_, wanted in ids.items()}
    return [_sees(actor, subject, seen) for subject in subjects]


def _sees(actor: Actor, subject: Subject, seen: dict[str, set[str]]) -> bool:
    if subject.internal and actor.is_guest:
        return False
    if subject.resource_type:
        return subject.resource_id in seen[subject.resource_type]
    return subject.capability in actor.capabilities


def _seen(actor: Actor, code: str, ids: set[str]) -> set[str]:
    """Those of the resources that `actor` may see. Whoever sees all of the brand's hears of deleted ones too; of what
    their owners may keep to themselves, of all but what is there and hidden."""
    try:
        resource_type = registry.known(code)
    except NotFound:
        return ids if "audit.view" in actor.capabilities else set()
    sees_all = resource_type.view in actor.capabilities and actor.inherits_all and not actor.is_guest
    if sees_all and not _keeps_private(code):
        return ids
    with brand_scope(actor.brand_id):
        there = registry.model_of(code)._default_manager.filter(pk__in=list(filter(_is_id, ids)))
        seen = _texts(registry.seen(actor=actor, resource_type=resource_type).filter(pk__in=there))
        return ids - (_texts(there) - seen) if sees_all else seen


def _texts(rows: Any) -> set[str]:
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def _keeps_private(code: str) -> bool:
    return any(private.type == code for private in resources.privates())


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
