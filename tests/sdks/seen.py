"""What the SDKs under test sent, as it was stored."""

from analytics.models import DeadLetter, Event, PersonMerge
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant


def events(tenant: Tenant, name: str = "") -> list[Event]:
    """In the order in which they happened."""
    with brand_scope(tenant.brand):
        found = Event.objects.filter(name=name) if name else Event.objects.all()
        return list(found.order_by("at", "insert_id"))


def names(tenant: Tenant) -> list[str]:
    return sorted(event.name for event in events(tenant))


def dead_letters(tenant: Tenant) -> list[DeadLetter]:
    with brand_scope(tenant.brand):
        return list(DeadLetter.objects.all())


def person_of(tenant: Tenant, event: Event) -> int:
    """Whoever the event's person turned out to be."""
    with brand_scope(tenant.brand):
        merge = PersonMerge.objects.filter(merged=event.person).first()
    return merge.into if merge else event.person
