"""What goes with converting, and why one person did not, over HTTP."""

from collections.abc import Iterator

import pytest
from django.db import connection

from analytics.api.serializers import funnel_answers as words
from analytics.ingest.incoming import Identity, IncomingEvent
from analytics.ingest.storing import store
from analytics.metrics.funnel.trace import Reason
from analytics.stores.connections import pool
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for
from tests.integration.analytics.test_funnels_api import DAYS, START, ask, happen, make

# Straight into the table: the store would take ten times as long, and is tested elsewhere.
MANY = """
INSERT INTO analytics_event
    (brand_id, insert_id, at, name, person, distinct_id, session, properties, currency, received_at)
SELECT %s, n, %s + n * interval '1 second', (ARRAY['visit', 'cart', 'purchase'])[n %% 3 + 1], 1, 'robot', '', '{}', '',
    now()
FROM generate_series(1, 99999) n
"""
TWO = [{"event": "visit"}, {"event": "purchase"}]


@pytest.fixture(autouse=True)
def _connections(committed: None) -> Iterator[None]:
    yield
    pool().close()


@pytest.fixture
def funnel(ours: Tenant) -> str:
    """Of 12 who convert 10 saw the video and 9 came from Sweden, of 12 others one of each."""
    for n in range(24):
        converts, far = n < 12, n % 12
        names = ["visit", *(["video"] if far < (10 if converts else 1) else []), "help"]
        country = "SE" if far < (9 if converts else 1) else "NO"
        happen(ours, f"p{n}", *names, *(["purchase"] if converts else []), country=country, same="x")
    return str(make(ours, steps=TWO)["id"])


def test_drivers_are_told_with_intervals_and_q_values(ours: Tenant, theirs: Tenant, funnel: str) -> None:
    found = ask(ours, f"{funnel}/drivers/", **DAYS)
    assert (found["converted"], found["others"], found["open"], found["reason"]) == (12, 12, 0, None)
    told = {(each["event"], each["property"], each["value"]): each for each in found["drivers"]}
    assert set(told) == {
        ("video", None, None),
        ("help", None, None),
        (None, "country", "SE"),
        (None, "country", "NO"),
    }
    video, sweden = told["video", None, None], told[None, "country", "SE"]
    assert (video["converted_with"], video["others_with"], video["helps"]) == (10, 1, True)
    assert 1 < video["low"] < video["odds_ratio"] == 11 * 12 / (3 * 2) < video["high"]
    assert video["p_value"] <= video["q_value"] < 0.01
    assert (sweden["converted_with"], sweden["others_with"]) == (9, 1)
    assert told["help", None, None]["q_value"] == 1  # everyone did that
    assert (found["tested"], found["drivers"][0]) == (4, video)
    happen(theirs, "p0", "visit", "chat", "purchase", country="SE")
    assert ask(ours, f"{funnel}/drivers/", **DAYS) == found


def test_drivers_say_why_there_are_none(ours: Tenant, theirs: Tenant, funnel: str) -> None:
    empty = make(theirs, steps=TWO)["id"]
    path = f"{empty}/drivers/"
    assert ask(theirs, path, **DAYS)["reason"] == "nobody_entered"
    happen(theirs, "ann", "visit")
    assert ask(theirs, path, **DAYS, as_of=START.isoformat())["reason"] == "nobody_decided"
    assert ask(theirs, path, **DAYS)["reason"] == "all_alike"
    happen(theirs, "ben", "visit", "purchase")
    assert (ask(theirs, path, **DAYS)["reason"], ask(theirs, path, **DAYS)["drivers"]) == ("no_candidates", [])


def test_one_person_is_traced_by_number_or_by_any_name(ours: Tenant, theirs: Tenant) -> None:
    happen(ours, "ann", "visit", "cart")
    happen(ours, "ben", "visit")
    alias = IncomingEvent(
        "$identify", "ann@example.com", START, insert_id="alias", identity=Identity.IDENTIFY, alias="ann"
    )
    store(brand_id=ours.id, events=[alias], source="test", received_at=START)
    funnel = make(ours)["id"]
    by_name = ask(ours, f"{funnel}/trace/", distinct_id="ann@example.com", **DAYS)
    assert (by_name["reason"], by_name["missing_step"], by_name["attempts"]) == ("never_happened", 2, 1)
    assert by_name["in_words"] == "They never did “purchase”."
    assert by_name["distinct_ids"] == ["ann", "ann@example.com"]
    reached = [step["reached_at"] and step["reached_at"][11:16] for step in by_name["steps"]]
    assert reached == ["09:00", "09:10", None]
    for person in {1, by_name["person"]}:  # whichever number she had
        assert ask(ours, f"{funnel}/people/{person}/trace/", **DAYS) == by_name
    happen(ours, "ann", "purchase", start=START.replace(day=10))
    late = ask(ours, f"{funnel}/trace/", distinct_id="ann", **DAYS)
    assert (late["reason"], late["happened_at"][:10]) == ("after_the_window", "2026-05-10")
    for path in ("people/99/trace/", f"people/{10**30}/trace/", "trace/?distinct_id=nobody"):
        assert client_for(ours.key).get(f"{ours.url}analytics/funnels/{funnel}/{path}").status_code == 404
    assert "distinct_id" in ask(ours, f"{funnel}/trace/", 400)["errors"]
    body = {"name": "others", "criteria": {"event": "purchase", "did": False}}
    others = client_for(ours.key).post(f"{ours.url}analytics/segments/", body, format="json").json()["id"]
    # Of whoever is not in it, it would say that they never began.
    assert "segment" in ask(ours, f"{funnel}/trace/", 400, distinct_id="ann", segment=others)["errors"]
    assert "segment" in ask(ours, f"{funnel}/people/1/trace/", 400, segment=others)["errors"]
    ask(theirs, f"{funnel}/trace/", 404, distinct_id="ann")


def test_one_person_with_100_000_events_is_answered(ours: Tenant) -> None:
    happen(ours, "robot", "visit")
    with brand_scope(ours.brand), connection.cursor() as cursor:
        cursor.execute(MANY, [ours.id, START])
    funnel = make(ours)["id"]
    assert ask(ours, f"{funnel}/trace/", distinct_id="robot", **DAYS)["attempts"] == 33_334
    assert ask(ours, f"{funnel}/drivers/", **DAYS)["reason"] == "all_alike"


def test_the_words_of_the_schema_are_those_of_the_answers() -> None:
    assert set(words.TRACE_REASONS) == set(Reason)


def test_questions_that_cannot_be_are_refused_by_field(ours: Tenant, funnel: str) -> None:
    for path in (f"{funnel}/drivers/", f"{funnel}/people/1/trace/"):
        for query in ({"from": "2026-06-01", "to": "2026-05-01"}, {"from": "2016-01-01", "to": "2026-01-01"}):
            assert list(ask(ours, path, 400, **query)["errors"]) == ["from"]
        assert list(ask(ours, path, 400, surprise=1)["errors"]) == ["surprise"]
