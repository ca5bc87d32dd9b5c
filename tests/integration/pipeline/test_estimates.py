"""When a turn will come, told from a history of turns that was made up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy
import pytest
from django.utils import timezone

from ai_studio.choices import Queue, Status
from ai_studio.models import Generation
from ai_studio.services import pace, queue
from ai_studio.services.places import Place, place, places
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant
from tests.integration.pipeline import steps

pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def turns(tenant: Tenant, moments: Sequence[datetime], *, asked_at: datetime | None = None) -> None:
    """Jobs that began at these moments; they were asked for at `asked_at`, or as they began."""
    for at in moments:
        facts = {"created_at": asked_at or at, "started_at": at, "claimed_at": at, "completed_at": at}
        studio.generation(tenant, status=Status.COMPLETED, provider="free", queue=Queue.IO, **facts)


def every(seconds: float, count: int, *, until: datetime) -> list[datetime]:
    return [until - timedelta(seconds=seconds * n) for n in range(count)][::-1]


def place_of(generation: Generation) -> Place:
    with brand_scope(generation.brand_id):
        return place(generation)


def test_an_estimate_is_the_measured_gap_between_turns_times_the_place(ours: Tenant, now: datetime) -> None:
    turns(ours, every(4, 20, until=now), asked_at=now - timedelta(hours=1))
    asked = [steps.ask(ours) for _ in range(10)]
    with brand_scope(ours.brand):
        found = places(asked)
    assert [found[job.pk].eta_seconds for job in asked] == pytest.approx([4 * n for n in range(1, 11)], rel=0.1)


def test_time_in_which_nothing_was_asked_for_counts_for_nothing(ours: Tenant, now: datetime) -> None:
    early = every(2, 10, until=now - timedelta(minutes=5))
    late = every(2, 10, until=now)
    turns(ours, early, asked_at=now - timedelta(hours=1))
    turns(ours, late, asked_at=late[0] - timedelta(seconds=2))
    assert place_of(steps.ask(ours)).eta_seconds == pytest.approx(2, abs=0.3)


def test_when_turns_cease_to_come_the_estimate_grows(ours: Tenant, now: datetime) -> None:
    turns(ours, every(1, 11, until=now - timedelta(minutes=4)), asked_at=now - timedelta(hours=1))
    waiting = steps.ask(ours)
    assert place_of(waiting).eta_seconds == pytest.approx(1, abs=0.3)
    with brand_scope(ours.brand):
        Generation.objects.filter(pk=waiting.pk).update(created_at=now - timedelta(hours=1))
    assert place_of(waiting).eta_seconds == pytest.approx((10 + 240) / 10, abs=1)


def test_old_turns_tell_nothing(ours: Tenant, now: datetime) -> None:
    turns(ours, every(1, 20, until=now - timedelta(minutes=11)), asked_at=now - timedelta(hours=1))
    assert place_of(steps.ask(ours)) == Place(1)


def test_without_enough_turns_no_estimate_is_made_up(ours: Tenant, now: datetime) -> None:
    turns(ours, every(1, pace.MINIMUM_TURNS, until=now), asked_at=now - timedelta(hours=1))
    assert place_of(steps.ask(ours)) == Place(1)


def test_another_brands_turns_tell_nothing(ours: Tenant, theirs: Tenant, now: datetime) -> None:
    turns(theirs, every(1, 20, until=now), asked_at=now - timedelta(hours=1))
    assert place_of(steps.ask(ours)) == Place(1)


def test_a_paused_brand_has_no_estimate_and_once_resumed_is_measured_anew(ours: Tenant, now: datetime) -> None:
    turns(ours, every(1, 20, until=now), asked_at=now - timedelta(hours=1))
    waiting = steps.ask(ours)
    with brand_scope(ours.brand):
        queue.pause(actor=ours.actor())
    assert place_of(waiting) == Place(1)
    with brand_scope(ours.brand):
        queue.resume(actor=ours.actor())
    assert place_of(waiting) == Place(1)
    turns(ours, every(-2, 6, until=timezone.now()), asked_at=now - timedelta(hours=1))
    assert place_of(waiting).eta_seconds is not None


def test_the_range_holds_eight_of_ten_simulated_turns() -> None:
    """Gaps drawn from one exponential distribution: measured on a hundred, then predicted over forty."""
    draw = numpy.random.default_rng(7)
    within = 0
    for _ in range(1000):
        seen, to_come = draw.exponential(2, 100), draw.exponential(2, 40)
        low, high = pace.Pace(100, seen.mean(), seen.std(ddof=1)).range_seconds(40)
        within += bool(low <= to_come.sum() <= high)
    assert within == pytest.approx(800, abs=40)


def test_the_range_is_around_the_estimate(ours: Tenant, now: datetime) -> None:
    moments, at = [], now - timedelta(seconds=60)
    for n in range(20):
        at += timedelta(seconds=1 + 4 * (n % 2))
        moments.append(min(at, now))
    turns(ours, moments, asked_at=now - timedelta(hours=1))
    found = place_of(steps.ask(ours))
    assert found.eta_seconds is not None
    assert found.eta_from_seconds is not None
    assert found.eta_to_seconds is not None
    assert 0 <= found.eta_from_seconds < found.eta_seconds < found.eta_to_seconds
