"""How the queue was: what every minute's reading wrote down, put together into steps."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from ai_studio.choices import Queue, Status
from ai_studio.models import QueueReading, QueueSample
from ai_studio.services import queue_history
from ai_studio.services.queue_history import Point, Span, history, history_for_staff
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ask(ours):
    def get(query="", credential=ours.key):
        return client_for(credential).get(studio.url(ours, f"queue/history/?{query}"))

    return get


@pytest.fixture
def read():
    """read(minutes, tenant=..., waiting=3, ...): what a reading so many minutes after noon wrote down."""

    def write(minute, tenant=None, **counted):
        at = NOON + minute * MINUTE
        QueueReading.objects.get_or_create(at=at)
        if tenant is None:
            return
        zeros = dict.fromkeys(["waiting", "active", "delayed", "completed", "failed"], 0)
        facts = {"queue": Queue.IO, "provider": "free", **zeros, **counted}
        with brand_scope(tenant.brand):
            QueueSample.objects.create(brand=tenant.brand, at=at, **facts)

    return write


def points_of(tenant, minutes=5, **chosen):
    with brand_scope(tenant.brand):
        day = NOON.date()
        at = NOON + minutes * MINUTE
        found = history(actor=tenant.actor(), at=at, from_date=day, to_date=day, **chosen)
    return [point for point in found.points if point.waiting is not None]


def test_a_reading_counts_what_waits_runs_and_ended_by_brand_queue_and_provider(ours, theirs, committed):
    now = timezone.now()
    begun = {"status": Status.PROCESSING, "started_at": now, "claimed_at": now, "queue": Queue.IO, "provider": "free"}
    studio.generation(ours, next_step_at=now - timedelta(seconds=90))
    studio.generation(ours, next_step_at=now)
    studio.generation(ours, lease_until=now + timedelta(minutes=1), **begun)
    studio.generation(ours, **begun | {"next_step_at": now + timedelta(hours=1)})
    before = now.replace(second=0, microsecond=0) - timedelta(seconds=1)
    for status in (Status.COMPLETED, Status.COMPLETED, Status.FAILED):
        studio.generation(ours, status=status, completed_at=before)
    studio.generation(ours, status=Status.FAILED, completed_at=before - MINUTE)
    studio.generation(theirs)
    assert queue_history.read_queues()
    with brand_scope(ours.brand):
        rows = {row.queue: row for row in QueueSample.objects.all()}
    render, io = rows[Queue.RENDER], rows[Queue.IO]
    assert (render.provider, render.waiting, render.active, render.delayed) == ("local", 2, 0, 0)
    assert render.oldest_seconds == pytest.approx(90, abs=5)
    assert (render.completed, render.failed) == (2, 1)
    assert (io.provider, io.waiting, io.active, io.delayed, io.oldest_seconds) == ("free", 0, 1, 1, None)
    with brand_scope(theirs.brand):
        assert QueueSample.objects.get().waiting == 1


def test_a_minute_is_written_down_once(ours, committed):
    studio.generation(ours)
    together = [queue_history.read_queues() for _ in range(3)]
    assert sum(together) == 1 + (QueueReading.objects.count() > 1)  # a minute may begin in between
    with brand_scope(ours.brand):
        assert QueueSample.objects.count() == QueueReading.objects.count()


def test_readings_are_forgotten_after_a_week(ours, read, committed):
    old = timezone.now().replace(second=0, microsecond=0) - timedelta(days=7, minutes=1)
    QueueReading.objects.create(at=old)
    with brand_scope(ours.brand):
        QueueSample.objects.create(
            brand=ours.brand, at=old, queue=Queue.IO, provider="free", waiting=0, active=1, delayed=0, completed=0,
            failed=0,
        )  # fmt: skip
    queue_history.read_queues()
    assert not QueueReading.objects.filter(at=old).exists()
    with brand_scope(ours.brand):
        assert not QueueSample.objects.exists()


def test_a_minute_with_nothing_is_zero_and_one_that_nobody_read_is_unknown(ours, read):
    read(1, ours, waiting=2, oldest_seconds=7.5)
    read(2)
    with brand_scope(ours.brand):
        found = queue_history._points("default", Span(NOON, NOON + 4 * MINUTE), brand_id=ours.id)
    assert [(point.waiting, point.oldest_seconds, point.completed) for point in found] == [
        (2, 7.5, 0),
        (0, None, 0),
        (None, None, None),
        (None, None, None),
    ]


def test_a_step_tells_the_highest_depth_and_the_sum_of_what_ended(ours, read):
    for minute, waiting, completed in ((1, 1, 4), (3, 5, 3), (5, 2, 2), (6, 9, 1)):
        read(minute, ours, waiting=waiting, oldest_seconds=float(waiting), completed=completed)
    read(3, ours, waiting=1, oldest_seconds=60.0, completed=1, queue=Queue.RENDER, provider="local")
    assert points_of(ours, minutes=30) == [
        Point(NOON, 6, 0, 0, 60.0, 10, 0),
        Point(NOON + 5 * MINUTE, 9, 0, 0, 9.0, 1, 0),
    ]
    assert [point.waiting for point in points_of(ours, minutes=30, queue=Queue.RENDER)] == [1, 0]
    assert [point.waiting for point in points_of(ours, minutes=30, provider="free")] == [5, 9]


def test_a_brand_reads_its_own_history_and_staff_that_of_all(ours, theirs, read, committed):
    read(1, ours, waiting=2, oldest_seconds=1.0)
    read(1, theirs, waiting=40, oldest_seconds=300.0)
    assert [(point.waiting, point.oldest_seconds) for point in points_of(ours)] == [(2, 1.0)]
    shown = Span(NOON, NOON + MINUTE)
    assert [(p.waiting, p.oldest_seconds) for p in history_for_staff(span=shown)] == [(42, 300.0)]
    assert [p.waiting for p in history_for_staff(span=shown, brand_id=theirs.id)] == [40]


def test_the_default_is_since_yesterday_until_now(ask):
    answer = ask().json()
    today = timezone.now().date()
    assert (answer["from"], answer["to"]) == (str(today - timedelta(days=1)), str(today))
    first, last = (datetime.fromisoformat(answer["points"][n]["at"]) for n in (0, -1))
    assert first.date() == today - timedelta(days=1)
    assert last <= timezone.now() < last + timedelta(seconds=answer["step_seconds"])
    assert {point["waiting"] for point in answer["points"]} == {None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-11-02&to=2026-11-01", "from"),
        ("from=2026-11-01&to=2026-11-20", "from"),
        ("to=someday", "to"),
        ("queue=control", "queue"),
        ("provider=" + "x" * 41, "provider"),
        ("provider=%00", "provider"),
        ("brand=another", "brand"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(ask, query, field):
    answer = ask(query)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_days_to_come_have_no_points(ask):
    assert ask("from=2099-01-01&to=2099-01-02").json()["points"] == []


def test_whoever_may_see_work_may_see_the_queue(ours, ask):
    assert ask(credential=ours.viewer).status_code == 200
    assert ask(credential=ours.key_with("budget.view")).status_code == 403
