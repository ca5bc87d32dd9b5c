"""Answers as files over HTTP: the same numbers as the API, whole or broken off, of one brand."""

import io
import json
import resource
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas
import psycopg
import pytest
from django.db import connection
from pyarrow import parquet

from analytics.ingest import partitions
from analytics.models import Event
from analytics.services import exports
from analytics.stores import long_reads
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for
from tests.integration.analytics.recorded import NOW, event, put

ROWS = 100_000
FILL = """
    INSERT INTO analytics_event (brand_id, insert_id, at, name, person, distinct_id, session, properties, revenue,
        currency, received_at)
    SELECT %s, 'i' || n, %s + n * interval '1 second', CASE n %% 3 WHEN 0 THEN 'buy' ELSE 'visit' END, n %% 500 + 1,
        'u' || n %% 500, '', jsonb_build_object('n', n, 'plan', 'pro'), CASE n %% 3 WHEN 0 THEN 9.99 END,
        CASE n %% 3 WHEN 0 THEN 'EUR' ELSE '' END, now()
    FROM generate_series(0, %s) n
"""


def fill(tenant: Tenant, rows: int) -> None:
    with brand_scope(tenant.brand), connection.cursor() as cursor:
        partitions.make([NOW, NOW + timedelta(days=2)])
        cursor.execute(FILL, [tenant.id, NOW, rows - 1])


def export(tenant: Tenant, path: str, status: int = 200, role: str = "ANALYST", **query: Any) -> Any:
    answer = client_for(tenant.person(role)).get(f"{tenant.url}analytics/{path}/export/", query)
    assert answer.status_code == status, answer.content
    return answer


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def lines(answer: Any) -> list[Any]:
    return [json.loads(line) for line in body(answer).splitlines()]


def test_a_hundred_thousand_events_read_back_and_memory_stays_flat(committed: None, ours: Tenant) -> None:
    fill(ours, ROWS)
    body(export(ours, "events", distinct_id="nobody"))  # what is loaded is loaded
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = sum(len(chunk) for chunk in export(ours, "events").streaming_content)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert size > 8_000_000
    assert grown < 10_000  # kilobytes

    answer = export(ours, "events", format="parquet")
    assert answer["Content-Type"] == "application/vnd.apache.parquet"
    found = parquet.read_table(io.BytesIO(body(answer))).to_pandas()
    assert len(found) == ROWS
    assert (found["at"] == pandas.date_range(NOW, periods=ROWS, freq="s")).all()
    assert (found["insert_id"] == [f"i{n}" for n in range(ROWS)]).all()
    assert [json.loads(each)["n"] for each in found["properties"].iloc[[0, -1]]] == [0, ROWS - 1]
    assert found["revenue"].count() == (found["name"] == "buy").sum() == 33_334


def test_events_are_narrowed_as_in_their_list_and_are_of_one_brand(
    committed: None, ours: Tenant, theirs: Tenant
) -> None:
    put(theirs, event("theirs"))
    put(
        ours,
        event("old", minutes=9),
        event("new", revenue=None, properties={"a": [1]}),
        event("it's %s", "=ben", at=NOW + timedelta(1e-4)),
    )
    answer = export(ours, "events", format="ndjson")
    assert 'attachment; filename="events-' in answer["Content-Disposition"]
    assert [each["name"] for each in lines(answer)] == ["old", "new", "it's %s"]
    found = lines(export(ours, "events", format="ndjson", name="it's %s"))
    assert [(each["distinct_id"], each["person"], each["properties"]) for each in found] == [("=ben", 2, {})]
    assert b"'=ben" in body(export(ours, "events", name="it's %s"))
    since = (NOW - timedelta(minutes=1)).isoformat()
    assert len(lines(export(ours, "events", format="ndjson", since=since))) == 2
    assert lines(export(ours, "events", format="ndjson", distinct_id="nobody")) == []


@pytest.mark.parametrize("query", ["format=xlsx", "person=0", "since=x", "who=x", "cursor=x"])
def test_what_cannot_be_exported_is_refused_by_name(query: str, ours: Tenant) -> None:
    answer = client_for(ours.analyst).get(f"{ours.url}analytics/events/export/?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [query.partition("=")[0]])


def test_editors_look_but_take_no_files(ours: Tenant) -> None:
    for path in ("events", "retention", "cohorts"):
        export(ours, path, status=403, role="EDITOR")


def test_a_file_that_fails_raises_instead_of_ending(committed: None, ours: Tenant) -> None:
    fill(ours, 5_000)
    answer = export(ours, "events")
    streamed = iter(answer.streaming_content)
    next(streamed)
    with psycopg.connect(**_as_admin()) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'FETCH%'")
    with pytest.raises(psycopg.OperationalError):
        list(streamed)
    answer.close()
    assert not long_reads._going  # its place is free again


def test_only_so_many_are_sent_at_once_and_closing_makes_room(committed: None, ours: Tenant, theirs: Tenant) -> None:
    put(ours, event())
    going = [export(ours, "events") for _ in range(long_reads.MOST_OF_A_BRAND)]
    busy = export(ours, "events", status=503)
    assert (busy.json()["code"], busy["Retry-After"]) == ("busy", "10")
    assert body(export(theirs, "events"))  # one brand's slow readers are its own affair
    for answer in going:
        answer.close()
    assert body(export(ours, "events"))


def test_answers_as_files_have_the_numbers_of_the_api(
    committed: None, ours: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who, names in {"ann": ("visit", "buy"), "ben": ("visit",), "cat": ("visit", "buy")}.items():
        put(ours, *(event(name, who, at=datetime(2024, 6, 10, 9, n, tzinfo=UTC)) for n, name in enumerate(names)))
    client = client_for(ours.owner)
    steps = [{"event": "visit"}, {"event": "buy"}]
    made = {"name": "f", "steps": steps, "window_seconds": 3600}
    funnel = client.post(f"{ours.url}analytics/funnels/", made, format="json").json()["id"]
    definition = {"name": "m", "definition": {"measure": "count", "event": "visit"}}
    metric = client.post(f"{ours.url}analytics/metrics/", definition, format="json").json()["id"]
    days = {"from": "2024-06-10", "to": "2024-06-12"}

    rows = lines(export(ours, f"funnels/{funnel}/result", format="ndjson", **days))
    assert [(row["step"], row["event"], row["people"]) for row in rows] == [(0, "visit", 3), (1, "buy", 2)]
    parts = lines(export(ours, f"funnels/{funnel}/result", format="ndjson", breakdown="plan", **days))
    assert [(row["part"], row["breakdown"]) for row in parts] == [("all", None)] * 2 + [("none", None)] * 2
    people = lines(export(ours, f"funnels/{funnel}/people", format="ndjson", step=1, **days))
    assert [row["distinct_ids"] for row in people] == [["ann"], ["cat"]]
    cells = lines(export(ours, "retention", format="ndjson", columns=2, **days))
    assert [row["people"] for row in cells if row["cohort"] == "2024-06-10"] == [3, 3]
    cells = lines(export(ours, "retention", format="ndjson", columns=1, breakdown="plan", **days))
    assert [(row["part"], row["people"]) for row in cells if row["cohort"] == "2024-06-10"] == [("all", 3), ("none", 3)]
    behind = lines(export(ours, "retention/people", format="ndjson", cohort=0, column=0, **days))
    assert len(behind) == 3
    monkeypatch.setattr(exports, "PEOPLE_PAGE", 1)  # Parquet's first piece is of several pages
    several = parquet.read_table(
        io.BytesIO(body(export(ours, f"funnels/{funnel}/people", format="parquet", step=0, **days)))
    )
    assert several["distinct_ids"].to_pylist() == [["ann"], ["ben"], ["cat"]]
    values = pandas.read_csv(io.BytesIO(body(export(ours, f"metrics/{metric}/values", **days))))
    assert values["value"].tolist() == [3, 0, 0]
    table = parquet.read_table(io.BytesIO(body(export(ours, "cohorts", format="parquet"))))
    assert (table.num_rows, "margin" in table.column_names) == (0, True)
    with brand_scope(ours.brand):
        assert Event.objects.count() == 5


def _as_admin() -> dict[str, Any]:
    from django.db import connections

    parameters = connections["default"].get_connection_params()
    return {name: value for name, value in parameters.items() if isinstance(value, str | int) and name != "pool"} | {
        "autocommit": True
    }
