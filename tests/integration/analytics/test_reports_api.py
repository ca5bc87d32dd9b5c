"""Saved reports: a question kept, and asked again as its endpoint answers it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from analytics.models import AnalyticsReport
from analytics.stores.connections import pool
from brands import registry
from brands.errors import NotFound
from brands.models import AuditEntry, DomainEvent
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for
from tests.integration.analytics.recorded import event, put

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
FIXED = {"from": "2026-01-01", "to": "2026-01-31", "as_of": "2026-02-01T00:00:00Z"}
COHORTS = {"name": "Months", "kind": "COHORTS"}


@pytest.fixture
def visited(committed: None, ours: Tenant) -> Iterator[None]:
    came = [
        event(name, who, at=NOW - timedelta(days=n))
        for n in range(40)
        for who, name in (("ann", "visit"), ("ben", "buy"))
    ]
    put(ours, *came, event("buy", "ann", at=NOW), at=NOW)
    yield
    pool().close()


def call(tenant: Tenant, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    more = {} if method == "get" else {"format": "json"}
    answer = getattr(client_for(tenant.key), method)(f"{tenant.url}analytics/{path}", body, **more)
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def save(tenant: Tenant, status: int = 201, **facts: Any) -> Any:
    return call(tenant, "post", "reports/", {"name": str(facts.get("kind")), **facts}, status)


def without_moment(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "as_of"}


def subjects(tenant: Tenant) -> tuple[str, str, str]:
    steps = [{"event": "visit"}, {"event": "buy"}]
    funnel = call(tenant, "post", "funnels/", {"name": "f", "steps": steps, "window_seconds": 86_400}, 201)["id"]
    visits, buys = (
        call(tenant, "post", "metrics/", {"name": name, "definition": {"measure": "count", "event": name}}, 201)["id"]
        for name in ("visit", "buy")
    )
    return funnel, visits, buys


def test_a_report_answers_as_the_endpoint_of_its_kind_does(ours: Tenant, visited: None) -> None:
    funnel, visits, buys = subjects(ours)
    buyers = call(ours, "post", "segments/", {"name": "b", "criteria": {"event": "visit"}}, 201)["id"]
    asked = [
        ("FUNNEL", {"funnel": funnel, "breakdown": "plan"}, f"funnels/{funnel}/result/", ["funnel"]),
        ("FUNNEL", {"funnel": funnel, "segment": buyers}, f"funnels/{funnel}/result/", ["funnel"]),
        ("FUNNEL_TREND", {"funnel": funnel, "interval": "week"}, f"funnels/{funnel}/trend/", ["funnel"]),
        ("FUNNEL_TIMES", {"funnel": funnel, "bins": 3}, f"funnels/{funnel}/times/", ["funnel"]),
        ("RETENTION", {"period": "week", "start_event": "buy", "breakdown": "plan"}, "retention/", []),
        ("COHORTS", {"grain": "WEEK"}, "cohorts/", []),
        ("METRIC", {"metric": visits, "compare": True}, f"metrics/{visits}/values/", ["metric"]),
        ("CORRELATIONS", {"metric": [visits, buys], "by": "day"}, "correlations/", []),
    ]
    for number, (kind, parameters, path, named) in enumerate(asked):
        made = save(ours, name=f"report {number}", kind=kind, parameters=parameters)
        query = {name: value for name, value in parameters.items() if name not in named}
        direct = call(ours, "get", path, query)
        assert without_moment(call(ours, "get", f"reports/{made['id']}/result/")) == without_moment(direct), kind


def test_a_range_is_fixed_or_moves_along(ours: Tenant, visited: None) -> None:
    funnel, _, _ = subjects(ours)
    moving = save(ours, kind="FUNNEL_TREND", parameters={"funnel": funnel}, last_days=7)["id"]
    found = call(ours, "get", f"reports/{moving}/result/")
    assert (len(found["periods"]), found["semantics"]["to"]) == (7, str(datetime.now(UTC).date()))
    fixed = save(ours, kind="FUNNEL", parameters={"funnel": funnel, **FIXED})["id"]
    first, second = (client_for(ours.key).get(f"{ours.url}analytics/reports/{fixed}/result/").content for _ in range(2))
    assert first == second
    problem = call(ours, "patch", f"reports/{fixed}/", {"last_days": 7}, 400)
    assert list(problem["errors"]) == ["last_days"]
    call(ours, "delete", f"funnels/{funnel}/", status=204)
    assert "parameters.funnel" in call(ours, "get", f"reports/{fixed}/result/", status=400)["errors"]


def test_a_report_that_cannot_be_is_refused_by_field(db: None, ours: Tenant, theirs: Tenant) -> None:
    _, own, _ = subjects(ours)
    funnel, other, _ = subjects(theirs)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"kind": "PIE"}, "kind"),
        ({"kind": "FUNNEL"}, "parameters.funnel"),
        ({"kind": "FUNNEL", "parameters": {"funnel": funnel}}, "parameters.funnel"),
        ({"kind": "METRIC", "parameters": {"metric": [other]}}, "parameters.metric"),
        ({"kind": "CORRELATIONS", "parameters": {"metric": [own, other]}}, "parameters.metric"),
        ({"kind": "CORRELATIONS"}, "parameters.metric"),
        ({"kind": "CORRELATIONS", "parameters": {"metric": [own] * 101}}, "parameters.metric"),
        ({"kind": "RETENTION", "parameters": {"columns": 0}}, "parameters.columns"),
        ({"kind": "RETENTION", "parameters": {"segment": own}}, "parameters.segment"),
        ({"kind": "RETENTION", "parameters": {"start_filters": "{"}}, "parameters.start_filters"),
        ({"kind": "COHORTS", "parameters": {"surprise": 1}}, "parameters.surprise"),
        ({"kind": "COHORTS", "parameters": {"from": {}}}, "parameters.from"),
        ({"kind": "COHORTS", "parameters": []}, "parameters"),
        ({"kind": "COHORTS", "parameters": {"from": "2026-01-01"}, "last_days": 7}, "last_days"),
        ({"kind": "COHORTS", "last_days": 0}, "last_days"),
    ]
    for facts, field in wrong:
        assert list(save(ours, 400, **facts)["errors"]) == [field], facts


def test_a_report_is_a_resource_of_its_brand_alone(db: None, ours: Tenant, theirs: Tenant) -> None:
    made = call(ours, "post", "reports/", COHORTS, 201)["id"]
    with brand_scope(ours.brand):
        assert str(registry.resolve(actor=ours.actor(), code="ANALYTICS_REPORT", id=made)) == "Months"
    with brand_scope(theirs.brand), pytest.raises(NotFound):
        registry.resolve(actor=theirs.actor(), code="ANALYTICS_REPORT", id=made)
    for path in ("", "result/"):
        call(theirs, "get", f"reports/{made}/{path}", status=404)
    assert client_for(ours.viewer).get(f"{ours.url}analytics/reports/{made}/result/").status_code == 403


def test_reports_are_named_once_and_changes_are_told(db: None, ours: Tenant, theirs: Tenant) -> None:
    made = call(ours, "post", "reports/", COHORTS, 201)["id"]
    call(theirs, "post", "reports/", COHORTS, 201)
    assert "name" in call(ours, "post", "reports/", {**COHORTS, "name": "MONTHS"}, 400)["errors"]
    call(ours, "patch", f"reports/{made}/", {"last_days": 90})
    call(ours, "delete", f"reports/{made}/", status=204)
    wanted = ["report.created", "report.changed", "report.deleted"]
    with brand_scope(ours.brand):
        told = DomainEvent.objects.filter(type__startswith="report.").order_by("seq")
        assert list(told.values_list("type", flat=True)) == wanted
        assert set(AuditEntry.objects.filter(object_id=made).values_list("action", flat=True)) == set(wanted)


def test_a_list_of_reports_costs_the_same_however_long(db: None, ours: Tenant) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            call(ours, "get", "reports/")
        return len(asked)

    save(ours, **COHORTS)
    first = cost()
    for number in range(3):
        save(ours, **{**COHORTS, "name": str(number)})
    assert cost() == first


def test_the_database_refuses_a_report_that_cannot_be(db: None, ours: Tenant) -> None:
    impossible: list[dict[str, Any]] = [
        {"name": ""},
        {"kind": "PIE"},
        {"kind": "FUNNEL"},
        {"kind": "METRIC", "parameters": {"funnel": "x"}},
        {"parameters": []},
        {"last_days": 0},
        {"last_days": 7, "parameters": {"to": "2026-01-01"}},
    ]
    with brand_scope(ours.brand):
        for facts in impossible:
            with pytest.raises(IntegrityError), transaction.atomic():
                AnalyticsReport.objects.create(**{"brand": ours.brand, "created_by": ours.owner, **COHORTS, **facts})
