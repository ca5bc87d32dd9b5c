"""Many at once: what must happen once does."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

from django.db import connection
from django.utils import timezone

from brands.errors import AtelierError
from brands.models import DomainEvent, Membership
from brands.services import actors
from brands.tenancy.scope import brand_scope
from collaboration.models import Review, ReviewDecision, ReviewItem
from collaboration.reviews import asking_again, changing, deciding, reminding, versions
from collaboration.reviews.policies import StepWanted
from tests import factories, studio
from tests.factories import Tenant
from tests.reviews import ask, told

PARALLEL = 20


def at_once(count: int, do: Callable[[int], Any]) -> list[Any]:
    """What each gave, or the code of its refusal."""
    start = Barrier(count, timeout=20)

    def run(number: int) -> Any:
        start.wait()
        try:
            return do(number)
        except AtelierError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def test_of_twenty_decisions_at_once_one_completes_the_step(committed: None, ours: Tenant) -> None:
    people = [factories.make_user(f"r{n}@ours.example") for n in range(PARALLEL)]
    with brand_scope(ours.brand):
        Membership.objects.bulk_create(Membership(brand=ours.brand, user=user, role="REVIEWER") for user in people)
    steps = [StepWanted(members=[user.pk for user in people], min_approvals=3), StepWanted(members=[ours.admin.pk])]
    review = ask(ours, studio.finished(ours), steps=steps)

    def decide(number: int) -> bool:
        with brand_scope(ours.brand):
            actor = actors.for_user(brand_id=ours.id, user=people[number])
            how = {"review_id": review.pk, "round": 1, "verdict": "APPROVE", "at": timezone.now()}
            return deciding.decide(actor=actor, **how).completed

    answers = at_once(PARALLEL, decide)
    assert sorted(map(str, answers)) == ["False"] * 2 + ["True"] + ["not_in_turn"] * (PARALLEL - 3)
    assert told(ours) == ["requested", "decided", "decided", "decided", "step_opened"]
    with brand_scope(ours.brand):
        assert ReviewDecision.objects.count() == 3


def test_one_person_who_decides_twice_at_once_decided_once(committed: None, ours: Tenant) -> None:
    steps = [StepWanted(members=[ours.reviewer.pk, ours.admin.pk], min_approvals=2)]
    review = ask(ours, studio.finished(ours), steps=steps)

    def decide(_: int) -> bool:
        with brand_scope(ours.brand):
            actor = ours.actor("REVIEWER")
            how = {"review_id": review.pk, "round": 1, "verdict": "APPROVE", "at": timezone.now()}
            return deciding.decide(actor=actor, **how).completed

    assert sorted(map(str, at_once(4, decide))) == ["False"] + ["decided_already"] * 3


def test_of_two_beats_one_reminds_and_one_follows_a_new_version(committed: None, ours: Tenant) -> None:
    made = studio.finished(ours)
    review = ask(ours, made, due_at=timezone.now() + timedelta(hours=1))
    assert reminding.brands_to_remind(at=timezone.now()) == [ours.id]
    assert sorted(at_once(4, lambda _: reminding.remind(brand_id=ours.id, at=timezone.now()))) == [0, 0, 0, 1]
    assert reminding.brands_to_remind(at=timezone.now()) == []
    assert versions.followed() == []
    newer = studio.finished(ours, parent=made, parent_kind="VERSION", version=2)
    assert versions.followed() == [(ours.id, review.pk)]

    def follow(_: int) -> bool:
        return asking_again.follow(brand_id=ours.id, review_id=review.pk, at=timezone.now())

    assert sorted(at_once(4, follow)) == [False, False, False, True]
    assert versions.followed() == []
    with brand_scope(ours.brand):
        assert Review.objects.get().round == 2
        assert ReviewItem.objects.get(round__number=2).resource_id == newer.pk
        assert DomainEvent.objects.get(type="review.asked_again").payload["user"] == newer.user_id


def test_beat_waits_for_no_review_while_the_log_waits_for_it(committed: None, ours: Tenant) -> None:
    due = timezone.now() + timedelta(hours=1)
    first, second = (ask(ours, studio.finished(ours), due_at=due) for _ in range(2))
    holding, moved = Event(), timezone.now() + timedelta(days=9)

    def beat_or_move(number: int) -> Any:
        if number:
            assert holding.wait(20)
            return reminding.remind(brand_id=ours.id, at=timezone.now())
        with brand_scope(ours.brand):
            review = Review.objects.select_for_update().get(pk=second.pk)
            holding.set()
            assert waits_for_a_lock()  # beat, which has reminded of the first
            return changing.change(actor=ours.actor("EDITOR"), review_id=review.pk, at=timezone.now(), due_at=moved)

    changed, reminded = at_once(2, beat_or_move)
    assert (changed.due_at, reminded) == (moved, 1)
    with brand_scope(ours.brand):
        assert DomainEvent.objects.get(type="review.due_soon").payload["review"] == str(first.pk)


def waits_for_a_lock() -> bool:
    """Somebody does, within seconds."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return True
    return False
