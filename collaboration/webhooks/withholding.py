"""What an endpoint is not told of: resources that are kept from people with rights in the whole brand, restricted ones
and others' private ones, unless whoever made the endpoint may see them at this moment."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from brands import registry
from brands.choices import ActorKind
from brands.errors import NotFound
from brands.models import DomainEvent
from brands.permissions import ABOVE_RESTRICTIONS, CAPABILITIES, Actor, visible
from brands.services import actors
from collaboration.events import subject
from collaboration.models import WebhookEndpoint

Resource = tuple[str, UUID]


def withheld(brand_id: UUID, events: Iterable[DomainEvent]) -> set[Resource]:
    """Resources of these events that are there, and not for everybody. Two queries for each type of resource."""
    about = {resource for event in events if (resource := _resource(event))}
    rights = CAPABILITIES - {ABOVE_RESTRICTIONS}
    somebody = Actor(ActorKind.SYSTEM, "webhooks", "Webhooks", brand_id, rights, restrictions=True)
    return _there(about) - _seen(somebody, about)


def told(endpoint: WebhookEndpoint, events: Sequence[DomainEvent], kept: set[Resource]) -> list[DomainEvent]:
    """Those that the endpoint is told of; `kept`: what is withheld of them."""
    hidden = kept & set(map(_resource, events)) if kept else set()
    if hidden:
        hidden -= _seen_by_maker(endpoint, hidden)
    return [event for event in events if _resource(event) not in hidden] if hidden else list(events)


def _seen_by_maker(endpoint: WebhookEndpoint, resources: set[Resource]) -> set[Resource]:
    maker = endpoint.created_by
    if maker is None or not maker.is_active:
        return set()
    try:
        return _seen(actors.for_user(brand_id=endpoint.brand_id, user=maker), resources)
    except NotFound:  # has left the brand
        return set()


def _there(resources: set[Resource]) -> set[Resource]:
    return {
        (kind, pk)
        for kind, ids in _by_type(resources).items()
        for pk in registry.model_of(kind)._default_manager.filter(pk__in=ids).values_list("pk", flat=True)
    }


def _seen(actor: Actor, resources: set[Resource]) -> set[Resource]:
    """What is archived is told of as well, so not by registry.seen()."""
    found = set()
    for kind, ids in _by_type(resources).items():
        rows = registry.model_of(kind)._default_manager.filter(pk__in=ids)
        seen = visible(actor, registry.known(kind).view, rows)
        found |= {(kind, pk) for pk in seen.values_list("pk", flat=True)}
    return found


def _by_type(resources: set[Resource]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for kind, pk in resources:
        found.setdefault(kind, []).append(pk)
    return found


def _resource(event: DomainEvent) -> Resource | None:
    """None for what is about none, or about one of a type that is not known any more."""
    about = subject(event.type, event.payload)
    try:
        registry.known(about.resource_type)
        return about.resource_type, UUID(about.resource_id)
    except (NotFound, ValueError):
        return None
