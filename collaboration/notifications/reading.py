"""The brand's log of domain events, read into notifications: in order, in sets, each once."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from brands.events import read_in_sets
from brands.models import DomainEvent, EventSequence
from brands.tenancy.scope import brand_scope
from collaboration.models import NotificationPlace
from collaboration.notifications import recipients, writing
from collaboration.notifications.known import Known

SET = 200
MOST_SETS = 20
_REASON = "events that people were not told of yet"


def due() -> list[UUID]:
    """Brands whose log goes on after our place in it: one query, however many there are."""
    places = NotificationPlace.objects.all_brands(reason=_REASON).filter(brand_id=OuterRef("brand_id"))
    logs = EventSequence.objects.all_brands(reason=_REASON)
    behind = logs.annotate(place=Coalesce(Subquery(places.values("last_seq")), Value(0))).filter(
        last_seq__gt=F("place")
    )
    return list(behind.order_by().values_list("brand_id", flat=True))


def read(*, brand_id: UUID, at: datetime, most_sets: int = MOST_SETS) -> int:
    """Returns how many events were read; each set is committed by itself. While somebody else reads, none."""
    return read_in_sets(partial(read_set, brand_id=brand_id, at=at), size=SET, most_sets=most_sets)


def read_set(*, brand_id: UUID, at: datetime) -> int:
    """In one transaction. Numbers have no gap and are in the order of commits: what is not there yet comes after."""
    with brand_scope(brand_id):
        place = _held(brand_id)
        if place is None:
            return 0
        # One more than is read: a decision is told otherwise when it completed its review, which the log says next.
        further = list(DomainEvent.objects.filter(seq__gt=place.last_seq).order_by("seq")[: SET + 1])
        if not further:
            return 0
        events = further[:SET]
        writing.write(brand_id=brand_id, wishes=recipients.wishes(events, Known(further)), at=at)
        place.last_seq = events[-1].seq
        place.save(update_fields=["last_seq"])
    return len(events)


def _held(brand_id: UUID) -> NotificationPlace | None:
    """None while another worker holds it. A new brand's begins with its log."""
    NotificationPlace.objects.bulk_create([NotificationPlace(brand_id=brand_id)], ignore_conflicts=True)
    found: NotificationPlace | None = (
        NotificationPlace.objects.select_for_update(skip_locked=True, of=("self",)).filter(brand_id=brand_id).first()
    )
    return found
