"""What was spent: by whatever one asks, exact, of this brand only, as JSON and as CSV."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ai_studio import ledger
from ai_studio.choices import Status
from ai_studio.models import Budget, CostRecord
from ai_studio.services import cost_csv
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for


@pytest.fixture
def client(ours):
    return client_for(ours.key)


def spent(tenant, usd, *, at=None, **facts):
    """A completed generation with its cost record."""
    at = at or timezone.now()
    made = studio.generation(tenant, status=Status.COMPLETED, created_at=at, cost_usd=Decimal(usd), **facts)
    with brand_scope(tenant.brand):
        CostRecord.objects.create(brand=tenant.brand, generation=made, amount_usd=usd, source="TARIFF", at=at)
    return made


def ask(tenant, client, query=""):
    return client.get(studio.url(tenant, f"costs/{query}")).json()


def test_without_a_grouping_there_is_the_total(ours, theirs, client):
    spent(ours, "0.000001")
    spent(ours, "0.08")
    spent(theirs, "5")
    told = ask(ours, client)
    assert told["totals"] == {"generations": 2, "amount_usd": "0.080001"}
    assert (told["group_by"], told["rows"]) == ([], [])


@pytest.mark.parametrize(
    ("key", "rows"),
    [
        ("provider", [("fal", "0.030000"), ("local", "0.300000")]),
        ("model", [("atelier-local-1", "0.300000"), ("flux", "0.030000")]),
        ("type", [("IMAGE_2D", "0.130000"), ("MODEL_3D", "0.200000")]),
    ],
)
def test_it_is_grouped_by_what_is_asked_for(ours, client, key, rows):
    spent(ours, "0.1")
    spent(ours, "0.2", type="MODEL_3D")
    spent(ours, "0.03", provider="fal", model="flux")
    told = ask(ours, client, f"?group_by={key}")
    assert [(row[key], row["amount_usd"]) for row in told["rows"]] == rows
    assert told["totals"]["amount_usd"] == "0.330000"


def test_keys_combine(ours, client):
    spent(ours, "0.1", user=ours.owner)
    spent(ours, "0.2")
    told = ask(ours, client, "?group_by=user&group_by=type")
    assert told["group_by"] == ["user", "type"]
    people = {row["user"]["email"]: row["amount_usd"] for row in told["rows"]}
    assert people == {ours.owner.email: "0.100000", ours.editor.email: "0.200000"}


def test_days_and_months_are_the_brands_own_also_when_clocks_change(ours, client):
    """On 29 March 2026 Berlin's clocks skip an hour; its midnights are at 23:00 and at 22:00 UTC."""
    ours.brand.timezone = "Europe/Berlin"
    with brand_scope(ours.brand):
        ours.brand.save()
    for at, usd in {
        datetime(2026, 3, 28, 22, 59, tzinfo=UTC): "1",
        datetime(2026, 3, 28, 23, 0, tzinfo=UTC): "2",
        datetime(2026, 3, 29, 21, 59, tzinfo=UTC): "4",
        datetime(2026, 3, 29, 22, 0, tzinfo=UTC): "8",
        datetime(2026, 3, 31, 21, 59, tzinfo=UTC): "16",
        datetime(2026, 3, 31, 22, 0, tzinfo=UTC): "32",
    }.items():
        spent(ours, usd, at=at)
    days = ask(ours, client, "?group_by=day&from=2026-03-28&to=2026-04-01")
    assert {row["day"]: row["amount_usd"] for row in days["rows"]} == {
        "2026-03-28": "1.000000",
        "2026-03-29": "6.000000",
        "2026-03-30": "8.000000",
        "2026-03-31": "16.000000",
        "2026-04-01": "32.000000",
    }
    months = ask(ours, client, "?group_by=month&from=2026-03-28&to=2026-04-01")
    assert [(row["month"], row["amount_usd"]) for row in months["rows"]] == [
        ("2026-03-01", "31.000000"),
        ("2026-04-01", "32.000000"),
    ]


@pytest.mark.parametrize("query", ["group_by=brand", "from=yesterday", "from=2026-02-01&to=2026-01-01", "colour=red"])
@pytest.mark.parametrize("route", ["costs/", "costs.csv"])
def test_a_bad_question_is_refused_by_name(ours, client, route, query):
    answer = client.get(studio.url(ours, f"{route}?{query}"))
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {query.split("=")[0]}


def test_a_viewer_may_not_look(ours):
    for route in ("costs/", "costs.csv"):
        assert client_for(ours.viewer).get(studio.url(ours, route)).status_code == 403


def test_the_csv_has_the_same_rows_and_the_total(ours, theirs, client):
    spent(ours, "0.1")
    spent(ours, "0.000001", provider="fal", model="flux")
    spent(theirs, "5")
    answer = client.get(studio.url(ours, "costs.csv?group_by=provider&group_by=month"))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="costs-')
    month = f"{timezone.now():%Y-%m}"
    assert list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()))) == [
        ["month", "provider", "generations", "amount_usd"],
        [month, "fal", "1", "0.000001"],
        [month, "local", "1", "0.100000"],
        ["total", "", "2", "0.100001"],
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_is_a_formula(ours, client, sign):
    spent(ours, "0.1", model=f'{sign}HYPERLINK("https://example.com","free")')
    answer = client.get(studio.url(ours, "costs.csv?group_by=model"))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))
    assert rows[1][0].startswith(f"'{sign}HYPERLINK")
    assert cost_csv.safe("a-b") == "a-b"


def test_the_command_prints_the_csv(ours, theirs, capsys):
    spent(ours, "0.1")
    spent(theirs, "5")
    call_command("cost_report", str(ours.id), "--group-by", "type")
    assert capsys.readouterr().out.splitlines() == [
        "type,generations,amount_usd", "IMAGE_2D,1,0.100000", "total,1,0.100000",
    ]  # fmt: skip
    with pytest.raises(CommandError, match="no such brand"):
        call_command("cost_report", "00000000-0000-7000-8000-000000000000")


class TestForecast:
    def budget(self, ours, client):
        return client.get(studio.url(ours, "budget/")).json()

    def test_with_too_few_days_there_is_none(self, ours, client):
        for days in (1, 2):
            spent(ours, "1", at=timezone.now() - timedelta(days=days))
        forecast = self.budget(ours, client)["forecast"]
        assert (forecast["runs_out_date"], forecast["reason"]) == (None, "too_few_days")
        assert forecast["daily_usd"] == "0.142857"

    def test_the_budget_runs_out_when_the_mean_says_so(self, ours, theirs, client):
        now = timezone.now()
        for days in range(1, 15):
            spent(ours, "1000", at=now - timedelta(days=days))
            spent(theirs, "1", at=now - timedelta(days=days))
        forecast = self.budget(ours, client)["forecast"]
        assert forecast["daily_usd"] == "1000.000000"
        assert forecast["runs_out_date"] == forecast["earliest_date"] == forecast["latest_date"] == str(now.date())

    def test_nothing_left_is_today(self, ours, client):
        with brand_scope(ours.brand):
            ledger.limit_month(brand=ours.brand, month_date=timezone.now().date().replace(day=1), limit_usd=Decimal(0))
            assert Budget.objects.count() == 1
        assert self.budget(ours, client)["forecast"]["runs_out_date"] == str(timezone.now().date())
