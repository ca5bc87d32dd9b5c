"""Metrics: kept, changed, forgotten, and refused with the field that is wrong."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from analytics.models import Metric
from analytics.services import metrics
from brands.choices import Role
from brands.models import AuditEntry, DomainEvent
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for

COUNT = {"measure": "count", "event": "visit"}
REVENUE = {
    "measure": "sum",
    "event": "purchase",
    "property": "$revenue",
    "filters": [{"property": "country", "operator": "is", "values": ["SE", "NO"]}],
}
RATE = {"measure": "formula", "operation": "divided_by", "first": REVENUE, "second": COUNT}


@pytest.fixture
def client(ours: Tenant) -> Any:
    return client_for(ours.key)


def address(tenant: Tenant, below: str = "") -> str:
    return f"{tenant.url}analytics/metrics/{below}"


def keep(client: Any, tenant: Tenant, **changes: Any) -> dict[str, Any]:
    answer = client.post(address(tenant), {"name": "Visits", "definition": COUNT, **changes})
    assert answer.status_code == 201, answer.json()
    return answer.json()


@pytest.mark.parametrize(
    "definition", [COUNT, REVENUE, RATE, {"measure": "percentile", "property": "ms", "percent": 95}]
)
def test_a_metric_is_kept_as_it_was_said(client: Any, ours: Tenant, definition: dict[str, Any]) -> None:
    answer = client.post(
        address(ours),
        {"name": "One", "unit": "SEK", "subject": "REVENUE", "description": "x", "definition": definition},
    )
    made = answer.json()
    assert (answer.status_code, made["definition"], made["subject"]) == (201, definition, "REVENUE")
    assert client.get(answer["Location"]).json() == made
    assert [row["id"] for row in client.get(address(ours)).json()["results"]] == [made["id"]]


def test_a_metric_is_changed_and_forgotten_with_a_trace_of_both(client: Any, ours: Tenant) -> None:
    made = keep(client, ours)
    place = address(ours, f"{made['id']}/")
    changed = client.patch(place, {"name": "Views", "definition": {"measure": "people"}}).json()
    assert (changed["name"], changed["definition"]) == ("Views", {"measure": "people"})
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404
    with brand_scope(ours.brand):
        actions = ["metric.created", "metric.changed", "metric.deleted"]
        assert (
            list(AuditEntry.objects.filter(action__startswith="metric").order_by("id").values_list("action", flat=True))
            == actions
        )
        assert (
            list(DomainEvent.objects.filter(type__startswith="metric").order_by("seq").values_list("type", flat=True))
            == actions
        )


def test_a_name_is_taken_once_whatever_its_capitals(client: Any, ours: Tenant, theirs: Tenant) -> None:
    keep(client, ours)
    other = keep(client, ours, name="Sales")
    taken = {"name": ["Another metric has this name."]}
    assert client.post(address(ours), {"name": "visits", "definition": COUNT}).json()["errors"] == taken
    assert client.patch(address(ours, f"{other['id']}/"), {"name": "VISITS"}).json()["errors"] == taken
    keep(client_for(theirs.key), theirs)


def test_one_idempotency_key_makes_one_metric(client: Any, ours: Tenant) -> None:
    body = {"name": "Visits", "definition": COUNT}
    answers = [client.post(address(ours), body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    ("definition", "wrong"),
    [
        ({}, "definition.measure"),
        ({"measure": "median"}, "definition.measure"),
        ({"measure": "count", "property": "x"}, "definition.property"),
        ({"measure": "sum"}, "definition.property"),
        ({"measure": "sum", "property": "x", "percent": 5}, "definition.percent"),
        ({"measure": "percentile", "property": "x", "percent": 101}, "definition.percent"),
        ({"measure": "percentile", "property": "x", "percent": "NaN"}, "definition.percent"),
        ({"measure": "count", "event": ""}, "definition.event"),
        ({"measure": "count", "event": "a\0b"}, "definition.event"),
        ({"measure": "count", "event": "x" * 201}, "definition.event"),
        ({"measure": "count", "typo": 1}, "definition.typo"),
        ({"measure": "count", "first": COUNT}, "definition.first"),
        ({"measure": "formula", "operation": "plus", "first": COUNT}, "definition.second"),
        ({**RATE, "operation": "modulo"}, "definition.operation"),
        ({**RATE, "event": "x"}, "definition.event"),
        ({**RATE, "first": RATE}, "definition.first.operation"),
        ({**RATE, "second": {"measure": "sum"}}, "definition.second.property"),
        ({**COUNT, "filters": [{"property": "a", "operator": "is"}]}, "definition.filters.0.values"),
        ({**COUNT, "filters": [{"property": "a", "operator": "is_set", "values": [1]}]}, "definition.filters.0.values"),
        ({**COUNT, "filters": [{"property": "a", "operator": "is", "values": [{}]}]}, "definition.filters.0.values.0"),
        (
            {**COUNT, "filters": [{"property": "a", "operator": "is", "values": [1e301]}]},
            "definition.filters.0.values.0",
        ),
        (
            {**COUNT, "filters": [{"property": "a", "operator": "is", "values": ["a\0"]}]},
            "definition.filters.0.values.0",
        ),
        ({**COUNT, "filters": [{"property": "a", "operator": "is_set"}] * 11}, "definition.filters"),
    ],
)
def test_what_cannot_be_measured_is_refused_by_its_field(
    client: Any, ours: Tenant, definition: dict[str, Any], wrong: str
) -> None:
    answer = client.post(address(ours), {"name": "x", "definition": definition})
    assert answer.status_code == 400
    assert wrong in answer.json()["errors"], answer.json()
    assert client.get(address(ours)).json()["results"] == []


def test_analysts_keep_metrics_and_viewers_do_not_even_see_them(ours: Tenant) -> None:
    made = keep(client_for(ours.analyst), ours)
    assert client_for(ours.viewer).get(address(ours)).status_code == 403
    reading = client_for(ours.key_with("analytics.view"))
    assert reading.get(address(ours, f"{made['id']}/")).status_code == 200
    assert reading.patch(address(ours, f"{made['id']}/"), {"name": "x"}).status_code == 403
    assert reading.delete(address(ours, f"{made['id']}/")).status_code == 403


def test_a_brand_keeps_so_many_metrics_and_no_more(
    client: Any, ours: Tenant, theirs: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "MOST_METRICS", 1)
    keep(client_for(theirs.key), theirs)
    keep(client, ours)
    answer = client.post(address(ours), {"name": "Another", "definition": COUNT})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_metrics")


def test_a_list_costs_as_many_queries_however_long_it_is(
    client: Any, ours: Tenant, django_assert_num_queries: Any
) -> None:
    client.get(address(ours))
    for number in range(9):
        keep(client, ours, name=f"Metric {number}")
        if number in {2, 8}:
            with django_assert_num_queries(8):
                assert len(client.get(address(ours)).json()["results"]) == number + 1


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("metric_name_once", {"name": "VISITS"}),
        ("metric_named", {"name": ""}),
        ("metric_subject_known", {"name": "a", "subject": "WEATHER"}),
        ("metric_measure_known", {"name": "a", "definition": {"measure": "median"}}),
        ("metric_measure_known", {"name": "a", "definition": {}}),
        ("metric_measure_known", {"name": "a", "definition": []}),
    ],
)
def test_the_database_refuses_what_breaks_a_metric(ours: Tenant, constraint: str, changes: dict[str, Any]) -> None:
    with brand_scope(ours.brand):
        made = metrics.create(actor=ours.actor(Role.ANALYST), name="Visits", definition=COUNT)
        copy = {"name": made.name, "definition": made.definition, "created_by": made.created_by, "brand": ours.brand}
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Metric.objects.create(**{**copy, **changes})
