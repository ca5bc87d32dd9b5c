"""Anomalies that are kept: found as periods end, following late events, and what people make of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import tasks
from analytics.choices import AnomalyStatus, NotJudged
from analytics.models import Anomaly, Metric
from analytics.services import anomalies, metrics, retention
from analytics.stores.connections import pool
from analytics.stores.postgres import PostgresStore
from brands.models import AuditEntry, DomainEvent
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for
from tests.integration.analytics.recorded import event, put

TODAY = datetime(2024, 6, 20, tzinfo=UTC)
NOON = TODAY + timedelta(hours=12)
COUNT = {"measure": "count", "event": "visit"}


@pytest.fixture(autouse=True)
def _connections(committed: None) -> Iterator[None]:
    yield
    pool().close()


def visits(day: int, number: int, *, country: str = "", first: int = 0) -> list[Any]:
    """So many days before TODAY."""
    return [
        event(
            "visit",
            who=f"p{n % 7}",
            at=TODAY - timedelta(days=day) + timedelta(minutes=n),
            insert_id=f"{day} {n}",
            properties={"country": country or ("SE", "FR", "DE")[n % 3], "$lib": "web"},
        )
        for n in range(first, first + number)
    ]


def quiet(tenant: Tenant, days: int = 34) -> None:
    """From so many days ago until yesterday, 9 to 11 visits a day."""
    put(tenant, *(visit for day in range(1, days + 1) for visit in visits(day, 9 + day % 3)), at=NOON)


def keep(tenant: Tenant, definition: dict[str, Any] | None = None, **facts: Any) -> Metric:
    with brand_scope(tenant.brand):
        said = {"name": "Visits", "subject": "EVENTS", "definition": definition or COUNT, "watch_detector": "MAD"}
        return metrics.create(actor=tenant.actor(), **{**said, **facts})


def detect(tenant: Tenant, at: datetime = NOON, **options: Any) -> Any:
    return anomalies.detect(brand_id=tenant.id, at=at, **options)


def kept(tenant: Tenant, **only: Any) -> list[Anomaly]:
    with brand_scope(tenant.brand):
        return list(Anomaly.objects.filter(**only).select_related("metric").order_by("period_start"))


def told(tenant: Tenant, kind: str) -> list[dict[str, Any]]:
    with brand_scope(tenant.brand):
        return list(DomainEvent.objects.filter(type=kind).order_by("seq").values_list("payload", flat=True))


@pytest.fixture
def spike(ours: Tenant) -> Metric:
    """A metric whose 15 June had 40 visits too many, all of one country."""
    quiet(ours)
    put(ours, *visits(5, 40, country="FR", first=100), at=NOON)
    return keep(ours)


def test_what_departed_is_kept_with_its_cause_and_what_to_do(ours: Tenant, theirs: Tenant, spike: Metric) -> None:
    keep(theirs)
    put(theirs, *visits(5, 400), at=NOON)
    (outcome,) = detect(ours)
    assert (outcome.found, outcome.not_judged) == (1, None)
    (row,) = kept(ours)
    assert (row.period_start, row.period_end) == (TODAY - timedelta(days=5), TODAY - timedelta(days=4))
    assert (row.observed, row.severity, row.direction, row.status) == (51, "HIGH", "ABOVE", "OPEN")
    assert row.low <= row.expected <= row.high < 51
    cause = row.root_cause
    assert (cause["dimension"], cause["contributions"][0]["value"]) == ("country", "FR")
    assert row.suggested_action == "Check for events sent twice or by robots where country is FR."
    (found,) = told(ours, "anomaly.found")
    assert (found["anomaly"], found["severity"], found["metric_name"]) == (str(row.pk), "HIGH", "Visits")
    assert kept(theirs) == []


def test_looking_again_changes_nothing_and_reads_no_event(
    ours: Tenant, spike: Metric, monkeypatch: pytest.MonkeyPatch
) -> None:
    detect(ours)
    before = kept(ours)[0].judged_at
    assert [each.changed for each in detect(ours, NOON + timedelta(hours=1), metrics=[spike.pk])] == [0]
    assert kept(ours)[0].judged_at == before
    monkeypatch.setattr(PostgresStore, "samples", None)
    assert detect(ours, NOON + timedelta(hours=2)) == []
    assert detect(ours, TODAY + timedelta(hours=23)) == []
    assert len(told(ours, "anomaly.found")) == 1


def test_the_period_that_runs_is_not_judged_before_it_ended(ours: Tenant) -> None:
    quiet(ours)
    put(ours, *visits(0, 90), at=NOON)
    keep(ours)
    detect(ours)
    assert kept(ours) == []
    with brand_scope(ours.brand):
        assert Metric.objects.get().watch_due_at == TODAY + timedelta(days=1)
    assert anomalies.due(at=TODAY + timedelta(hours=15)) == []
    assert anomalies.due(at=TODAY + timedelta(days=1)) == [ours.id]
    detect(ours, TODAY + timedelta(days=1))
    assert [row.period_start for row in kept(ours)] == [TODAY]


def test_late_events_change_an_open_one_and_make_it_none_and_one_again(ours: Tenant, spike: Metric) -> None:
    detect(ours)
    put(ours, *visits(5, 10, country="FR", first=200), at=NOON)
    later = NOON + timedelta(hours=7)
    assert [each.changed for each in detect(ours, later)] == [1]
    assert kept(ours)[0].observed == 61
    # A drop that comes late: as many visits on every other day.
    put(ours, *(visit for day in range(6, 35) for visit in visits(day, 48 + day % 5, first=300)), at=NOON)
    assert [each.resolved for each in detect(ours, later, metrics=[spike.pk])] == [1]
    (row,) = kept(ours, period_start=TODAY - timedelta(days=5))
    assert (row.status, row.status_by_id, "late" in row.reason) == ("RESOLVED", None, True)
    put(ours, *visits(5, 300, first=1000), at=NOON)
    detect(ours, later, metrics=[spike.pk])
    (row,) = kept(ours, period_start=TODAY - timedelta(days=5))
    assert (row.status, row.observed) == ("OPEN", 361)
    assert [(each["before"], each["status"], each["by"]) for each in told(ours, "anomaly.state_changed")][:2] == [
        ("OPEN", "RESOLVED", "SYSTEM"),
        ("RESOLVED", "OPEN", "SYSTEM"),
    ]


def test_what_was_found_stays_when_what_was_before_it_is_forgotten(ours: Tenant, spike: Metric) -> None:
    detect(ours)
    retention.forget(brand_id=ours.id, before=TODAY - timedelta(days=12))
    (outcome,) = detect(ours, NOON + timedelta(hours=7))
    assert (outcome.resolved, [row.status for row in kept(ours)]) == (0, ["OPEN"])


def test_what_a_person_decided_stays(ours: Tenant, spike: Metric) -> None:
    detect(ours)
    (row,) = kept(ours)
    url = f"{ours.url}analytics/anomalies/{row.pk}/"
    assert client_for(ours.analyst).post(f"{url}resolve/", {"reason": "A campaign"}).json()["status"] == "RESOLVED"
    put(ours, *visits(5, 10, first=200), at=NOON)
    detect(ours, metrics=[spike.pk])
    (row,) = kept(ours)
    assert (row.status, row.reason, row.observed) == ("RESOLVED", "A campaign", 51)
    assert client_for(ours.analyst).post(f"{url}reopen/").status_code == 200
    assert client_for(ours.analyst).post(f"{url}acknowledge/").status_code == 200
    detect(ours, metrics=[spike.pk])
    (row,) = kept(ours)
    assert (row.status, row.observed) == ("ACKNOWLEDGED", 61)


def test_a_muted_metric_gets_no_new_ones_in_that_direction_until_then(ours: Tenant, spike: Metric) -> None:
    detect(ours)
    (row,) = kept(ours)
    until = TODAY - timedelta(days=2)
    with brand_scope(ours.brand):
        Anomaly.objects.update(status="MUTED", status_by=ours.owner, muted_until=until)
    put(ours, *visits(3, 50, first=100), *visits(2, 60, first=100), at=NOON)
    detect(ours, metrics=[spike.pk])
    assert [each.period_start for each in kept(ours)] == [row.period_start, until]
    with brand_scope(ours.brand):
        anomalies.change_state(actor=ours.actor(), anomaly=row, to=AnomalyStatus.OPEN)
    detect(ours, metrics=[spike.pk])
    assert [each.period_start for each in kept(ours)][1] == TODAY - timedelta(days=3)


@pytest.mark.parametrize(
    ("definition", "days", "reason"),
    [
        (COUNT, 0, NotJudged.NO_EVENTS),
        (COUNT, 13, NotJudged.TOO_SHORT),
        ({"measure": "average", "property": "nothing"}, 34, NotJudged.TOO_SHORT),
        ({"measure": "people", "event": "visit"}, 34, NotJudged.ZERO_VARIANCE),
    ],
)
def test_what_cannot_be_judged_says_why(ours: Tenant, definition: dict[str, Any], days: int, reason: NotJudged) -> None:
    quiet(ours, days)
    keep(ours, definition)
    (outcome,) = detect(ours, metrics=None)
    assert (outcome.judged, outcome.not_judged, kept(ours)) == (0, reason, [])
    with brand_scope(ours.brand):
        assert Metric.objects.get().watch_not_judged == reason


def test_every_kind_of_metric_by_every_interval_and_detector_is_looked_at(ours: Tenant) -> None:
    quiet(ours)
    paid = {"measure": "sum", "event": "visit", "property": "$revenue"}
    kinds = [
        COUNT,
        {"measure": "percentile", "property": "ms", "percent": 90},
        {"measure": "formula", "operation": "divided_by", "first": paid, "second": COUNT},
    ]
    for n, (interval, detector) in enumerate([("HOUR", "MAD"), ("WEEK", "ZSCORE"), ("MONTH", "IQR")]):
        for k, definition in enumerate(kinds):
            keep(ours, definition, name=f"{n} {k}", watch_interval=interval, watch_detector=detector)
    assert len(detect(ours)) == 9


def test_weekends_that_differ_are_no_anomalies_by_default(ours: Tenant) -> None:
    for day in range(1, 50):
        is_weekend = (TODAY - timedelta(days=day)).weekday() >= 5
        put(ours, *visits(day, (8 if is_weekend else 14) + day % 3), at=NOON)
    keep(ours)
    with brand_scope(ours.brand):
        metrics.create(actor=ours.actor(), name="As it comes", definition=COUNT)
    by_median, by_default = detect(ours)
    assert (by_median.found > 5, by_default.found) == (True, 0)


def test_another_way_to_watch_resolves_what_the_former_one_found(ours: Tenant, spike: Metric) -> None:
    detect(ours)
    address = f"{ours.url}analytics/metrics/{spike.pk}/"
    changed = client_for(ours.key).patch(address, {"watch_detector": "IQR", "watch_breakdowns": ["$lib"]})
    assert (changed.status_code, changed.json()["watch_breakdowns"]) == (200, ["$lib"])
    detect(ours)
    assert {(row.detector, row.status) for row in kept(ours)} == {("MAD", "RESOLVED"), ("IQR", "OPEN")}
    assert kept(ours, detector="IQR")[0].root_cause is None  # every event has the same $lib: that explains nothing
    assert client_for(ours.key).delete(address).status_code == 204
    assert kept(ours) == []


class TestOverHttp:
    def ask(self, tenant: Tenant, path: str = "", code: int = 200, **query: Any) -> Any:
        answer = client_for(tenant.key).get(f"{tenant.url}analytics/anomalies/{path}", query)
        assert answer.status_code == code, answer.content
        return answer.json()

    def send(self, tenant: Tenant, path: str, status: int = 200, **body: Any) -> Any:
        answer = client_for(tenant.key).post(f"{tenant.url}analytics/anomalies/{path}", body)
        assert answer.status_code == status, answer.content
        return answer.json()

    def test_asked_for_listed_filtered_and_moved_through_their_states(
        self, ours: Tenant, theirs: Tenant, spike: Metric
    ) -> None:
        # Over HTTP it is another year: the days of this metric are named.
        found = self.send(ours, "detect/", **{"from": "2024-05-20"})["metrics"][0]
        assert (found["metric"]["name"], found["found"] >= 1, found["not_judged"]) == ("Visits", True, None)
        only = {"from": "2024-06-15", "to": "2024-06-15"}
        (row,) = self.ask(ours, **only, status="OPEN", severity="HIGH", direction="ABOVE", metric=spike.pk)["results"]
        assert row == self.ask(ours, f"{row['id']}/")
        assert (row["observed"], row["root_cause"]["dimension"], row["status_by"]) == (51, "country", None)
        assert [self.ask(ours, **only, **no)["results"] for no in ({"status": "MUTED"}, {"direction": "BELOW"})] == [
            [],
            [],
        ]
        assert self.send(ours, f"{row['id']}/acknowledge/", reason="Looking")["status_by"]["name"] == ours.owner.email
        problem = self.send(ours, f"{row['id']}/acknowledge/", 409)
        assert (problem["code"], problem["status_now"]) == ("anomaly_state", "ACKNOWLEDGED")
        muted = self.send(ours, f"{row['id']}/mute/")
        assert (muted["status"], muted["muted_until"] > muted["status_at"]) == ("MUTED", True)
        assert self.send(ours, f"{row['id']}/resolve/")["muted_until"] is None
        assert self.send(ours, f"{row['id']}/reopen/")["status"] == "OPEN"
        with brand_scope(ours.brand):
            done = AuditEntry.objects.filter(action__startswith="anomaly.").order_by("id")
            assert [each.action.removeprefix("anomaly.") for each in done] == [
                "acknowledged",
                "muted",
                "resolved",
                "reopened",
            ]
        assert [each["by"] for each in told(ours, "anomaly.state_changed")][-4:] == ["PERSON"] * 4
        self.ask(theirs, f"{row['id']}/", 404)
        self.send(theirs, f"{row['id']}/resolve/", 404)
        viewer = client_for(ours.viewer)
        assert viewer.post(f"{ours.url}analytics/anomalies/{row['id']}/resolve/").status_code == 403

    def test_a_list_costs_as_many_queries_however_long_it_is(self, ours: Tenant, spike: Metric) -> None:
        detect(ours)
        client, counts = client_for(ours.key), []
        url = f"{ours.url}analytics/anomalies/"
        client.get(url)
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                found = client.get(url, {"from": "2024-01-01"}).json()["results"]
            counts.append((len(found), len(captured)))
            put(ours, *(visit for day in (2, 3, 4) for visit in visits(day, 50, first=500)), at=NOON)
            detect(ours, metrics=[spike.pk])
        assert counts[0][0] < counts[1][0]
        assert counts[0][1] == counts[1][1]

    def test_what_cannot_be_is_refused_by_its_name(self, ours: Tenant, theirs: Tenant, spike: Metric) -> None:
        other = keep(theirs)
        detect(ours)
        (row,) = kept(ours)
        for query in (
            {"status": "GONE"},
            {"severity": "low"},
            {"direction": "UP"},
            {"metric": "x"},
            {"from": "soon"},
            {"to": "9999-12-31"},
            {"surprise": 1},
        ):
            assert set(self.ask(ours, code=400, **query)["errors"]) == set(query)
        for body, name in (
            ({"from": "2001-01-01"}, "from"),
            ({"from": "2099-01-01"}, "from"),
            ({"metrics": []}, "metrics"),
            ({"metrics": [str(other.pk)]}, "metrics"),
            ({"metrics": [str(spike.pk)] * 101}, "metrics"),
            ({"surprise": 1}, "surprise"),
        ):
            assert set(self.send(ours, "detect/", 400, **body)["errors"]) == {name}
        for until in ("2001-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "soon"):
            assert set(self.send(ours, f"{row.pk}/mute/", 400, until=until)["errors"]) == {"until"}


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"status": "MUTED"}, "anomaly_muted_until"),
    ({"status": "ACKNOWLEDGED"}, "anomaly_status_has_its_person"),
    ({"status": "GONE"}, "anomaly_choices_known"),
    ({"observed": float("nan")}, "anomaly_numbers_finite"),
    ({"high": float("inf")}, "anomaly_numbers_finite"),
    ({"direction": "BELOW"}, "anomaly_departs_in_its_direction"),
    ({"expected": -1.0}, "anomaly_expected_within_band"),
    ({"found_at": TODAY - timedelta(days=5)}, "anomaly_found_after_its_period"),
    ({"period_end": TODAY - timedelta(days=5)}, "anomaly_period_has_length"),
    ({"suggested_action": ""}, "anomaly_says_what_to_do"),
]


def test_the_database_refuses_what_cannot_be(ours: Tenant, spike: Metric) -> None:
    detect(ours)
    for changes, constraint in IMPOSSIBLE:
        with brand_scope(ours.brand), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Anomaly.objects.update(**changes)
    with brand_scope(ours.brand), pytest.raises(IntegrityError, match="metric_not_judged"), transaction.atomic():
        Metric.objects.update(watch_not_judged="TOO_SHORT")
    (row,) = kept(ours)
    row.id = new_id()
    with brand_scope(ours.brand), pytest.raises(IntegrityError, match="anomaly_once"), transaction.atomic():
        row.save(force_insert=True)


def test_beat_looks_at_each_brand_that_is_due_once(ours: Tenant, theirs: Tenant, spike: Metric) -> None:
    keep(theirs, watched=False)
    now = timezone.now()
    assert anomalies.due(at=now) == [ours.id]
    tasks.detect_anomalies(str(ours.id))
    assert anomalies.due(at=now) == []
