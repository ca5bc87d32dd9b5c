"""Events as they came, their names, what could not be taken, and how long they are kept."""

from typing import Any

import pytest

from analytics.ingest.incoming import Identity
from analytics.models import AnalyticsSettings
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for
from tests.integration.analytics.recorded import NOW, event, put


def listed(tenant: Tenant, path: str, role: str = "ANALYST", **query: Any) -> Any:
    answer = client_for(tenant.person(role)).get(f"{tenant.url}analytics/{path}/", query)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def test_events_are_listed_with_the_newest_first(ours: Tenant, theirs: Tenant) -> None:
    put(theirs, event("theirs"))
    put(ours, event("old", minutes=9), event("new", properties={"colour": "red"}), event("middle", minutes=5))
    found = listed(ours, "events")
    assert [item["name"] for item in found] == ["new", "middle", "old"]
    assert (found[0]["person"], found[0]["properties"]) == (1, {"colour": "red"})


def test_pages_of_events_hold_each_once_also_those_of_one_moment(ours: Tenant) -> None:
    put(ours, *(event(f"e{n}", minutes=n // 3) for n in range(10)))
    client, url, seen = client_for(ours.analyst), f"{ours.url}analytics/events/?limit=3", []
    while url:
        page = client.get(url).json()
        seen += [item["name"] for item in page["results"]]
        url = page["next"]
    assert sorted(seen) == sorted(f"e{n}" for n in range(10))


def test_events_are_narrowed_by_name_id_person_and_time(ours: Tenant) -> None:
    put(ours, event(who="phone", minutes=9), event(who="laptop", minutes=8), event("buy", who="else", minutes=7))
    put(ours, event("link", who="laptop", identity=Identity.ALIAS, alias="phone", minutes=1))
    assert len(listed(ours, "events", name="visit")) == 2
    assert [item["person"] for item in listed(ours, "events", distinct_id="phone")] == [2]
    assert listed(ours, "events", distinct_id="nobody") == []
    assert len(listed(ours, "events", person=1)) == len(listed(ours, "events", person=2)) == 3
    assert len(listed(ours, "events", since=NOW.replace(minute=0).isoformat())) == 0
    assert len(listed(ours, "events", until=NOW.isoformat())) == 4


@pytest.mark.parametrize(
    "query", ["person=0", "person=1.5", "person=x", "person=99999999999999999999", "cursor=x", "since=x", "who=x"]
)
def test_what_events_cannot_be_narrowed_by_is_refused_by_name(query: str, ours: Tenant) -> None:
    answer = client_for(ours.analyst).get(f"{ours.url}analytics/events/?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [query.partition("=")[0]])


def test_names_of_events_come_with_their_counts(ours: Tenant, theirs: Tenant) -> None:
    put(theirs, event("theirs"))
    put(ours, event("b"), event("a", minutes=1), event("a", minutes=24 * 60))
    assert listed(ours, "event-names") == [
        {"name": "a", "events": 2, "first_date": "2024-06-19", "last_date": "2024-06-20"},
        {"name": "b", "events": 1, "first_date": "2024-06-20", "last_date": "2024-06-20"},
    ]


def test_dead_letters_tell_why_and_are_narrowed(ours: Tenant) -> None:
    put(ours, event(who="a\x00b"), event(""))
    found = listed(ours, "dead-letters")
    assert [(item["code"], item["source"]) for item in found] == [("bad_name", "test"), ("nul", "test")]
    assert "a\\u0000b" in found[1]["payload"]
    assert [item["code"] for item in listed(ours, "dead-letters", code="nul")] == ["nul"]
    assert listed(ours, "dead-letters", source="posthog") == []


@pytest.mark.parametrize("path", ["events", "event-names", "dead-letters"])
def test_lists_cost_the_same_queries_however_long(path: str, ours: Tenant, django_assert_num_queries: Any) -> None:
    client = client_for(ours.analyst)
    put(ours, event(), event(""))
    costs = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{ours.url}analytics/{path}/")
        costs.append(len(queries))
        put(ours, *(event(f"e{n}") for n in range(20)), *(event("", insert_id=f"{n}") for n in range(20)))
    assert costs[0] == costs[1] <= 9


def test_a_viewer_sees_no_events(ours: Tenant) -> None:
    for path in ("events", "event-names", "dead-letters"):
        assert client_for(ours.viewer).get(f"{ours.url}analytics/{path}/").status_code == 403


def test_an_owner_bounds_how_long_events_are_kept_and_a_viewer_does_not(ours: Tenant) -> None:
    url = f"{ours.url}analytics/settings/"
    assert client_for(ours.viewer).get(url).json() == {"keep_events_days": None}
    assert client_for(ours.viewer).patch(url, {"keep_events_days": 90}).status_code == 403
    assert client_for(ours.owner).patch(url, {"keep_events_days": 90}).json() == {"keep_events_days": 90}
    for wrong in (29, 10_001, "x", 1.5):
        answer = client_for(ours.owner).patch(url, {"keep_events_days": wrong})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["keep_events_days"])
    with brand_scope(ours.brand):
        assert AnalyticsSettings.objects.get().keep_events_days == 90
