"""What the database itself sees to: isolation of each month, uniqueness, people of one brand, batches in turn."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from analytics.ingest import partitions
from analytics.ingest.incoming import Identity, Outcome
from analytics.models import DailyCount, DataVersion, DistinctId, Event, Person, PersonMerge
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.analytics.recorded import NOW, event, put

PARTITIONS = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
       (SELECT count(*) FROM pg_policies p
        WHERE p.tablename = c.relname AND p.cmd = 'ALL' AND p.permissive = 'PERMISSIVE'
        AND p.qual = own.wanted AND p.with_check = own.wanted),
       has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE')
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
     (SELECT '(brand_id = (current_setting(''app.brand_id''::text))::uuid)' AS wanted) own
WHERE i.inhparent = 'analytics_event'::regclass
"""


def rows(query: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def make(first: datetime, last: datetime) -> int:
    return rows("SELECT analytics_make_partitions(%s, %s)", first, last)[0][0]


def test_every_month_is_isolated_and_out_of_direct_reach(ours: Tenant) -> None:
    put(ours, event(at=datetime(2003, 3, 31, 23, 59, tzinfo=UTC)))
    found = {name: facts for name, *facts in rows(PARTITIONS)}
    assert "analytics_event_2003_03" in found
    assert {tuple(facts) for facts in found.values()} == {(True, 1, False)}
    with brand_scope(ours.brand), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows("SELECT * FROM analytics_event_2003_03")


def test_months_are_made_from_2000_to_two_ahead_and_no_others(db: None) -> None:
    make(datetime(1990, 1, 1, tzinfo=UTC), datetime(2000, 2, 1, tzinfo=UTC))
    make(datetime.now(UTC), datetime(2190, 1, 1, tzinfo=UTC))
    names = sorted(name for name, *_ in rows(PARTITIONS))
    ahead = datetime.now(UTC).replace(day=1) + timedelta(days=70)
    assert names[0] == "analytics_event_2000_01"
    assert names[-1] <= f"analytics_event_{ahead:%Y_%m}"
    assert make(datetime(2190, 1, 1, tzinfo=UTC), datetime(2191, 1, 1, tzinfo=UTC)) == 0
    assert partitions.make_ahead() == 0


def test_the_months_that_beat_makes_are_there_after_migrating(db: None) -> None:
    assert partitions.make_ahead() == 0


def test_an_event_is_never_changed(ours: Tenant) -> None:
    put(ours, event())
    for statement in ("UPDATE analytics_event SET name = 'x'", "DELETE FROM analytics_event"):
        with brand_scope(ours.brand), pytest.raises(ProgrammingError, match="denied"), transaction.atomic():
            rows(statement)


def broken(ours: Tenant, model: type, **facts: object) -> None:
    with brand_scope(ours.brand), pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.create(brand=ours.brand, **facts)


def test_the_database_refuses_events_that_cannot_be(ours: Tenant) -> None:
    put(ours, event())
    good = {
        "insert_id": "a",
        "at": NOW,
        "name": "visit",
        "person": 1,
        "distinct_id": "ann",
        "session": "",
        "properties": {},
        "currency": "",
        "received_at": NOW,
    }
    for wrong in (
        {"name": ""},
        {"person": 0},
        {"revenue": 1},
        {"revenue": -1, "currency": "EUR"},
        {"revenue": 1, "currency": "eur"},
        {"currency": "EUR"},
        {"insert_id": event().insert_id},
    ):
        broken(ours, Event, **good | wrong)


def test_the_database_refuses_people_who_are_nobody_of_the_brand(ours: Tenant, theirs: Tenant) -> None:
    put(theirs, *(event(who=f"p{n}") for n in range(3)))
    put(ours, event(), event(who="bob"))
    with brand_scope(ours.brand):
        assert Person.objects.count() == 2
    broken(ours, DistinctId, distinct_id="x", person=3)
    broken(ours, DistinctId, distinct_id="ann", person=1)
    broken(ours, DistinctId, distinct_id="", person=1)
    broken(ours, PersonMerge, merged=3, into=1, at=NOW)
    broken(ours, PersonMerge, merged=1, into=3, at=NOW)
    broken(ours, PersonMerge, merged=1, into=1, at=NOW)
    broken(ours, Person, number=0, created_at=NOW)
    broken(ours, DailyCount, day_date=NOW.date(), name="x", events=1, people=2)
    with brand_scope(ours.brand), pytest.raises(IntegrityError), transaction.atomic():
        DataVersion.objects.update(version=-1)


def test_merges_of_merges_are_one_step(ours: Tenant) -> None:
    put(ours, *(event(who=who) for who in "abcd"))
    for who, alias in (("b", "a"), ("c", "b"), ("d", "c")):
        put(ours, event("link", who=who, identity=Identity.ALIAS, alias=alias))
    with brand_scope(ours.brand):
        assert set(PersonMerge.objects.values_list("merged", "into")) == {(1, 4), (2, 4), (3, 4)}


def test_batches_at_once_count_each_event_and_number_each_person_once(committed: None, ours: Tenant) -> None:
    batch = [event(f"e{n % 3}", who=f"p{n % 7}", insert_id=f"{n}") for n in range(60)]
    links = [event("link", who="p1", identity=Identity.ALIAS, alias="p2", insert_id="link")]
    put(ours, event(who="p1", insert_id="first"), event(who="p2", insert_id="second"))
    outcomes: list[Outcome] = []
    start = threading.Barrier(6, timeout=20)

    def send(order: int) -> None:
        start.wait()
        outcomes.append(put(ours, *(batch if order % 2 else batch[::-1]), *links))
        connection.close()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter({"stored": sum(o.stored for o in outcomes), "again": sum(o.duplicates for o in outcomes)}) == {
        "stored": 61,
        "again": 5 * 61,
    }
    with brand_scope(ours.brand):
        assert (Event.objects.count(), Person.objects.count(), PersonMerge.objects.count()) == (63, 7, 1)
        assert DataVersion.objects.get().last_person == 7
