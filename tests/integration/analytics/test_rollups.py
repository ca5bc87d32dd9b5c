"""Roll-ups kept as events come are those that a full rebuild gives."""

from datetime import timedelta
from itertools import count

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.ingest.incoming import Identity, IncomingEvent
from analytics.models import AnalyticsSettings, DailyCount, DailyPerson, DataVersion, Event
from analytics.services import retention, rollups
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, make_tenant
from tests.integration.analytics.recorded import NOW, event, put

IDS = st.sampled_from(["ann", "bob", "cy", "dee", "eve"])
brands = count()


@st.composite
def events(draw: st.DrawFn) -> IncomingEvent:
    identity = draw(st.sampled_from([Identity.NOTHING] * 4 + [Identity.IDENTIFY, Identity.ALIAS]))
    return event(
        draw(st.sampled_from(["visit", "buy"])),
        draw(IDS),
        at=NOW - timedelta(hours=draw(st.integers(0, 40 * 24))),
        insert_id=str(draw(st.integers(0, 30))),
        identity=identity,
        alias="" if identity is Identity.NOTHING else draw(IDS),
    )


def rolled_up(tenant: Tenant) -> tuple[set, set]:
    with brand_scope(tenant.brand):
        return (
            set(DailyCount.objects.values_list("day_date", "name", "events", "people")),
            set(DailyPerson.objects.values_list("person", "day_date", "name")),
        )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(events(), min_size=1, max_size=12), min_size=1, max_size=6))
def test_a_rebuild_changes_nothing_after_any_batches_with_late_events_duplicates_and_merges(
    batches: list[list[IncomingEvent]], db: None
) -> None:
    with transaction.atomic():
        tenant = make_tenant(f"rolled{next(brands)}")
        for batch in batches:
            outcome = put(tenant, *batch)
            assert outcome.stored + outcome.duplicates + outcome.rejected == len(batch)
        kept = rolled_up(tenant)
        rollups.rebuild(tenant.id)
        assert rolled_up(tenant) == kept
        transaction.set_rollback(True)


def test_a_rebuild_repairs_what_is_wrong(ours: Tenant) -> None:
    put(ours, event(), event("buy"))
    right = rolled_up(ours)
    with brand_scope(ours.brand):
        DailyCount.objects.filter(name="buy").update(events=9)
        DailyPerson.objects.all().delete()
    rollups.rebuild(ours.id)
    assert rolled_up(ours) == right


def test_a_brand_forgets_its_old_events_and_keeps_what_they_came_to(
    committed: None, ours: Tenant, theirs: Tenant
) -> None:
    old, new = event(at=NOW - timedelta(days=40)), event()
    for tenant in (ours, theirs):
        put(tenant, old, new)
    with brand_scope(ours.brand):
        AnalyticsSettings.objects.create(brand=ours.brand, keep_events_days=30)
    before = rolled_up(ours)
    assert (retention.forget_old(now=NOW), retention.forget_old(now=NOW)) == (1, 0)
    with brand_scope(ours.brand):
        assert Event.objects.count() == 1
    with brand_scope(theirs.brand):
        assert Event.objects.count() == 2
    rollups.rebuild(ours.id)
    assert rolled_up(ours) == before


def test_what_was_forgotten_does_not_come_in_again(committed: None, ours: Tenant) -> None:
    old = event(at=NOW - timedelta(days=40))
    put(ours, old)
    retention.forget(brand_id=ours.id, before=NOW - timedelta(days=30))
    before = rolled_up(ours)
    assert [getattr(result, "code", "") for result in put(ours, old).results] == ["forgotten"]
    assert rolled_up(ours) == before


def test_forgetting_moves_the_version_once(committed: None, ours: Tenant) -> None:
    put(ours, event())
    for _ in range(2):
        retention.forget(brand_id=ours.id, before=NOW - timedelta(days=30))
    with brand_scope(ours.brand):
        assert DataVersion.objects.get().version == 2
