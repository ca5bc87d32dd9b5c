"""The brand's log of domain events, read into deliveries: in order, in sets, each once for each endpoint."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from brands.events import read_in_sets
from brands.models import DomainEvent, EventSequence
from brands.tenancy.scope import brand_scope
from collaboration.models import WebhookDelivery, WebhookEndpoint, WebhookPlace
from collaboration.webhooks import bells, withholding
from collaboration.webhooks.catalogue import matching
from collaboration.webhooks.payloads import line_of
from collaboration.webhooks.withholding import Resource

SET = 500
# What is behind is caught up with bit by bit, so that no worker is taken for long.
MOST_SETS = 20
_REASON = "events that webhooks were not told yet"


def due() -> list[UUID]:
    """Brands whose log goes on after our place in it: one query, however many there are."""
    logs = EventSequence.objects.all_brands(reason=_REASON).filter(brand_id=OuterRef("brand_id")).values("last_seq")
    places = WebhookPlace.objects.all_brands(reason=_REASON).annotate(end=Subquery(logs))
    return list(places.filter(end__gt=F("last_seq")).order_by().values_list("brand_id", flat=True))


def read(*, brand_id: UUID, at: datetime, most_sets: int = MOST_SETS) -> int:
    """Returns how many events were read; each set is committed by itself. While somebody else reads, none."""
    return read_in_sets(partial(read_set, brand_id=brand_id, at=at), size=SET, most_sets=most_sets)


def read_set(*, brand_id: UUID, at: datetime) -> int:
    """In one transaction. Numbers have no gap and are in the order of commits: what is not there yet comes after."""
    with brand_scope(brand_id):
        place = WebhookPlace.objects.select_for_update(skip_locked=True, of=("self",)).filter(brand_id=brand_id).first()
        if place is None:
            return 0
        endpoints = list(WebhookEndpoint.objects.filter(active=True))
        if not endpoints:
            place.last_seq = last_seq(brand_id)
            place.save(update_fields=["last_seq"])
            return 0
        further = list(DomainEvent.objects.filter(seq__gt=place.last_seq).order_by("seq")[:SET])
        if not further:
            return 0
        kept = withholding.withheld(brand_id, further)
        for endpoint in endpoints:
            new = [event for event in further if event.seq > endpoint.since_seq]
            if made := add(endpoint, new, kept, at=at):
                bells.deliver_on_commit(endpoint, times=made)
        place.last_seq = further[-1].seq
        place.save(update_fields=["last_seq"])
    return len(further)


def add(endpoint: WebhookEndpoint, events: Iterable[DomainEvent], kept: set[Resource], *, at: datetime) -> int:
    """A delivery for each of `events` that the endpoint is to be told of; `kept`: what is withheld of them. Returns how
    many."""
    types = matching(endpoint.event_types)
    wanted = [event for event in events if event.type in types]
    new = [_delivery(endpoint, event, at) for event in withholding.told(endpoint, wanted, kept)]
    WebhookDelivery.objects.bulk_create(new, batch_size=SET)
    return len(new)


def held_place(brand_id: UUID) -> WebhookPlace:
    """Ours until the commit: nothing is read meanwhile. A new one begins where the log is now."""
    WebhookPlace.objects.bulk_create(
        [WebhookPlace(brand_id=brand_id, last_seq=last_seq(brand_id))], ignore_conflicts=True
    )
    place: WebhookPlace = WebhookPlace.objects.select_for_update(of=("self",)).get(brand_id=brand_id)
    return place


def last_seq(brand_id: UUID) -> int:
    return EventSequence.objects.filter(brand_id=brand_id).values_list("last_seq", flat=True).first() or 0


def _delivery(endpoint: WebhookEndpoint, event: DomainEvent, at: datetime) -> WebhookDelivery:
    return WebhookDelivery(
        brand_id=event.brand_id,
        endpoint=endpoint,
        event=event,
        seq=event.seq,
        event_type=event.type,
        event_at=event.at,
        resource=line_of(event),
        next_at=event.at,  # by the database's clock, as all that it is compared with
        created_at=at,
    )
