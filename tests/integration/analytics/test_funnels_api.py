"""Funnels over HTTP: kept, asked, and the people behind a number."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.ingest.incoming import IncomingEvent
from analytics.ingest.storing import store
from tests.factories import Tenant, client_for

START = datetime(2026, 5, 4, 9, tzinfo=UTC)
STEPS = [{"event": "visit"}, {"event": "cart"}, {"event": "purchase"}]
FUNNEL = {"name": "To purchase", "steps": STEPS, "window_seconds": 86_400}
DAYS = {"from": "2026-05-01", "to": "2026-05-31"}


def happen(
    tenant: Tenant, who: str, *names: str, minutes: int = 10, start: datetime = START, **properties: Any
) -> None:
    events = [
        IncomingEvent(
            name=name,
            distinct_id=who,
            at=start + timedelta(minutes=minutes * n),
            insert_id=f"{who} {n} {start.isoformat()}",
            properties=properties,
        )
        for n, name in enumerate(names)
    ]
    store(brand_id=tenant.id, events=events, source="test", received_at=max(START + timedelta(days=20), start))


def ask(tenant: Tenant, path: str = "", status: int = 200, **query: Any) -> Any:
    answer = client_for(tenant.key).get(f"{tenant.url}analytics/funnels/{path}", query)
    assert answer.status_code == status, answer.content
    return answer.json()


def make(tenant: Tenant, status: int = 201, **changes: Any) -> Any:
    body = {**FUNNEL, **changes}
    answer = client_for(tenant.key).post(f"{tenant.url}analytics/funnels/", body, format="json")
    assert answer.status_code == status, answer.content
    return answer.json()


@pytest.fixture
def funnel(committed: None, ours: Tenant) -> str:
    happen(ours, "ann", "visit", "cart", "purchase", country="FR")
    happen(ours, "ben", "visit", "cart", country="FR")
    happen(ours, "cat", "visit", country="DE")
    happen(ours, "dan", "cart", "purchase", country="DE")
    return str(make(ours)["id"])


def test_a_funnel_tells_people_rates_and_where_most_leave(ours: Tenant, funnel: str) -> None:
    found = ask(ours, f"{funnel}/result/", **DAYS)
    assert [step["people"] for step in found["steps"]] == [3, 2, 1]
    assert (found["conversion"]["count"], found["conversion"]["of"]) == (1, 3)
    assert found["conversion"]["low"] < 1 / 3 < found["conversion"]["high"]
    assert found["critical_step"] == 1
    assert found["steps"][2]["seconds"]["median"] == 600
    assert found["semantics"]["order"] == "ordered"


def test_the_same_question_about_the_same_events_has_the_same_answer_to_the_byte(ours: Tenant, funnel: str) -> None:
    path = f"{ours.url}analytics/funnels/{funnel}/result/"
    first, second = (client_for(ours.key).get(path, {**DAYS, "as_of": "2026-06-15T00:00:00Z"}) for _ in range(2))
    assert first.content == second.content
    happen(ours, "eve", "visit", "cart", "purchase")
    assert ask(ours, f"{funnel}/result/", **DAYS)["people"] == 4


def test_the_people_behind_a_number_are_as_many_as_it_says(ours: Tenant, funnel: str) -> None:
    found = ask(ours, f"{funnel}/people/", step=1, fate="dropped", **DAYS)
    assert (found["count"], [person["distinct_ids"] for person in found["people"]]) == (1, [["cat"]])
    first = ask(ours, f"{funnel}/people/", step=0, limit=2, **DAYS)
    rest = ask(ours, f"{funnel}/people/", step=0, limit=2, after=first["after"], **DAYS)
    names = [name for page in (first, rest) for person in page["people"] for name in person["distinct_ids"]]
    assert (names, rest["after"]) == (["ann", "ben", "cat"], None)


def test_nobodys_time_has_run_out_before_it_has_whenever_one_asks_for(ours: Tenant, committed: None) -> None:
    now = datetime.now(UTC) - timedelta(minutes=5)
    happen(ours, "ann", "visit", start=now)
    path = f"{make(ours)['id']}/result/"
    found = ask(ours, path, as_of=(now + timedelta(days=9)).isoformat())
    assert (found["people"], found["open"]) == (1, 1)
    assert datetime.fromisoformat(found["as_of"]) < now + timedelta(days=1)


def test_a_breakdown_has_a_funnel_for_each_value(ours: Tenant, funnel: str) -> None:
    parts = ask(ours, f"{funnel}/result/", breakdown="country", **DAYS)["breakdown"]
    assert {part["value"]: part["report"]["people"] for part in parts} == {"FR": 2, "DE": 1}


def test_who_never_reached_the_step_of_the_value_is_told_from_who_had_none(ours: Tenant, funnel: str) -> None:
    happen(ours, "eve", "visit", "cart")
    query = {"breakdown": "country", "attribution": "STEP", "attribution_step": 1}
    parts = ask(ours, f"{funnel}/result/", **query, **DAYS)["breakdown"]
    told = {(part["value"], part["never_reached"]): part["report"]["people"] for part in parts}
    assert told == {("FR", False): 2, (None, False): 1, (None, True): 1}


def test_the_trend_has_every_day_and_times_have_bins(ours: Tenant, funnel: str) -> None:
    periods = ask(ours, f"{funnel}/trend/", **DAYS)["periods"]
    assert len(periods) == 31
    assert {each["label"]: each["people"] for each in periods if each["people"]} == {"2026-05-04": 3}
    times = ask(ours, f"{funnel}/times/", to_step=1, **DAYS)
    assert (times["spread"]["people"], times["spread"]["median"]) == (2, 600)


def test_a_brand_without_events_has_an_empty_answer(ours: Tenant, theirs: Tenant, funnel: str) -> None:
    other = make(theirs)["id"]
    found = ask(theirs, f"{other}/result/", **DAYS)
    assert (found["people"], found["conversion"]["value"], found["critical_step"]) == (0, None, None)


def test_another_brands_funnel_is_not_there(ours: Tenant, theirs: Tenant, funnel: str) -> None:
    ask(theirs, f"{funnel}/result/", status=404)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"steps": []}, "steps"),
        ({"steps": STEPS[:1]}, "steps"),
        ({"steps": STEPS * 7}, "steps"),
        ({"window_seconds": 0}, "window_seconds"),
        ({"window_seconds": 10**9}, "window_seconds"),
        ({"order": "sideways"}, "order"),
        ({"steps": [{"event": "a"}, {"event": "b", "filters": [{"property": "x"}]}]}, "steps.1.filters.0.values"),
        ({"steps": [{"event": "a", "optional": True}, {"event": "b"}]}, "steps.0"),
        ({"exclusions": [{"event": "x", "from_step": 1, "to_step": 1}]}, "exclusions.0.to_step"),
        ({"attribution_step": 3}, "attribution_step"),
        ({"name": "a\x00b"}, "name"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_funnel_that_cannot_be_is_refused_by_field(
    db: None, ours: Tenant, changes: dict[str, Any], field: str
) -> None:
    problem = make(ours, status=400, **changes)
    assert field in problem["errors"], problem


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-06-01", "to": "2026-05-01"}, "from"),
        ({"from": "2016-01-01", "to": "2026-01-01"}, "from"),
        ({"from": "soon"}, "from"),
        ({"to_step": 9}, "to_step"),
        ({"from_step": 2}, "to_step"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_question_that_cannot_be_is_refused_by_field(
    ours: Tenant, funnel: str, query: dict[str, Any], field: str
) -> None:
    assert field in ask(ours, f"{funnel}/trend/", status=400, **query)["errors"]


def test_names_are_the_brands_once(db: None, ours: Tenant, theirs: Tenant) -> None:
    make(ours)
    make(theirs)
    assert "name" in make(ours, status=400)["errors"]


def test_what_happened_a_moment_ago_counts(committed: None, ours: Tenant) -> None:
    made = make(ours)["id"]
    happen(ours, "ann", "visit", "cart", minutes=0, start=datetime.now(UTC))
    assert ask(ours, f"{made}/result/")["people"] == 1
