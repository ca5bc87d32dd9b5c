"""Retention over HTTP: who comes back, and the people behind a cell."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.ingest.incoming import Identity, IncomingEvent
from analytics.ingest.storing import store
from analytics.metrics.intervals import wilson
from analytics.stores.connections import pool
from analytics.stores.postgres import PostgresStore
from tests.factories import Tenant, client_for

FIRST = datetime(2026, 5, 4, 9, tzinfo=UTC)  # a Monday
DAYS = {"from": "2026-05-04", "to": "2026-05-06"}
LATER = "2026-05-20T00:00:00Z"
# JSON in Python, and nothing that PostgreSQL or an answer could hold.
ODD_FILTERS = [
    '[{"property": "a", "values": [NaN]}]',
    r'[{"property": "a", "values": ["\ud800"]}]',
    r'[{"\ud800": 1}]',
]


@pytest.fixture(autouse=True)
def _connections() -> Iterator[None]:
    yield
    pool().close()


def come(tenant: Tenant, who: str, *days: int, name: str = "visit", **fields: Any) -> None:
    events = [
        IncomingEvent(name, who, FIRST + timedelta(days=day), insert_id=f"{who} {name} {day}", **fields) for day in days
    ]
    store(brand_id=tenant.id, events=events, source="test", received_at=FIRST + timedelta(days=20))


def ask(tenant: Tenant, path: str = "", status: int = 200, **query: Any) -> Any:
    answer = client_for(tenant.key).get(f"{tenant.url}analytics/retention/{path}", {**DAYS, "as_of": LATER, **query})
    assert answer.status_code == status, answer.content
    return answer.json()


def retained(found: Any) -> list[list[int | None]]:
    return [[cell["retained"] for cell in cohort["cells"]] for cohort in found["cohorts"]]


@pytest.fixture
def visits(committed: None, ours: Tenant, theirs: Tenant) -> None:
    come(ours, "ann", 0, 1, 2, properties={"plan": "pro"})
    come(ours, "ben", 0, 2)
    come(ours, "cat", 1, 4)
    come(theirs, "ann", 0, 1, 2, 3)


@pytest.mark.usefixtures("visits")
class TestAnswers:
    def test_what_is_still_to_come_is_not_known_whenever_one_asks_for(self, ours: Tenant) -> None:
        today = datetime.now(UTC)
        days = {"from": str(today.date()), "to": str(today.date()), "as_of": (today + timedelta(days=9)).isoformat()}
        assert [cell["retained"] for cell in ask(ours, **days, columns=3)["averages"]] == [0, None, None]

    def test_a_table_has_cohorts_with_cells_and_averages_with_intervals(self, ours: Tenant) -> None:
        found = ask(ours, columns=3)
        assert [cohort["label"] for cohort in found["cohorts"]] == ["2026-05-04", "2026-05-05", "2026-05-06"]
        assert retained(found) == [[2, 1, 2], [2, 1, 0], [2, 0, 0]]
        assert found["averages"][1] == {
            "people": 6,
            "retained": 2,
            "rate": 2 / 6,
            "low": wilson(2, 6)[0],
            "high": wilson(2, 6)[1],
            "matures_at": None,
        }
        assert (found["as_of"], found["events_kept_from"]) == (LATER, None)
        assert (found["semantics"]["entry"], found["semantics"]["timezone"]) == ("recurring", "UTC")

    def test_what_is_not_known_yet_is_null_and_says_when_it_will_be(self, ours: Tenant) -> None:
        cell = ask(ours, columns=3, as_of="2026-05-06T12:00:00Z")["cohorts"][0]["cells"][2]
        assert (cell["retained"], cell["rate"], cell["low"]) == (None, None, None)
        assert datetime.fromisoformat(cell["matures_at"]) == datetime(2026, 5, 7, tzinfo=UTC)

    def test_first_times_look_at_all_of_history(self, ours: Tenant) -> None:
        come(ours, "ben", -30)
        assert retained(ask(ours, columns=1, entry="first_time")) == [[1], [1], [0]]
        assert retained(ask(ours, columns=1, entry="first_in_range")) == [[2], [1], [0]]

    def test_on_or_after_sees_whoever_comes_back_later_than_the_table_reaches(self, ours: Tenant) -> None:
        come(ours, "ben", 12)
        assert retained(ask(ours, columns=2, match="on_or_after"))[0] == [2, 2]
        assert retained(ask(ours, columns=2))[0] == [2, 1]

    def test_filters_narrow_either_event(self, ours: Tenant) -> None:
        pro = json.dumps([{"property": "plan", "values": ["pro"]}])
        come(ours, "dan", 0, name="signup")
        come(ours, "dan", 1, name="visit")
        found = ask(ours, columns=2, start_event="signup", return_event="visit")
        assert retained(found) == [[1, 1], [0, 0], [0, 0]]
        assert retained(ask(ours, columns=2, start_filters=pro)) == [[1, 1], [1, 1], [1, 0]]
        assert retained(ask(ours, columns=2, return_filters=pro))[1] == [3, 1]
        assert retained(ask(ours, columns=2, entry="first_ever", start_filters=pro)) == [[1, 1], [0, 0], [0, 0]]

    def test_elapsed_windows_weeks_and_minimum_occurrences(self, ours: Tenant) -> None:
        assert retained(ask(ours, columns=2, windows="elapsed", entry="first_time"))[0] == [2, 1]
        week = ask(ours, columns=1, period="week", week_start="sunday")
        assert [cohort["label"] for cohort in week["cohorts"]] == ["2026-05-03"]
        assert retained(ask(ours, columns=2, minimum_occurrences=2))[0] == [2, 0]

    def test_merged_people_are_one(self, ours: Tenant) -> None:
        come(ours, "ben@example.com", 3, identity=Identity.IDENTIFY, alias="ben")
        assert retained(ask(ours, columns=4))[0] == [2, 1, 2, 1]

    def test_the_people_behind_a_cell_are_as_many_as_it_counts(self, ours: Tenant) -> None:
        found = ask(ours, "people/", columns=3, cohort=0, column=2)
        assert (found["count"], found["after"]) == (2, None)
        assert [person["distinct_ids"] for person in found["people"]] == [["ann"], ["ben"]]
        assert ask(ours, "people/", columns=3, cohort=0, column=1)["count"] == 1

    def test_a_cell_that_is_not_in_the_table_is_named(self, ours: Tenant) -> None:
        problem = ask(ours, "people/", 400, columns=3, cohort=3, column=5)
        assert problem["errors"] == {"cohort": ["From 0 to 2."], "column": ["From 0 to 2."]}

    def test_another_brands_events_change_nothing(self, ours: Tenant, theirs: Tenant) -> None:
        before = ask(ours, columns=3)
        come(theirs, "ben", *range(10), revenue=Decimal(5), currency="USD")
        assert ask(ours, columns=3) == before
        assert retained(ask(theirs, columns=2))[0] == [2, 2]

    def test_a_breakdown_has_a_table_for_each_value_and_they_add_up(self, ours: Tenant) -> None:
        found = ask(ours, columns=3, breakdown="plan")
        assert [(part["value"], part["is_rest"]) for part in found["breakdown"]] == [(None, False), ("pro", False)]
        assert [retained(part)[0] for part in found["breakdown"]] == [[1, 0, 1], [1, 1, 1]]
        assert found["breakdown"][1]["averages"][1]["people"] == 3
        assert retained(found) == retained(ask(ours, columns=3))
        both = {"start_event": "visit", "return_event": "visit", "entry": "first_time"}
        parts = ask(ours, columns=2, breakdown="plan", **both)["breakdown"]
        assert {part["value"]: retained(part)[0] for part in parts} == {"pro": [1, 1], None: [1, 0]}

    def test_asked_again_it_costs_no_look_at_events(self, ours: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
        questions: list[dict[str, Any]] = [{}, {"breakdown": "plan"}, {"path": "people/", "cohort": 0, "column": 1}]
        first = [ask(ours, columns=2, **question) for question in questions]
        monkeypatch.setattr(PostgresStore, "occurrences", None)
        monkeypatch.setattr(PostgresStore, "samples", None)
        assert [ask(ours, columns=2, **question) for question in questions] == first

    def test_an_answer_costs_as_many_queries_however_many_people_it_counts(self, ours: Tenant) -> None:
        counts = []
        ask(ours)
        for people in (["dan"], [f"p{n}" for n in range(20)]):
            for who in people:
                come(ours, who, 0, 1, properties={"plan": who})
            for path, query in (("", {"breakdown": "plan"}), ("people/", {"cohort": 0, "column": 1})):
                with CaptureQueriesContext(connection) as captured:
                    ask(ours, path, columns=2, **query)
                counts.append(len(captured))
        assert counts[:2] == counts[2:]

    def test_new_events_are_in_the_next_answer(self, ours: Tenant) -> None:
        assert retained(ask(ours, columns=1))[0] == [2]
        come(ours, "eve", 0)
        assert retained(ask(ours, columns=1))[0] == [3]


def test_a_brand_without_events_gets_an_honest_empty_table(committed: None, ours: Tenant) -> None:
    found = ask(ours, columns=2)
    assert retained(found) == [[0, 0], [0, 0], [0, 0]]
    assert {cell["rate"] for cohort in found["cohorts"] for cell in cohort["cells"]} == {None}


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("period", {"period": "year"}),
        ("entry", {"entry": "sometimes"}),
        ("match", {"match": "near"}),
        ("windows", {"windows": "rolling"}),
        ("week_start", {"week_start": "tuesday"}),
        ("columns", {"columns": 0}),
        ("columns", {"columns": 101}),
        ("columns", {"columns": "many"}),
        ("columns", {"from": "2026-01-01", "columns": 100, "to": "2026-10-01"}),
        ("minimum_occurrences", {"minimum_occurrences": 0}),
        ("from", {"from": "2026-06-01"}),
        ("from", {"from": "2016-05-04"}),
        ("columns", {"from": "2026-01-01", "columns": 10, "breakdown": "plan"}),
        ("breakdown", {"breakdown": "x" * 201}),
        ("from", {"from": "2026-04-04", "period": "hour"}),
        ("from", {"from": "yesterday"}),
        ("to", {"to": "9999-12-31"}),
        ("as_of", {"as_of": "soon"}),
        ("start_event", {"start_event": "x" * 201}),
        ("start_filters", {"start_filters": "[{"}),
        ("start_filters", {"start_filters": "[" * 15_000}),
        ("start_filters", {"start_filters": "{}"}),
        ("start_filters", {"start_filters": "9" * 5000}),
        ("start_filters", {"start_filters": '[{"property": "a", "values": [%s]}]' % ("9" * 400)}),
        *(("start_filters", {"start_filters": odd}) for odd in ODD_FILTERS),
        ("return_filters", {"return_filters": json.dumps([{"property": "plan", "operator": "like"}])}),
        ("return_filters", {"return_filters": json.dumps([{"property": "a\x00", "values": ["b"]}])}),
        ("return_filters", {"return_filters": json.dumps([{"property": "a", "values": ["\ud800"]}])}),
        ("return_filters", {"return_filters": '[{"property": "a", "values": [NaN]}]'}),
        ("colums", {"colums": 3}),
    ],
)
def test_what_cannot_be_asked_is_named(database: None, ours: Tenant, field: str, query: dict[str, Any]) -> None:
    problem = ask(ours, status=400, **query)
    assert any(name.split(".")[0] == field for name in problem["errors"]), problem["errors"]


def test_who_may_not_see_analytics_sees_no_retention(database: None, ours: Tenant, theirs: Tenant) -> None:
    url = f"{ours.url}analytics/retention/"
    assert client_for(ours.viewer).get(url).status_code == 403
    assert client_for(theirs.owner).get(url).status_code == 404
    assert client_for(ours.analyst).get(url).status_code == 200
