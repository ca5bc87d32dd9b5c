"""What metrics come to, asked over HTTP of the real store."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.api.serializers import correlations as correlation_words
from analytics.api.serializers import metric_anomalies as anomaly_words
from analytics.api.serializers import metric_values as words
from analytics.ingest.incoming import Identity
from analytics.metrics.changes import NoTest
from analytics.metrics.correlations import pairs
from analytics.metrics.correlations.results import Significance, Why
from analytics.metrics.periods import Period, WeekStart
from analytics.metrics.series import Gap
from analytics.metrics.trends import Direction
from analytics.stores.connections import pool
from analytics.stores.postgres import PostgresStore
from brands.models import Brand
from tests.databases import CHECKOUT
from tests.factories import Tenant, client_for
from tests.integration.analytics.recorded import event, put

DAY = datetime(2024, 6, 3, 12, tzinfo=UTC)  # a Monday
WEEK = {"from": "2024-06-03", "to": "2024-06-09"}
COUNT = {"measure": "count", "event": "visit"}
REVENUE = {"measure": "sum", "event": "sale", "property": "$revenue"}


@pytest.fixture(autouse=True)
def _connections(committed: None) -> Iterator[None]:
    yield
    pool().close()


@pytest.fixture
def client(ours: Tenant) -> Any:
    return client_for(ours.key)


def keep(tenant: Tenant, definition: dict[str, Any], name: str = "One") -> str:
    body = {"name": name, "definition": definition}
    made = client_for(tenant.key).post(f"{tenant.url}analytics/metrics/", body)
    assert made.status_code == 201, made.json()
    return made.json()["id"]


def ask(tenant: Tenant, metric: str, **query: Any) -> Any:
    return client_for(tenant.key).get(f"{tenant.url}analytics/metrics/{metric}/values/", {**WEEK, **query})


def values(tenant: Tenant, definition: dict[str, Any], **query: Any) -> list[float | None]:
    answer = ask(tenant, keep(tenant, definition), **query)
    assert answer.status_code == 200, answer.json()
    return [point["value"] for point in answer.json()["points"]]


def visits(*days: float, **facts: Any) -> list[Any]:
    return [event("visit", at=DAY + timedelta(days=day), insert_id=f"{day} {facts}", **facts) for day in days]


def test_a_metric_of_real_events_has_a_value_for_every_day(ours: Tenant) -> None:
    put(ours, *visits(0, 0.1, 2), *visits(1, who="bob"))
    answer = ask(ours, keep(ours, COUNT)).json()
    assert [point["value"] for point in answer["points"]] == [2, 1, 1, 0, 0, 0, 0]
    assert answer["points"][0] == {
        "label": "2024-06-03",
        "start": "2024-06-03T00:00:00+00:00",
        "value": 2.0,
        "gap": None,
        "complete": True,
    }
    assert (answer["total"], answer["by"], answer["timezone"]) == ({"value": 4.0, "gap": None}, "day", "UTC")
    assert (answer["trend"]["direction"], answer["trend"]["no_test"]) == (None, "too_few_values")


def test_days_are_those_of_the_brands_time_zone(ours: Tenant) -> None:
    Brand.objects.all_brands(reason="test").filter(pk=ours.id).update(timezone="Asia/Tokyo")
    put(ours, *visits(0.2))  # 16:48 in London is the next day in Tokyo
    assert values(ours, COUNT)[:2] == [0, 1]


def test_revenue_of_the_brands_currency_adds_up_exactly(ours: Tenant) -> None:
    prices = ["0.1", "0.2", "0.7"]
    put(
        ours,
        *(
            event("sale", minutes=-n, at=DAY, insert_id=str(n), revenue=Decimal(p), currency="USD")
            for n, p in enumerate(prices)
        ),
        event("sale", at=DAY, insert_id="x", revenue=Decimal(500), currency="JPY"),
        event("sale", at=DAY, insert_id="y"),
    )
    assert values(ours, REVENUE)[0] == 1.0


def test_only_numbers_are_measured_however_large_they_claim_to_be(ours: Tenant) -> None:
    kept: list[Any] = [1, 2.5, "7", True, None, {"a": 1}]
    put(ours, *(event("load", at=DAY, insert_id=str(n), properties={"ms": value}) for n, value in enumerate(kept)))
    assert values(ours, {"measure": "sum", "event": "load", "property": "ms"})[0] == 3.5


def test_merged_people_are_counted_once(ours: Tenant) -> None:
    put(ours, *visits(0, who="phone"), *visits(0, who="laptop"))
    put(ours, event("link", who="laptop", identity=Identity.ALIAS, alias="phone"))
    assert values(ours, {"measure": "people", "event": "visit"})[0] == 1


def test_a_breakdown_and_the_period_before_are_told_with_it(ours: Tenant) -> None:
    put(ours, *visits(0, 1, properties={"source": "web"}), *visits(2, properties={"source": "app"}), *visits(-3))
    answer = ask(ours, keep(ours, COUNT), breakdown="source", compare="true").json()
    assert [(part["value"], part["total"]["value"]) for part in answer["breakdown"]] == [("web", 2), ("app", 1)]
    assert (answer["former"]["total"]["value"], answer["former"]["change"]["absolute"]) == (1, 2)


def test_a_kept_answer_is_about_whom_it_was_asked_about(ours: Tenant) -> None:
    put(ours, *visits(0, 1), *visits(2, who="ben"), event("sale", "ben", at=DAY))
    body = {"name": "buyers", "criteria": {"event": "sale"}}
    buyers = client_for(ours.key).post(f"{ours.url}analytics/segments/", body, format="json").json()["id"]
    metric = keep(ours, COUNT)
    totals = [ask(ours, metric, **of).json()["total"]["value"] for of in ({}, {"segment": buyers}, {})]
    assert totals == [3, 1, 3]


def test_another_brands_events_change_nothing(ours: Tenant, theirs: Tenant) -> None:
    put(ours, *visits(0))
    metric = keep(ours, COUNT)
    before = ask(ours, metric, breakdown="source", compare="true").json()
    put(theirs, *visits(0, 1, 2, -2, properties={"source": "x"}))
    after = ask(ours, metric, breakdown="source", compare="true").json()
    assert before | {"as_of": ""} == after | {"as_of": ""}
    assert ask(theirs, metric).status_code == 404


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"from": "2024-06-10"}, "from"),
        ({"from": "2004-06-10"}, "from"),
        ({"by": "hour", "from": "2023-06-10"}, "from"),
        ({"from": "1066-10-14"}, "from"),
        ({"to": "tomorrow"}, "to"),
        ({"by": "year"}, "by"),
        ({"week_start": "friday"}, "week_start"),
        ({"compare": "perhaps"}, "compare"),
        ({"breakdown": "a\0"}, "breakdown"),
        ({"breakdwon": "x"}, "breakdwon"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(ours: Tenant, query: dict[str, str], wrong: str) -> None:
    answer = ask(ours, keep(ours, COUNT), **query)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [wrong]


def test_a_metric_is_a_picture_too(ours: Tenant) -> None:
    put(ours, *visits(0, 1, properties={"source": "<web>"}))
    place = f"{ours.url}analytics/metrics/{keep(ours, COUNT, 'Visits & more')}/chart.svg"
    for query in ({}, {"breakdown": "source", "compare": "true", "theme": "dark", "width": "320"}, {"by": "month"}):
        answer = client_for(ours.key).get(place, {**WEEK, **query})
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
        assert "Visits &amp; more" in answer.text
        assert ("&lt;web&gt;" in answer.text) == ("breakdown" in query)
    assert client_for(ours.key).get(place, {"theme": "pink"}).json()["errors"].keys() == {"theme"}


def test_what_departed_is_told_with_its_cause_and_what_to_do(ours: Tenant) -> None:
    quiet = [(day, n, "web" if n % 2 else "app") for day in range(-20, 7) for n in range(10 + day % 3)]
    storm = [(4, 100 + n, "app") for n in range(60)]
    put(
        ours,
        *(
            event(
                "visit",
                who=f"p{n}",
                at=DAY + timedelta(days=day),
                insert_id=f"{day} {n}",
                properties={"source": source},
            )
            for day, n, source in quiet + storm
        ),
        at=DAY + timedelta(days=8),
    )
    metric = keep(ours, COUNT)
    client_for(ours.key).patch(f"{ours.url}analytics/metrics/{metric}/", {"subject": "EVENTS"})
    place = f"{ours.url}analytics/metrics/{metric}/anomalies/"
    answer = client_for(ours.key).get(place, {**WEEK, "breakdown": "source"}).json()
    (found,) = answer["anomalies"]
    assert (found["label"], found["observed"], found["side"], found["severity"]) == ("2024-06-07", 71, "above", "high")
    assert 0 <= found["expected"]["low"] < found["expected"]["expected"] < found["expected"]["high"] < 71
    assert found["cause"]["contributions"][0]["value"] == "app"
    assert found["action"] == "Check for events sent twice or by robots where source is app."
    effects = [part["effect"] for part in [*found["cause"]["contributions"], found["cause"]["rest"]]]
    assert sum(effects) == pytest.approx(found["cause"]["change"])
    assert len(answer["expected"]) == 7
    json.dumps(answer, allow_nan=False)


@pytest.mark.parametrize("method", anomaly_words.METHODS)
def test_a_metric_without_history_is_not_judged_and_one_without_events_has_no_anomaly(
    ours: Tenant, method: str
) -> None:
    put(ours, *visits(-60))
    place = f"{ours.url}analytics/metrics/{keep(ours, COUNT)}/anomalies/"
    answer = client_for(ours.key).get(place, {**WEEK, "method": method, "breakdown": "x"}).json()
    assert (answer["anomalies"], answer["too_short"]) == ([], False)
    mean = f"{ours.url}analytics/metrics/{keep(ours, {'measure': 'average', 'property': 'x'}, 'Mean')}/anomalies/"
    answer = client_for(ours.key).get(mean, {**WEEK, "method": method}).json()
    assert (answer["expected"], answer["too_short"]) == ([None] * 7, True)


@pytest.mark.parametrize("by", words.PERIODS)
def test_a_range_that_has_not_begun_has_no_values_and_is_no_error(ours: Tenant, by: str) -> None:
    ids = [keep(ours, COUNT), keep(ours, {"measure": "average", "property": "x"}, "Mean")]
    days = {"from": "2100-01-01", "to": "2100-01-31", "by": by}
    answer = ask(ours, ids[0], **days, compare="true").json()
    assert {point["gap"] for point in answer["points"]} == {"not_yet"}
    assert answer["former"]["change"] is None
    found = client_for(ours.key).get(f"{ours.url}analytics/metrics/{ids[1]}/anomalies/", {**days, "breakdown": "x"})
    assert (found.json()["anomalies"], found.json()["too_short"]) == ([], True)
    assert related(ours, metric=ids, **days).json()["buckets"] == 0


def test_web_starts_without_the_heavy_libraries() -> None:
    heavy = "{'numpy', 'pandas', 'scipy', 'pyarrow'}"
    said = f"import django, sys; django.setup(); import config.urls; sys.exit(sorted({heavy} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=False, cwd=CHECKOUT)
    assert done.returncode == 0, done.stderr


def history(tenant: Tenant, days: int) -> None:
    """Sales follow visits, clicks do neither."""
    rng = np.random.default_rng(5)
    level = rng.normal(0, 1, days)
    rows = []
    for day in range(days):
        for name, mean in (("visit", 12 + 4 * level[day]), ("sale", 12 + 4 * level[day]), ("click", 10)):
            number = max(0, round(mean + rng.normal(0, 1)))
            at = DAY + timedelta(days=day)
            rows += [event(name, who=f"p{n}", at=at, insert_id=f"{name} {day} {n}") for n in range(number)]
    for start in range(0, len(rows), 2000):
        put(tenant, *rows[start : start + 2000], at=DAY + timedelta(days=days))


def related(tenant: Tenant, **query: Any) -> Any:
    return client_for(tenant.key).get(f"{tenant.url}analytics/correlations/", query)


def test_metrics_that_move_together_are_told_in_words_and_others_are_not(ours: Tenant) -> None:
    history(ours, 60)
    ids = [keep(ours, {"measure": "count", "event": name}, name) for name in ("visit", "sale", "click", "nothing")]
    answer = related(ours, metric=ids, **{"from": "2024-06-03", "to": "2024-08-01"}).json()
    first = answer["pairs"][0]
    assert {first["first"], first["second"]} == {"visit", "sale"}
    assert (first["established"], first["significance"], answer["buckets"]) == (True, "high", 60)
    assert "rise and fall together" in first["insight"]
    assert answer["refused"] == [{"name": "nothing", "why": "zero_variance", "given": 60, "needed": 28}]
    assert [pair["established"] for pair in answer["pairs"]] == [True, False, False]
    json.dumps(answer, allow_nan=False)


def test_metrics_to_compare_must_be_several_of_ones_own(ours: Tenant, theirs: Tenant) -> None:
    mine, foreign = keep(ours, COUNT), keep(theirs, COUNT)
    for metrics in ([mine], [mine, mine], [mine, foreign], [mine, "x"], []):
        answer = related(ours, metric=metrics)
        assert answer.status_code == 400
        assert any(name.startswith("metric") for name in answer.json()["errors"]), answer.json()
    missing, nowhere = related(ours, metric=[mine, foreign]), related(ours, metric=[mine, str(ours.id)])
    assert missing.json()["detail"] == nowhere.json()["detail"]


def test_too_little_history_is_refused_in_words(ours: Tenant) -> None:
    ids = [keep(ours, COUNT, name) for name in ("a", "b")]
    answer = related(ours, metric=ids, **WEEK).json()
    assert answer["pairs"] == []
    assert [refused["why"] for refused in answer["refused"]] == ["too_few_points"] * 2


def test_answers_cost_a_constant_number_of_queries(ours: Tenant) -> None:
    ids, counts = [keep(ours, COUNT, name) for name in ("a", "b", "c", "d", "e")], []
    place = f"{ours.url}analytics/metrics/{ids[0]}"
    client = client_for(ours.key)
    ask(ours, ids[0])
    for days in ([0, 1], range(2, 7)):
        put(ours, *visits(*days))
        for path, query in (
            (f"{place}/values/", {"breakdown": "x", "compare": "true"}),
            (f"{place}/anomalies/", {"breakdown": "x"}),
            (f"{place}/chart.svg", {}),
            (f"{ours.url}analytics/correlations/", {"metric": ids[: len(days)]}),
        ):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path, {**WEEK, **query}).status_code == 200
            counts.append(len(captured))
    assert counts[:4] == counts[4:]


def test_asked_again_it_costs_no_look_at_events(ours: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    put(ours, *visits(0, 1, 2, properties={"source": "web"}))
    ids = [keep(ours, COUNT, name) for name in ("a", "b")]
    place = f"{ours.url}analytics/metrics/{ids[0]}"
    asked: list[tuple[str, dict[str, Any]]] = [
        (f"{place}/values/", {"breakdown": "source", "compare": "true"}),
        (f"{place}/anomalies/", {"breakdown": "source"}),
        (f"{place}/chart.svg", {}),
        (f"{ours.url}analytics/correlations/", {"metric": ids}),
    ]

    def answers() -> list[bytes]:
        return [client_for(ours.key).get(path, {**WEEK, **query}).content for path, query in asked]

    first = answers()
    assert b'"question":"' in first[0]
    with monkeypatch.context() as patched:
        patched.setattr(PostgresStore, "samples", None)
        assert answers() == first
    put(ours, *visits(3))
    assert answers()[0] != first[0]
    Brand.objects.all_brands(reason="test").filter(pk=ours.id).update(currency="SEK")
    with monkeypatch.context() as patched:
        patched.setattr(PostgresStore, "samples", None)
        assert client_for(ours.key).get(asked[0][0], WEEK).status_code == 500  # it is another question


def test_the_documented_words_are_those_of_the_metrics() -> None:
    assert [*Period] == words.PERIODS
    assert [*WeekStart] == words.WEEK_STARTS
    assert [*Direction] == words.DIRECTIONS
    assert [*Gap] == words.GAPS
    assert [*NoTest] == words.NO_TESTS
    assert [*Significance] == correlation_words.SIGNIFICANCES
    assert [*Why] == correlation_words.REASONS
    assert correlation_words.MOST_LEAD == pairs.MOST_LEAD
