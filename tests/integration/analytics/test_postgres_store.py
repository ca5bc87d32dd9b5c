"""What the store answers: columns of one brand's events."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import psycopg
import pytest
from django.db import OperationalError, connection

from analytics.ingest.incoming import Identity
from analytics.metrics.stream import EXCLUSION_BIT, OTHER_BIT, Stream
from analytics.stores.base import Operator, PropertyFilter, Range, Selection
from analytics.stores.connections import ArrowTransaction, pool, with_literals
from analytics.stores.postgres import PostgresStore, stream_statement
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.analytics.recorded import NOW, event, put

DAY = Range(NOW - timedelta(days=1), NOW + timedelta(days=1))
STORE = PostgresStore()


@pytest.fixture(autouse=True)
def _connections(committed: None) -> Iterator[None]:
    yield
    pool().close()


def seen(stream: Stream) -> set[tuple[int, int, int]]:
    """(person, minutes before NOW, bits)."""
    minutes = (int(NOW.timestamp() * 1_000_000) - stream.at) // 60_000_000
    return set(zip(stream.person.tolist(), minutes.tolist(), stream.matches.tolist(), strict=True))


def stream(tenant: Tenant, *steps: Selection, **more: object) -> Stream:
    return STORE.stream(brand_id=tenant.id, steps=steps, within=DAY, **more)  # type: ignore[arg-type]


def passing(tenant: Tenant, operator: Operator, *values: str | float) -> int:
    filter_ = PropertyFilter("p", operator, values)
    return len(STORE.occurrences(brand_id=tenant.id, selection=Selection("visit", (filter_,)), within=DAY).at)


def test_a_stream_has_the_steps_and_exclusions_that_each_event_is(ours: Tenant) -> None:
    put(ours, event("visit", minutes=9), event("buy", minutes=5), event("leave", minutes=3), event("nothing"))
    found = stream(ours, Selection("visit"), Selection("buy"), Selection("visit"), exclusions=[Selection("leave")])
    assert seen(found) == {(1, 9, 0b101), (1, 5, 0b010), (1, 3, 1 << EXCLUSION_BIT)}


def test_a_stream_may_hold_what_else_those_people_did_and_nobody_else(ours: Tenant) -> None:
    put(ours, event("visit", minutes=9), event("other", minutes=5), event("other", who="bob", minutes=4))
    assert seen(stream(ours, Selection("visit"), others=True)) == {(1, 9, 1), (1, 5, 1 << OTHER_BIT)}


def test_merged_people_are_one(ours: Tenant) -> None:
    put(ours, event(who="phone", minutes=9), event(who="laptop", minutes=8), event(who="else", minutes=7))
    put(ours, event("link", who="laptop", identity=Identity.ALIAS, alias="phone"))
    assert seen(stream(ours, Selection("visit"))) == {(2, 9, 1), (2, 8, 1), (3, 7, 1)}


def test_a_breakdown_is_an_index_into_its_values_in_their_order(ours: Tenant) -> None:
    for minutes, colour in enumerate(["red", "blue", None, "red"]):
        put(ours, event(minutes=minutes, properties={} if colour is None else {"colour": colour}))
    found = stream(ours, Selection("visit"), breakdown="colour")
    assert found.values == ("blue", "red")
    assert found.value is not None
    assert found.value[np.argsort(-found.at)].tolist() == [1, 0, -1, 1]


def test_the_end_of_a_range_is_not_part_of_it(ours: Tenant) -> None:
    put(ours, event(minutes=5), event(minutes=0))
    within = Range(NOW - timedelta(minutes=5), NOW)
    assert len(STORE.stream(brand_id=ours.id, steps=[Selection("visit")], within=within).at) == 1


@pytest.mark.parametrize("breakdown", [None, "colour"])
def test_an_empty_answer_has_the_types_of_a_full_one(breakdown: str | None, ours: Tenant) -> None:
    found = stream(ours, Selection("visit"), breakdown=breakdown, others=True)
    occurrences = STORE.occurrences(brand_id=ours.id, selection=Selection(None), within=DAY)
    columns = [found.person, found.at, found.matches, occurrences.person, occurrences.at, occurrences.revenue_micros]
    assert {column.dtype for column in columns} == {np.dtype(np.int64)}
    assert {len(column) for column in columns} == {0}


def test_a_range_before_the_first_partition_is_empty(ours: Tenant) -> None:
    within = Range(datetime(1990, 1, 1, tzinfo=NOW.tzinfo), datetime(1991, 1, 1, tzinfo=NOW.tzinfo))
    assert len(STORE.occurrences(brand_id=ours.id, selection=Selection("visit"), within=within).at) == 0


def test_revenue_is_in_millionths_and_of_the_brands_currency_only(ours: Tenant) -> None:
    put(
        ours,
        event("buy", minutes=3, revenue=Decimal("1.234567")),
        event("buy", minutes=2, revenue=Decimal(5), currency="JPY"),
        event("buy", minutes=1),
    )
    found = STORE.occurrences(brand_id=ours.id, selection=Selection("buy"), within=DAY)
    assert found.revenue_micros[np.argsort(found.at)].tolist() == [1_234_567, 0, 0]
    without = STORE.occurrences(brand_id=ours.id, selection=Selection("buy"), within=DAY, revenue=False)
    assert without.revenue_micros.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        (Operator.IS, ("red",), 1),
        (Operator.IS, ("red", "blue"), 2),
        (Operator.IS_NOT, ("red",), 6),
        (Operator.IS_NOT, ("red", "blue"), 5),
        (Operator.IS, (10,), 1),
        (Operator.IS, (10.0,), 1),
        (Operator.IS, ("10",), 1),
        (Operator.IS, (True,), 1),
        (Operator.ABOVE, (9,), 1),
        (Operator.ABOVE, (2,), 2),
        (Operator.AT_LEAST, (10,), 1),
        (Operator.BELOW, (10,), 1),
        (Operator.AT_MOST, (10,), 2),
        (Operator.ABOVE, ("p",), 2),
        (Operator.CONTAINS, ("E",), 3),
        (Operator.MATCHES_GLOB, ("?e*",), 1),
        (Operator.MATCHES_GLOB, ("%",), 0),
        (Operator.IS_SET, (), 6),
        (Operator.IS_NOT_SET, (), 1),
        (Operator.IS, (), 0),
        (Operator.IS_NOT, (), 7),
    ],
)
def test_numbers_compare_as_numbers_and_everything_else_as_text(
    operator: Operator, values: tuple[str | float, ...], expected: int, ours: Tenant
) -> None:
    kept = [{"p": "red"}, {"p": "blue"}, {"p": 10}, {"p": 9}, {"p": True}, {"p": "50%"}, {}]
    put(ours, *(event(minutes=n, properties=properties) for n, properties in enumerate(kept)))
    assert passing(ours, operator, *values) == expected


def test_what_people_ask_for_is_never_part_of_the_statement(ours: Tenant) -> None:
    evil = "x') OR true --"
    put(ours, event(evil, properties={evil: evil}))
    mine = Selection(evil, (PropertyFilter(evil, Operator.IS, (evil,)),))
    assert len(STORE.occurrences(brand_id=ours.id, selection=mine, within=DAY).at) == 1
    assert seen(stream(ours, Selection("x"), breakdown=evil)) == set()


def test_a_version_moves_with_what_changes_answers_and_with_nothing_else(ours: Tenant, theirs: Tenant) -> None:
    versions = [STORE.version(brand_id=ours.id)]
    for change in (
        [event(minutes=5)],
        [event(minutes=5)],
        [event(who="")],
        [event(who="bob", minutes=9), event(who="cy", minutes=8)],
        [event("link", who="bob", identity=Identity.ALIAS, alias="cy")],
    ):
        put(ours, *change)
        versions.append(STORE.version(brand_id=ours.id))
    put(theirs, event())
    moved = [later > earlier for earlier, later in pairwise(versions)]
    assert moved == [True, False, False, True, True]
    assert STORE.version(brand_id=ours.id) == versions[-1]


def end(transaction: ArrowTransaction) -> None:
    """PostgreSQL ends its connection."""
    terminate(backend(transaction))


def backend(transaction: ArrowTransaction) -> int:
    return int(transaction.fetch("SELECT pg_backend_pid() AS pid")["pid"][0].as_py())


def terminate(pid: int) -> None:
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_connection_that_died_unnoticed_is_replaced(ours: Tenant) -> None:
    put(ours, event())
    with pytest.raises(OperationalError), pool().transaction(ours.id) as transaction:
        end(transaction)  # noticed at the commit
    with pool().transaction(ours.id) as transaction:
        idle = backend(transaction)
    terminate(idle)
    assert STORE.version(brand_id=ours.id) == 1


def test_postgresql_going_away_in_the_middle_is_djangos_error_which_is_answered_with_503(ours: Tenant) -> None:
    def ask() -> None:
        with pool().transaction(ours.id) as transaction:
            end(transaction)
            transaction.fetch("SELECT 1 AS one")

    with pytest.raises(OperationalError):
        ask()
    assert STORE.version(brand_id=ours.id) == 0


@pytest.mark.parametrize("others", [False, True])
def test_steps_by_name_alone_are_answered_by_an_index_alone(others: bool, ours: Tenant) -> None:
    put(ours, *(event(name, minutes=n) for name in ("visit", "buy", "leave", "rest") for n in range(500)))
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], dbname=connection.settings_dict["NAME"]) as admin:
        admin.autocommit = True
        admin.execute("VACUUM ANALYZE analytics_event")
    statement, values = stream_statement(
        brand_id=ours.id,
        steps=[Selection("visit"), Selection("buy")],
        within=DAY,
        exclusions=[Selection("leave")],
        others=others,
    )
    with brand_scope(ours.brand), connection.cursor() as cursor:
        for setting in ("enable_seqscan", "enable_bitmapscan"):  # a table as small as this may be read whole
            cursor.execute(f"SET LOCAL {setting} = off")
        cursor.execute(f"EXPLAIN {with_literals(statement, values)}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using" in plan
    assert "Index Scan" not in plan
    assert "Heap" not in plan
