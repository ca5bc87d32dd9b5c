"""How generations went: counted from the brand's own rows, in the brand's own days."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ai_studio.choices import GenerationType, Status
from ai_studio.services import figures, periods
from ai_studio.services.report import report
from brands.models import Brand
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOVEMBER = "from=2026-11-01&to=2026-11-10"
ZEROS = {"total": 0, "pending": 0, "processing": 0, "completed": 0, "failed": 0, "cancelled": 0, "cost_usd": "0.000000"}
UNKNOWN = dict.fromkeys(["success_rate", "average_cost_usd", "average_seconds", "p50_seconds", "p95_seconds"])


@pytest.fixture
def ask(ours):
    def get(query="", credential=ours.key):
        return client_for(credential).get(studio.url(ours, f"analytics/?{query}"))

    return get


def made(tenant, at, **facts):
    """A generation asked for at an ISO moment, in UTC unless it says otherwise."""
    return studio.generation(tenant, created_at=datetime.fromisoformat(at), **facts)


def live_in(tenant, timezone):
    with brand_scope(tenant.brand):
        Brand.objects.update(timezone=timezone)


def days(answer):
    """{date: total} of the days that have any."""
    return {day["date"]: day["total"] for day in answer.json()["days"] if day["total"]}


def test_a_brand_without_generations_has_zeros_and_nothing_made_up(ask):
    body = ask(NOVEMBER).json()
    assert body["totals"] == ZEROS | UNKNOWN
    assert {tuple(trend.values()) for trend in body["trend"].values()} == {(None, None)}
    assert (body["by_type"], body["by_model"]) == ([], [])
    assert [day["date"] for day in body["days"]] == [f"2026-11-{n:02}" for n in range(1, 11)]
    assert body["days"][0] == {"date": "2026-11-01"} | ZEROS | UNKNOWN


def test_totals_success_time_and_cost(ours, theirs, ask):
    for seconds, cost in [(1, "0.01"), (2, "0.02"), (3, "0.02"), (4, "0.02"), (10, "0.020001")]:
        made(ours, "2026-11-05T10:00Z", status=Status.COMPLETED, seconds=seconds, cost_usd=Decimal(cost))
    for status in (Status.FAILED, Status.CANCELLED, Status.PENDING, Status.PROCESSING):
        made(ours, "2026-11-06T10:00Z", status=status, seconds=1000)
    made(theirs, "2026-11-05T10:00Z", status=Status.FAILED)
    assert ask(NOVEMBER).json()["totals"] == {
        "total": 9,
        "pending": 1,
        "processing": 1,
        "completed": 5,
        "failed": 1,
        "cancelled": 1,
        "success_rate": pytest.approx(5 / 6),
        "cost_usd": "0.090001",
        "average_cost_usd": "0.018000",
        "average_seconds": 4.0,
        "p50_seconds": 3.0,
        "p95_seconds": pytest.approx(8.8),
    }


def test_by_type_by_model_and_by_day(ours, ask):
    made(ours, "2026-11-02T10:00Z", type=GenerationType.TEMPLATE)
    made(ours, "2026-11-02T11:00Z", provider="other", model="m1")
    made(ours, "2026-11-09T10:00Z", provider="other", model="m2", status=Status.FAILED)
    answer = ask(NOVEMBER)
    body = answer.json()
    assert {row["type"]: row["total"] for row in body["by_type"]} == {"IMAGE_2D": 2, "TEMPLATE": 1}
    assert {(row["provider"], row["model"]): row["failed"] for row in body["by_model"]} == {
        ("local", "atelier-local-1"): 0,
        ("other", "m1"): 0,
        ("other", "m2"): 1,
    }
    assert days(answer) == {"2026-11-02": 2, "2026-11-09": 1}
    assert len(body["days"]) == 10


def test_types_narrow_every_number(ours, ask):
    made(ours, "2026-11-02T10:00Z", type=GenerationType.TEMPLATE)
    made(ours, "2026-11-02T10:00Z", type=GenerationType.ANIMATION)
    made(ours, "2026-11-02T10:00Z")
    body = ask(f"{NOVEMBER}&type=TEMPLATE&type=ANIMATION").json()
    assert body["totals"]["total"] == 2
    assert [row["type"] for row in body["by_type"]] == ["ANIMATION", "TEMPLATE"]


def test_the_trend_is_against_the_period_of_the_same_length_before(ours, ask):
    made(ours, "2026-10-21T23:59Z")  # one day too early
    for at in ("2026-10-22T00:00Z", "2026-10-31T23:59Z"):
        made(ours, at, status=Status.COMPLETED, seconds=4)
    for status in (Status.COMPLETED, Status.COMPLETED, Status.COMPLETED, Status.FAILED):
        made(ours, "2026-11-03T10:00Z", status=status, seconds=3)
    body = ask(NOVEMBER).json()
    assert (body["former"]["from"], body["former"]["to"], body["former"]["total"]) == ("2026-10-22", "2026-10-31", 2)
    assert body["totals"]["total"] == 4
    trend = body["trend"]
    assert trend["total"] == {"absolute": 2, "relative": 1.0}
    assert trend["success_rate"] == {"absolute": -0.25, "relative": -0.25}
    assert trend["average_seconds"] == {"absolute": -1.0, "relative": -0.25}
    assert trend["cost_usd"] == {"absolute": "0.080000", "relative": 0.5}
    assert trend["failed"] == {"absolute": 1, "relative": None}  # from none: there is no ratio
    assert trend["average_cost_usd"] == {"absolute": "0.000000", "relative": 0.0}


def test_what_either_period_lacks_has_no_trend(ours, ask):
    made(ours, "2026-10-25T10:00Z", status=Status.COMPLETED)
    trend = ask(NOVEMBER).json()["trend"]
    assert trend["total"] == {"absolute": -1, "relative": -1.0}
    assert trend["success_rate"] == trend["p95_seconds"] == {"absolute": None, "relative": None}


class TestDays:
    def test_a_day_begins_at_midnight_where_the_brand_lives(self, ours, ask):
        live_in(ours, "Asia/Tokyo")
        made(ours, "2026-11-01T23:59:59.999999+09:00")
        made(ours, "2026-11-02T00:00:00+09:00")
        answer = ask("from=2026-11-02&to=2026-11-02")
        assert days(answer) == {"2026-11-02": 1}
        assert (answer.json()["former"]["total"], answer.json()["timezone"]) == (1, "Asia/Tokyo")

    def test_the_last_day_belongs_to_the_period_and_the_next_midnight_does_not(self, ours, ask):
        live_in(ours, "America/New_York")
        made(ours, "2026-11-10T23:59:59.999999-05:00")
        made(ours, "2026-11-11T00:00:00-05:00")
        assert days(ask(NOVEMBER)) == {"2026-11-10": 1}

    def test_a_day_of_25_hours_and_one_of_23(self, ours, ask):
        live_in(ours, "America/New_York")
        for at in ("2026-11-01T04:00Z", "2026-11-02T04:59Z", "2026-03-08T05:00Z", "2026-03-09T03:59Z"):
            made(ours, at)  # first and last minute
        made(ours, "2026-11-02T05:00Z")
        made(ours, "2026-03-09T04:00Z")
        assert days(ask("from=2026-11-01&to=2026-11-03")) == {"2026-11-01": 2, "2026-11-02": 1}
        assert days(ask("from=2026-03-07&to=2026-03-09")) == {"2026-03-08": 2, "2026-03-09": 1}

    def test_a_day_that_has_no_midnight(self, ours, ask):
        """In Cairo clocks went from 2026-04-23 24:00 to 01:00 on the 24th."""
        live_in(ours, "Africa/Cairo")
        made(ours, "2026-04-23T21:59:59Z")
        made(ours, "2026-04-23T22:00:00Z")
        assert days(ask("from=2026-04-23&to=2026-04-24")) == {"2026-04-23": 1, "2026-04-24": 1}

    def test_every_day_sums_up_to_the_total(self, ours, ask):
        live_in(ours, "Europe/Berlin")
        for hour in range(0, 240, 5):
            studio.generation(ours, created_at=datetime(2026, 10, 20, tzinfo=UTC) + timedelta(hours=hour))
        answer = ask("from=2026-10-19&to=2026-11-01")
        assert sum(days(answer).values()) == answer.json()["totals"]["total"] == 48

    def test_without_days_it_is_the_last_thirty_in_the_brands_time_zone(self, ours):
        live_in(ours, "Pacific/Kiritimati")  # where it is tomorrow already
        with brand_scope(ours.brand):
            found = report(actor=ours.actor(), at=NOW)
        assert (found.period.from_date, found.period.to_date) == (date(2026, 10, 23), date(2026, 11, 21))
        assert len(found.days) == 30


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("from=2026-13-01", "from"),
        ("from=2026-11-02&to=2026-11-01", "from"),
        ("from=2025-11-01&to=2026-11-02", "from"),
        ("from=0001-01-01&to=0001-01-02", "from"),
        ("to=9999-12-31", "to"),
        ("to=2026-11-01T00:00Z", "to"),
        ("type=HOLOGRAM", "type"),
        ("typ=IMAGE_2D", "typ"),
    ],
)
def test_bad_parameters_are_refused_by_name(ask, query, field):
    answer = ask(query)
    assert (answer.status_code, next(iter(answer.json()["errors"]))) == (400, field)


def test_a_leap_year_fits(ask):
    assert len(ask("from=2024-01-01&to=2024-12-31").json()["days"]) == 366


def test_only_who_may_see_analytics_may_ask(ours, ask):
    assert ask(credential=ours.analyst).status_code == 200
    assert ask(credential=ours.viewer).status_code == 403
    assert ask(credential=ours.key_with("asset.view")).status_code == 403


def test_it_costs_the_same_queries_for_none_and_for_many(ours, ask):
    def queries():
        ask()
        with CaptureQueriesContext(connection) as captured:
            assert ask("from=2026-01-01&to=2026-12-31").status_code == 200
        return len(captured)

    none = queries()
    for day in range(1, 29):
        made(ours, f"2026-11-{day:02}T10:00Z", provider=f"p{day % 3}", status=Status.COMPLETED)
    assert queries() == none


@pytest.mark.usefixtures("committed")
def test_rows_from_before_the_period_are_left_out_by_an_index(ours):
    studio.generations(ours, 1000)
    with connections["migrate"].cursor() as cursor:
        cursor.execute("ANALYZE ai_studio_generation")
    period = periods.period(timezone="UTC", at=timezone.now() + timedelta(days=90))
    with brand_scope(ours.brand), CaptureQueriesContext(connection) as captured:
        figures.count(brand_id=ours.id, period=period)
        (asked,) = (query["sql"] for query in captured.captured_queries)
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + asked)
            plan = "\n".join(row[0] for row in cursor.fetchall())
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "id >=" in condition
