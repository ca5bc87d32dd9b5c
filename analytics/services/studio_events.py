"""The brand's log of domain events, read into its analytics events: in order, in sets, each once."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from analytics.ingest import studio
from analytics.ingest.storing import store
from analytics.models import LogPlace
from brands.events import read_in_sets
from brands.models import DomainEvent, EventSequence
from brands.tenancy.scope import brand_scope

SET = 1_000
# An old installation's log is caught up with bit by bit, so that no worker is taken for long.
MOST_SETS = 20
_REASON = "domain events that were not read yet"


def due() -> list[UUID]:
    """Brands whose log goes on after our place in it: one query, however many there are."""
    places = LogPlace.objects.all_brands(reason=_REASON).filter(brand_id=OuterRef("brand_id")).values("last_seq")
    logs = EventSequence.objects.all_brands(reason=_REASON)
    behind = logs.annotate(place=Coalesce(Subquery(places), Value(0))).filter(last_seq__gt=F("place"))
    return list(behind.order_by().values_list("brand_id", flat=True))


def read(*, brand_id: UUID, at: datetime, most_sets: int = MOST_SETS) -> int:
    """Returns how many domain events were read; each set is committed by itself. While somebody else reads, none."""
    return read_in_sets(partial(read_set, brand_id=brand_id, at=at), size=SET, most_sets=most_sets)


def read_set(*, brand_id: UUID, at: datetime) -> int:
    """In one transaction. Numbers have no gap and are in the order of commits: what is not there yet comes after."""
    with brand_scope(brand_id):
        place = _held(brand_id)
        if place is None:
            return 0
        further = list(DomainEvent.objects.filter(seq__gt=place.last_seq).order_by("seq")[:SET])
        if not further:
            return 0
        found = [studio.translated(each.pk, each.type, each.at, each.payload) for each in further]
        if events := [event for event in found if event is not None]:
            store(brand_id=brand_id, events=events, source=studio.SOURCE, received_at=at)
        place.last_seq = further[-1].seq
        place.save(update_fields=["last_seq"])
    return len(further)


def _held(brand_id: UUID) -> LogPlace | None:
    """None while another worker holds it."""
    LogPlace.objects.bulk_create([LogPlace(brand_id=brand_id)], ignore_conflicts=True)
    return LogPlace.objects.select_for_update(skip_locked=True, of=("self",)).filter(brand_id=brand_id).first()
