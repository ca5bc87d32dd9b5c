"""What was called off is called off at its provider too, once it is known there, and whatever dies in between."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest
import redis
from django.db import connection
from pytest_django.fixtures import Settings

from ai_studio import pipeline
from ai_studio.choices import CancelState, Status, SubmitState
from ai_studio.models import Attempt, Generation
from ai_studio.providers import registry
from ai_studio.services import calling_off, generations, sweeping
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("provider", "theirs")


def cancel(tenant: Tenant, generation: Generation) -> None:
    with brand_scope(tenant.brand):
        generations.cancel(actor=tenant.actor(), generation=Generation.objects.get(pk=generation.pk))


def accepted(tenant: Tenant, prompt: str, **wish: object) -> Generation:
    """A job that its provider has and works on."""
    asked = steps.ask(tenant, prompt, "queue:1", **wish)
    steps.step()
    return asked


def last(generation: Generation) -> Attempt:
    return steps.attempts(generation)[-1]


def tell(generation: Generation) -> Attempt:
    """What the worker of the control queue does when its bell rings."""
    calling_off.tell(brand_id=generation.brand_id, attempt_id=last(generation).pk)
    return last(generation)


def let_time_pass(generation: Generation) -> None:
    with brand_scope(generation.brand_id), connection.cursor() as cursor:
        cursor.execute("UPDATE ai_studio_attempt SET cancel_next_at = now() WHERE cancel_next_at IS NOT NULL")


class Rung:
    """The bells of the control queue that nobody has heard yet."""

    def __init__(self, server: redis.Redis) -> None:
        self._server = server
        self.forget()

    def attempts(self) -> list[UUID]:
        messages: Any = self._server.lrange("control", 0, -1)
        bodies = [json.loads(base64.b64decode(json.loads(message)["body"])) for message in messages]
        return [UUID(kwargs["attempt_id"]) for _, kwargs, _ in bodies]

    def forget(self) -> None:
        self._server.delete("control")


@pytest.fixture
def rung(redis_server: redis.Redis, provider: ProviderServer) -> Rung:
    return Rung(redis_server)


def test_the_provider_is_told_once_and_the_attempt_says_so(ours: Tenant, provider: ProviderServer, rung: Rung) -> None:
    asked = accepted(ours, "unwanted")
    cancel(ours, asked)
    assert not provider.called_off, "the request does not wait for the provider"
    assert rung.attempts() == [last(asked).pk]
    assert last(asked).cancel_state == CancelState.REQUESTED
    for _ in range(2):
        told = tell(asked)
        assert (told.cancel_state, told.cancel_tries, told.cancel_error) == (CancelState.TOLD, 1, "")
        assert (told.submit_state, told.error_code) == (SubmitState.ACCEPTED, "called_off")
        assert told.finished_at is not None
    assert provider.called_off == ["unwanted"]
    steps.all_in_order()


def test_cancelling_twice_tells_the_provider_once(ours: Tenant, provider: ProviderServer, rung: Rung) -> None:
    asked = accepted(ours, "unwanted")
    for _ in range(2):
        cancel(ours, asked)
        tell(asked)
    assert (len(rung.attempts()), provider.called_off) == (1, ["unwanted"])


def test_a_provider_that_never_had_the_job_is_not_told(ours: Tenant, rung: Rung) -> None:
    waiting, between = steps.ask(ours), steps.ask(ours, "between attempts", "busy:30", priority=9)
    steps.step()
    for generation in (waiting, between):
        cancel(ours, generation)
        assert not any(attempt.cancel_state for attempt in steps.attempts(generation))
    assert rung.attempts() == []


def test_a_provider_that_is_busy_is_told_again_and_in_the_end_left_alone(
    ours: Tenant, provider: ProviderServer, rung: Rung
) -> None:
    asked = accepted(ours, "deaf", extras={"script": ["queue:1"], "cancel": [503] * calling_off.MAX_TRIES})
    cancel(ours, asked)
    for tries in range(1, calling_off.MAX_TRIES):
        told = tell(asked)
        assert (told.cancel_state, told.cancel_tries) == (CancelState.REQUESTED, tries)
        assert tell(asked).cancel_tries == tries, "not before its time"
        let_time_pass(asked)
    told = tell(asked)
    assert (told.cancel_state, told.cancel_next_at) == (CancelState.GIVEN_UP, None)
    assert "cannot_call_off" in told.cancel_error
    assert provider.asked_to_call_off["deaf"] == calling_off.MAX_TRIES


def test_workers_that_die_while_telling_are_not_sent_for_ever(
    ours: Tenant, provider: ProviderServer, rung: Rung
) -> None:
    asked = accepted(ours, "deadly")
    cancel(ours, asked)
    for _ in range(calling_off.MAX_TRIES):
        with brand_scope(ours.brand):
            assert calling_off.take(last(asked).pk) is not None
        let_time_pass(asked)
    assert tell(asked).cancel_state == CancelState.GIVEN_UP
    assert provider.asked_to_call_off["deadly"] == 0


def test_a_second_try_that_is_heard_is_enough(ours: Tenant, provider: ProviderServer, rung: Rung) -> None:
    asked = accepted(ours, "hard of hearing", extras={"script": ["queue:1"], "cancel": [500]})
    cancel(ours, asked)
    tell(asked)
    let_time_pass(asked)
    told = tell(asked)
    assert (told.cancel_state, told.cancel_error) == (CancelState.TOLD, "")
    assert provider.called_off == ["hard of hearing"]


def test_a_provider_that_refuses_is_not_told_again(ours: Tenant, rung: Rung) -> None:
    asked = accepted(ours, "too late", extras={"script": ["queue:1"], "cancel": [409]})
    cancel(ours, asked)
    assert tell(asked).cancel_state == CancelState.GIVEN_UP


def test_a_defect_of_an_adapter_is_told_by_its_name_and_tried_again(
    ours: Tenant, rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = accepted(ours, "unwanted")
    cancel(ours, asked)
    with monkeypatch.context() as broken:
        broken.setattr(registry.provider("billing"), "_url", None)
        told = tell(asked)
    assert (told.cancel_state, "TypeError" in told.cancel_error) == (CancelState.REQUESTED, True)
    let_time_pass(asked)
    assert tell(asked).cancel_state == CancelState.TOLD


def test_a_provider_that_was_switched_off_cannot_be_told(ours: Tenant, rung: Rung, settings: Settings) -> None:
    asked = accepted(ours, "orphan")
    cancel(ours, asked)
    settings.STUDIO_PROVIDERS = ["tests.providers.adapter.FreeProvider"]
    registry.providers.cache_clear()
    assert tell(asked).cancel_state == CancelState.GIVEN_UP


def test_a_bell_that_nobody_heard_is_rung_again_by_the_sweeper(
    ours: Tenant, theirs: Tenant, provider: ProviderServer, rung: Rung
) -> None:
    """The broker was away, or the worker died after it had taken the bell, or while it told the provider."""
    asked, still_wanted = accepted(ours, "unwanted"), accepted(theirs, "wanted")
    cancel(ours, asked)
    rung.forget()
    sweeping.sweep()
    assert rung.attempts() == [last(asked).pk]
    with brand_scope(ours.brand):
        assert calling_off.take(last(asked).pk) is not None
    rung.forget()
    sweeping.sweep()
    assert rung.attempts() == [], "somebody is at it"
    let_time_pass(asked)
    sweeping.sweep()
    assert rung.attempts() == [last(asked).pk]
    assert tell(asked).cancel_state == CancelState.TOLD
    assert steps.finish(still_wanted).status == Status.COMPLETED
    assert provider.called_off == ["unwanted"]


def test_two_workers_that_hear_the_same_bell_tell_it_once(ours: Tenant, provider: ProviderServer, rung: Rung) -> None:
    asked = accepted(ours, "unwanted")
    cancel(ours, asked)
    attempt = last(asked)
    steps.together([lambda: calling_off.tell(brand_id=ours.id, attempt_id=attempt.pk)] * 4)
    assert provider.asked_to_call_off["unwanted"] == 1


def test_an_acceptance_that_comes_after_the_cancellation_is_called_off(
    ours: Tenant, provider: ProviderServer, rung: Rung
) -> None:
    asked = steps.ask(ours, "slow to accept", "late:1")
    claimed = steps.claim()
    with steps.in_thread(lambda: pipeline.step(claimed)):
        wait_until(lambda: provider.asked["slow to accept"] == 1, "the provider was asked")
        cancel(ours, asked)
        assert rung.attempts() == [], "the provider could not tell yet what is meant"
        provider.open_gate("slow to accept")
    assert rung.attempts() == [last(asked).pk]
    told = tell(asked)
    assert (told.cancel_state, told.external_id in provider.jobs) == (CancelState.TOLD, True)
    assert provider.called_off == ["slow to accept"]
    assert steps.fresh(asked).status == Status.CANCELLED
    steps.all_in_order()


def test_when_the_worker_died_before_the_acceptance_the_provider_is_told_by_the_attempts_key(
    ours: Tenant, provider: ProviderServer, rung: Rung
) -> None:
    asked = steps.ask(ours, "never heard of", "gate")
    claimed = steps.claim()
    with steps.in_thread(lambda: pipeline.step(claimed)):
        wait_until(lambda: provider.accepted["never heard of"] == 1, "the provider is at work")
        cancel(ours, asked)
        assert tell(asked).cancel_tries == 0, "its answer may still come"
        let_time_pass(asked)
        assert tell(asked).cancel_state == CancelState.TOLD
        assert provider.called_off == ["never heard of"]
        provider.open_gate("never heard of")


def test_a_successor_is_not_called_off_with_the_attempt_that_a_slow_worker_brings_home(
    ours: Tenant, provider: ProviderServer, rung: Rung
) -> None:
    asked = steps.ask(ours, "overtaken", "late:1", "make", provider="free")
    slow = steps.claim()
    with steps.in_thread(lambda: pipeline.step(slow)):
        wait_until(lambda: provider.asked["overtaken"] == 1, "the first worker has asked")
        steps.expire(asked)
        assert steps.step().status == Status.COMPLETED
        provider.open_gate("overtaken")
    first, second = steps.attempts(asked)
    assert (first.cancel_state, second.cancel_state) == (CancelState.REQUESTED, "")
    calling_off.tell(brand_id=ours.id, attempt_id=first.pk)
    assert provider.called_off == ["overtaken"]
    assert steps.fresh(asked).status == Status.COMPLETED
    steps.all_in_order()


def test_a_slow_poll_does_not_call_off_what_another_worker_polls(
    ours: Tenant, provider: ProviderServer, rung: Rung
) -> None:
    asked = steps.ask(ours, "polled twice", "queue:3")
    steps.step()
    steps.make_due(asked)
    slow = steps.claim()
    steps.expire(asked)
    successor = steps.claim()
    pipeline.step(slow)
    assert (rung.attempts(), last(asked).cancel_state) == ([], "")
    pipeline.step(successor)
    assert steps.finish(asked).status == Status.COMPLETED


@pytest.mark.parametrize("by", ["sweeper", "worker"])
def test_what_misses_its_deadline_is_called_off_too(
    ours: Tenant, provider: ProviderServer, rung: Rung, by: str
) -> None:
    asked = accepted(ours, "endless")
    steps.pass_deadline(asked)
    if by == "sweeper":
        sweeping.sweep()
    else:
        steps.make_due(asked)
        steps.step()
    assert steps.fresh(asked).error_code == "deadline"
    told = tell(asked)
    assert (told.cancel_state, told.submit_state) == (CancelState.TOLD, SubmitState.ACCEPTED)
    assert provider.called_off == ["endless"]
    steps.all_in_order()


def test_a_provider_that_finishes_all_the_same_neither_revives_nor_charges(
    ours: Tenant, provider: ProviderServer, rung: Rung
) -> None:
    asked = steps.ask(ours, "stubborn", "queue:0", charge_usd="0.05")
    steps.step()
    steps.make_due(asked)
    claimed = steps.claim()
    cancel(ours, asked)
    pipeline.step(claimed)
    now = steps.fresh(asked)
    assert (now.status, now.cost_usd) == (Status.CANCELLED, None)
    assert steps.told(asked) == ["generation.requested", "generation.cancelled"]
    tell(asked)
    steps.all_in_order()


def test_clean_up_waits_until_the_provider_was_told(ours: Tenant, rung: Rung, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "KEPT_FAILED", 0)
    asked = accepted(ours, "unwanted")
    cancel(ours, asked)
    assert sweeping.clean_up(brand_id=ours.id) == 0
    tell(asked)
    assert sweeping.clean_up(brand_id=ours.id) == 1


def test_workers_hear_the_bell_of_a_cancellation(ours: Tenant, provider: ProviderServer, workers: object) -> None:
    asked = accepted(ours, "unwanted")
    cancel(ours, asked)
    wait_until(lambda: last(asked).cancel_tries == 1, "a worker of the control queue has heard it")
