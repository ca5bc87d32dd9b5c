"""Who may listen to what, and from where."""

from uuid import UUID

from django.conf import settings

from brands.errors import InvalidInput
from brands.models import EventSequence
from brands.permissions import Actor
from collaboration.stream.callers import Caller, Resource, admit
from collaboration.stream.places import places
from collaboration.stream.streams import Ticket


def open_stream(
    *,
    actor: Actor,
    caller: Caller,
    resource: Resource | None,
    last_event_id: int | None,
    field: str,
    with_place: bool,
) -> Ticket:
    """From `last_event_id` on; without it, from now on. `with_place`: among the open streams, to be given back.

    Raises Forbidden or NotFound for who may not listen, InvalidInput naming `field` for a number that cannot be
    resumed from, TooManyStreams.
    """
    admit(actor, resource)
    head = _head(actor.brand_id)
    position = head if last_event_id is None else last_event_id
    if position > head:
        raise InvalidInput(fields={field: [f"This brand's events end at {head}."]})
    if head - position > settings.STREAM_REPLAY_EVENTS:
        sentence = f"Too old: more than {settings.STREAM_REPLAY_EVENTS:,} events came since. Read anew, then listen."
        raise InvalidInput(fields={field: [sentence]}, oldest=head - settings.STREAM_REPLAY_EVENTS)
    ticket = Ticket(actor.brand_id, caller, actor, resource, position, head)
    if with_place:
        places.take(ticket.place)
    return ticket


def _head(brand_id: UUID) -> int:
    return EventSequence.objects.filter(brand=brand_id).values_list("last_seq", flat=True).first() or 0
