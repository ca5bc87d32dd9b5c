"""One way into the store: what becomes of each event, of people, and of the roll-ups."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from analytics.ingest.incoming import Identity, Kept, Outcome, Rejected
from analytics.models import DailyCount, DeadLetter, Event
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.analytics.recorded import NOW, event, put


def persons(tenant: Tenant) -> list[int]:
    with brand_scope(tenant.brand):
        return list(Event.objects.order_by("at").values_list("person", flat=True))


def counts(tenant: Tenant) -> dict[tuple[str, str], tuple[int, int]]:
    with brand_scope(tenant.brand):
        return {(f"{c.day_date}", c.name): (c.events, c.people) for c in DailyCount.objects.all()}


def letters(tenant: Tenant) -> Sequence[str]:
    with brand_scope(tenant.brand):
        return list(DeadLetter.objects.order_by("id").values_list("code", flat=True))


def test_an_event_is_stored_with_what_it_says(ours: Tenant) -> None:
    put(ours, event("purchase", session="s1", properties={"colour": "röd"}, revenue=Decimal("9.5"), currency="eur"))
    with brand_scope(ours.brand):
        (found,) = Event.objects.all()
    assert (found.name, found.distinct_id, found.session, found.at) == ("purchase", "ann", "s1", NOW)
    assert (found.properties, found.revenue, found.currency) == ({"colour": "röd"}, Decimal("9.500000"), "EUR")


def test_the_same_event_again_is_a_duplicate_within_a_batch_and_later(ours: Tenant) -> None:
    once = event(insert_id="a")
    assert put(ours, once, once).results == [Kept.OK, Kept.DUPLICATE]
    assert put(ours, once) == Outcome(0, 1, 0, [Kept.DUPLICATE])
    assert counts(ours) == {("2024-06-20", "visit"): (1, 1)}


def test_an_event_sent_again_by_a_wrong_clock_is_a_duplicate_though_its_time_was_corrected_differently(
    ours: Tenant,
) -> None:
    put(ours, event(insert_id="a"))
    assert put(ours, event(insert_id="a", at=NOW + timedelta(milliseconds=137))).duplicates == 1


def test_the_same_insert_id_in_another_month_is_another_event(ours: Tenant) -> None:
    put(ours, event(insert_id="a"))
    assert put(ours, event(insert_id="a", at=NOW - timedelta(days=40))).stored == 1


def test_what_is_accepted_is_stored_or_a_duplicate_or_a_dead_letter(ours: Tenant) -> None:
    bad = Rejected("broken", "It was broken.", {"a": "\x00"})
    outcome = put(ours, event(insert_id="a"), event(insert_id="a"), bad, event("x" * 201), event("other"))
    assert (outcome.stored, outcome.duplicates, outcome.rejected) == (2, 1, 2)
    assert [getattr(result, "code", result) for result in outcome.results] == [
        "ok", "duplicate", "broken", "bad_name", "ok",
    ]  # fmt: skip
    assert letters(ours) == ["broken", "bad_name"]


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("bad_name", {"name": ""}),
        ("bad_distinct_id", {"who": ""}),
        ("bad_distinct_id", {"who": "x" * 401}),
        ("bad_insert_id", {"insert_id": ""}),
        ("bad_session", {"session": "x" * 201}),
        ("bad_alias", {"identity": Identity.ALIAS, "alias": ""}),
        ("nul", {"who": "a\x00b"}),
        ("nul", {"properties": {"deep": [{"a": "\x00"}]}}),
        ("nul", {"properties": {"a\x00": 1}}),
        ("surrogate", {"name": "\ud800"}),
        ("surrogate", {"properties": {"a": "\udfff"}}),
        ("far_future", {"at": NOW + timedelta(days=1, seconds=1)}),
        ("too_old", {"at": datetime(1999, 12, 31, 23, 59, tzinfo=UTC)}),
        ("negative_revenue", {"revenue": Decimal("-0.01")}),
        ("bad_revenue", {"revenue": Decimal("NaN")}),
        ("bad_revenue", {"revenue": Decimal(10**12)}),
        ("bad_revenue", {"revenue": Decimal("999999999999.9999999")}),
        ("bad_revenue", {"revenue": Decimal("1e999999")}),
        ("bad_currency", {"revenue": Decimal(1), "currency": "€"}),
        ("bad_properties", {"properties": {"a": float("nan")}}),
        ("bad_properties", {"properties": {"a": float("inf")}}),
        ("too_large", {"properties": {"a": "x" * 32_768}}),
        ("too_deep", {"properties": {"a": [[[[[[[[[[1]]]]]]]]]]}}),
    ],
)
def test_a_bad_event_is_a_dead_letter_and_the_good_one_beside_it_is_stored(
    code: str, facts: dict[str, Any], ours: Tenant
) -> None:
    assert put(ours, event(**facts), event("good")).rejected == 1
    assert letters(ours) == [code]
    assert counts(ours) == {("2024-06-20", "good"): (1, 1)}


def test_a_text_that_only_spells_nul_is_no_nul(ours: Tenant) -> None:
    assert put(ours, event(properties={"a": "\\u0000"})).stored == 1


def test_revenue_without_a_currency_is_in_the_brands_own(ours: Tenant) -> None:
    put(ours, event(revenue=Decimal("0.30000000000000004")))
    with brand_scope(ours.brand):
        assert Event.objects.values_list("revenue", "currency").get() == (Decimal("0.300000"), "USD")


def test_a_persons_number_is_the_brands_own(ours: Tenant, theirs: Tenant) -> None:
    put(theirs, *(event(who=f"p{n}") for n in range(5)))
    put(ours, event(who="ann", minutes=2), event(who="bob", minutes=1), event(who="ann"))
    assert persons(ours) == [1, 2, 1]


def test_who_is_identified_stays_the_person_they_were(ours: Tenant) -> None:
    put(ours, event(who="anonymous-1", minutes=9))
    known = event("signup", who="ann", identity=Identity.IDENTIFY, alias="anonymous-1", minutes=5)
    put(ours, known, event(who="ann", minutes=1), event(who="anonymous-1"))
    assert set(persons(ours)) == {1}


def test_people_who_turn_out_to_be_one_are_counted_once_from_then_on(ours: Tenant) -> None:
    put(ours, event(who="phone", minutes=9), event(who="laptop", minutes=8), event("buy", who="phone", minutes=7))
    assert counts(ours)[("2024-06-20", "visit")] == (2, 2)
    put(ours, event("link", who="laptop", identity=Identity.ALIAS, alias="phone"))
    assert counts(ours) == {
        ("2024-06-20", "visit"): (2, 1),
        ("2024-06-20", "buy"): (1, 1),
        ("2024-06-20", "link"): (1, 1),
    }
    put(ours, event(who="phone", at=NOW + timedelta(minutes=1)))
    assert persons(ours) == [1, 2, 1, 2, 2]


def test_two_people_on_one_device_are_not_merged_by_identifying(ours: Tenant) -> None:
    put(ours, event("signup", who="ann", identity=Identity.IDENTIFY, alias="device", minutes=9))
    put(ours, event("signup", who="bob", identity=Identity.IDENTIFY, alias="device", minutes=5))
    put(ours, event(who="ann", minutes=2), event(who="bob", minutes=1))
    assert persons(ours) == [1, 2, 1, 2]


def test_a_late_event_repairs_its_day(ours: Tenant) -> None:
    put(ours, event(who="ann"))
    put(ours, event(who="bob", at=NOW - timedelta(days=29)), event(who="ann", at=NOW - timedelta(days=29)))
    assert counts(ours) == {("2024-06-20", "visit"): (1, 1), ("2024-05-22", "visit"): (2, 2)}


def test_the_largest_and_the_smallest_that_may_come_are_stored(ours: Tenant) -> None:
    wide = "\U0001f600"
    put(
        ours,
        event(
            wide * 200,
            wide * 400,
            insert_id=wide * 200,
            session=wide * 200,
            revenue=Decimal("999999999999.999999"),
            at=datetime(2000, 1, 1, tzinfo=UTC),
            properties={"a": [[[[[[[[[10**308, 1e308, 5e-324]]]]]]]]], "": None, wide: "x" * 30_000},
        ),
        event("x", "y", insert_id="z", at=NOW + timedelta(days=1), revenue=Decimal("1e-999999")),
    )
    with brand_scope(ours.brand):
        assert sorted(Event.objects.values_list("revenue", flat=True)) == [0, Decimal("999999999999.999999")]
