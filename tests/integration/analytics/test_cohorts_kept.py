"""Cohorts that beat keeps: built from events, null while young, and one brand's alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from analytics import tasks
from analytics.ingest.incoming import IncomingEvent
from analytics.models import AnalyticsCohort
from analytics.services import cohorts, retention
from analytics.stores.connections import pool
from brands.models import Brand
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for
from tests.integration.analytics.recorded import event, put

FIRST = datetime(2024, 3, 1, 12, tzinfo=UTC)
AT = datetime(2024, 6, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _connections(committed: None) -> Iterator[None]:
    yield
    pool().close()


def come(tenant: Tenant, who: str, *days: int, **facts: Any) -> None:
    put(tenant, *(event("visit", who, at=FIRST + timedelta(days=day), **facts) for day in days))


def built(tenant: Tenant, at: datetime = AT) -> int:
    return cohorts.rebuild(brand_id=tenant.id, at=at)


def known_dates(tenant: Tenant) -> dict[Any, Any]:
    with brand_scope(tenant.brand):
        return {
            (row.grain, str(row.start_date), row.period_days): row.known_date for row in AnalyticsCohort.objects.all()
        }


def ask(tenant: Tenant, status: int = 200, **query: Any) -> Any:
    answer = client_for(tenant.key).get(f"{tenant.url}analytics/cohorts/", query)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_cohort_tells_its_people_money_and_retention_and_what_is_too_young_is_null(ours: Tenant) -> None:
    come(ours, "ann", 0, 3, revenue=Decimal("10.50"), currency="USD")
    come(ours, "ben", 1)
    come(ours, "cat", 1, 2, revenue=Decimal(7), currency="EUR")
    built(ours)
    found = ask(ours)
    assert (found["grain"], found["known_date"]) == ("MONTH", "2024-06-20")
    [march] = found["cohorts"]
    assert (march["start_date"], march["people"], march["complete"]) == ("2024-03-01", 3, True)
    week, _, _, half, year = march["cells"]
    assert (week["period_days"], week["revenue"], week["ltv"], week["seen"]) == (7, "21.000000", "7.000000", 2)
    assert week["retention_low"] < week["retention"] < week["retention_high"]
    assert {half[name] for name in ("revenue", "ltv", "retention", "seen", "cost", "margin")} == {None}
    assert (half["matures_date"], year["matures_date"]) == ("2024-09-27", "2025-03-31")


def generated(who: str, outcome: str, day: int, cost_usd: Any) -> IncomingEvent:
    at = FIRST + timedelta(days=day)
    return event(f"$generation_{outcome}", who, at=at, properties={"cost_usd": cost_usd})


def test_serving_a_cohort_costs_what_the_studio_paid_for_its_people(ours: Tenant) -> None:
    come(ours, "ann", 0, revenue=Decimal(9), currency="USD")
    come(ours, "ben", 0)
    spent = [("completed", 1, 0.25), ("failed", 2, 0.5), ("cancelled", 20, 1), ("requested", 1, 99)]
    put(ours, *(generated("ann", *each) for each in spent), generated("ben", "completed", 0, 2))
    put(ours, *(generated("ben", "failed", 1, wrong) for wrong in (-1, 1e300, "5", None, [1])))
    built(ours)
    week, month, *_, year = ask(ours)["cohorts"][0]["cells"]
    assert (week["cost_usd"], week["cost"], week["margin"]) == ("2.750000", "2.750000", "6.250000")
    assert (month["cost_usd"], year["cost_usd"]) == ("3.750000", None)


def test_in_another_currency_the_cost_is_known_in_usd_alone(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        Brand.objects.filter(pk=ours.id).update(currency="EUR")
    come(ours, "ann", 0, revenue=Decimal(9), currency="EUR")
    put(ours, generated("ann", "completed", 1, 2))
    built(ours)
    week = ask(ours)["cohorts"][0]["cells"][0]
    assert (week["revenue"], week["cost_usd"], week["cost"], week["margin"]) == ("9.000000", "2.000000", None, None)


def test_a_retention_may_be_estimated_before_all_have_lived_through_the_period(ours: Tenant) -> None:
    for day in range(20):
        come(ours, f"early {day}", day, *([day + 10] if day % 2 else []))
    built(ours, at=FIRST + timedelta(days=45))
    month = ask(ours)["cohorts"][0]["cells"][1]
    assert (month["revenue"], month["seen"], month["estimated"]) == (None, None, True)
    assert month["retention"] == pytest.approx(0.5)
    assert month["retention_low"] < 0.5 < month["retention_high"]


def test_grains_and_days_narrow_the_table(ours: Tenant) -> None:
    come(ours, "ann", 0)
    come(ours, "ben", 8)
    built(ours)
    assert [row["start_date"] for row in ask(ours, grain="DAY")["cohorts"]] == ["2024-03-01", "2024-03-09"]
    assert [row["start_date"] for row in ask(ours, grain="WEEK")["cohorts"]] == ["2024-02-26", "2024-03-04"]
    later = ask(ours, **{"grain": "DAY", "from": "2024-03-02", "to": "2024-03-31"})
    assert [row["start_date"] for row in later["cohorts"]] == ["2024-03-09"]


def test_nothing_is_read_or_written_when_nothing_is_new(ours: Tenant) -> None:
    come(ours, "ann", 0, 3)
    assert built(ours) == 15
    assert built(ours) == 0
    # The next day nothing of it says anything else.
    assert built(ours, at=AT + timedelta(days=1)) == 0
    assert ask(ours)["known_date"] == "2024-06-21"


def test_late_events_change_the_cohorts_that_they_concern_and_no_other(ours: Tenant) -> None:
    come(ours, "ann", 0)
    come(ours, "ben", 40)
    built(ours)
    before = known_dates(ours)
    come(ours, "ben", 41, revenue=Decimal(5), currency="USD")
    assert 0 < built(ours, at=AT + timedelta(days=1)) < len(before)
    touched = {key[1] for key, known_date in known_dates(ours).items() if known_date != before[key]}
    assert touched == {"2024-04-10", "2024-04-08", "2024-04-01"}


def test_a_cohort_whose_people_turn_out_to_have_come_earlier_is_forgotten(ours: Tenant) -> None:
    come(ours, "ann", 3)
    built(ours)
    come(ours, "ann", 0)
    built(ours)
    assert [row["start_date"] for row in ask(ours, grain="DAY")["cohorts"]] == ["2024-03-01"]


def test_cohorts_outlive_their_events_and_who_came_before_is_not_taken_for_new(ours: Tenant) -> None:
    come(ours, "ann", 0, 3, 40, revenue=Decimal(5), currency="USD")
    come(ours, "ben", 38)
    built(ours)
    before = ask(ours, grain="DAY")["cohorts"]
    retention.forget(brand_id=ours.id, before=datetime(2024, 4, 1, tzinfo=UTC))
    come(ours, "cat", 39)
    built(ours)
    after = ask(ours, grain="DAY")["cohorts"]
    assert after[0] == before[0]
    assert [(row["start_date"], row["people"]) for row in after] == [
        ("2024-03-01", 1),
        ("2024-04-08", 1),
        ("2024-04-09", 1),
    ]


def test_a_rebuild_after_many_changes_says_what_a_first_one_would(ours: Tenant, theirs: Tenant) -> None:
    for step in range(4):
        for tenant in (ours, theirs):
            come(tenant, f"person {step % 3}", step * 9, step * 9 + 4, revenue=Decimal(step), currency="USD")
        built(ours, at=AT - timedelta(days=30 * (4 - step)))
    built(ours)
    built(theirs)
    assert ask(ours, grain="WEEK")["cohorts"] == ask(theirs, grain="WEEK")["cohorts"]
    assert len(ask(ours, grain="WEEK")["cohorts"]) > 1


def test_another_brands_events_change_nothing(ours: Tenant, theirs: Tenant) -> None:
    come(ours, "ann", 0, 3)
    built(ours)
    before = ask(ours)
    come(theirs, "ann", 0, 1, 2)
    tasks.rebuild_cohorts(str(theirs.id))
    assert built(ours) == 0
    assert ask(ours) == before


def test_a_brand_without_events_has_an_empty_table(ours: Tenant) -> None:
    empty = {"grain": "MONTH", "built_at": None, "known_date": None, "cohorts": []}
    assert ask(ours) == empty
    assert built(ours) == 0
    assert ask(ours)["cohorts"] == []


def test_the_table_takes_as_many_queries_for_many_cohorts_as_for_one(ours: Tenant) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            ask(ours, grain="DAY")
        return len(found)

    come(ours, "ann", 0)
    built(ours)
    ask(ours)
    one = queries()
    for day in range(1, 9):
        come(ours, f"person {day}", day)
    built(ours)
    assert queries() == one


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("grain", {"grain": "YEAR"}),
        ("from", {"from": "soon"}),
        ("from", {"from": "2024-05-01", "to": "2024-04-01"}),
        ("to", {"to": "9999-01-01"}),
        ("grains", {"grains": "DAY"}),
    ],
)
def test_what_cannot_be_asked_is_named(ours: Tenant, field: str, query: dict[str, Any]) -> None:
    assert list(ask(ours, status=400, **query)["errors"]) == [field]


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("cohort_immature_is_null", {"known_date": "2024-03-02"}),
        ("cohort_immature_is_null", {"revenue": None, "ltv": None, "seen": None}),
        (
            "cohort_says_nothing_before_it_matures",
            {"revenue": None, "known_date": "2024-03-02", "seen": None, "ltv_low": None, "ltv_high": None},
        ),
        ("cohort_period_known", {"period_days": 8}),
        ("cohort_grain_known", {"grain": "YEAR"}),
        ("cohort_seen_of_people", {"seen": 3}),
        ("cohort_margin_adds_up", {"cost": None}),
        ("cohort_margin_adds_up", {"margin": 1}),
        ("cohort_cost_is_in_usd", {"cost_usd": 3}),
        ("cohort_cost_is_in_usd", {"cost_usd": None}),
        ("cohort_retention_within_interval", {"retention_low": 0.9}),
        ("cohort_retention_within_interval", {"retention_low": None}),
        ("cohort_retention_within_interval", {"retention_high": 1.5}),
        ("cohort_ltv_within_interval", {"ltv_low": 100}),
        ("cohort_ltv_within_interval", {"ltv_low": None}),
        ("cohort_trend_known", {"ltv_trend": "OFF"}),
    ],
)
def test_the_database_refuses_a_cohort_that_cannot_be(ours: Tenant, constraint: str, changes: dict[str, Any]) -> None:
    come(ours, "ann", 0, 1, revenue=Decimal(4), currency="USD")
    come(ours, "ben", 0, revenue=Decimal(3), currency="USD")
    built(ours)
    with brand_scope(ours.brand):
        good = AnalyticsCohort.objects.filter(grain="DAY", period_days=7)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            good.update(**changes)


def test_a_cohort_is_there_once(ours: Tenant) -> None:
    come(ours, "ann", 0)
    built(ours)
    with brand_scope(ours.brand):
        row = AnalyticsCohort.objects.all()[0]
        again = {field.attname: getattr(row, field.attname) for field in row._meta.local_fields if field.name != "id"}
        with pytest.raises(IntegrityError, match="cohort_once"), transaction.atomic():
            AnalyticsCohort(**again).save(force_insert=True)


def test_who_may_not_see_analytics_sees_no_cohorts(ours: Tenant, theirs: Tenant) -> None:
    url = f"{ours.url}analytics/cohorts/"
    assert client_for(ours.viewer).get(url).status_code == 403
    assert client_for(theirs.owner).get(url).status_code == 404
