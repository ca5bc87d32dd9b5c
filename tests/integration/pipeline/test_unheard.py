"""Submissions whose answer was lost, at providers that bill and call back: one submission, whatever happens."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from ai_studio import pipeline
from ai_studio.choices import CancelState, LedgerKind, Stage, Status, SubmitState
from ai_studio.models import Attempt, Generation, LedgerEntry
from ai_studio.providers import registry
from ai_studio.services import generations
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.fakes import FAKES, PROVIDER_PATHS
from tests.providers.fakes.base import running
from tests.providers.fakes.letters import SignedLetter

pytestmark = pytest.mark.usefixtures("committed", "theirs")

MODELS = {"replicate": "black-forest-labs/flux-schnell", "fal": "fal-ai/flux/schnell"}
KEYS = {"replicate": "REPLICATE_API_TOKEN", "fal": "FAL_KEY"}


@pytest.fixture(params=["replicate", "fal"])
def fake(
    request: pytest.FixtureRequest, committed: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    name = request.param
    with running(FAKES[name]()) as fake:
        settings.PUBLIC_URL = "https://atelier.example"
        settings.SECURE_SSL_REDIRECT = False
        settings.EGRESS_ALLOW = ["127.0.0.1"]
        settings.STUDIO_PROVIDER_URLS = {name: fake.url}
        settings.STUDIO_PROVIDERS = [PROVIDER_PATHS[name]]
        monkeypatch.setenv(KEYS[name], fake.key)
        registry.providers.cache_clear()
        yield fake
    registry.providers.cache_clear()


def ask(tenant: Tenant, fake: Any) -> Generation:
    return steps.ask(tenant, provider=fake.name, model=MODELS[fake.name], extras={})


def lost(tenant: Tenant, fake: Any) -> Generation:
    """A job that the provider has, and that nobody told us of."""
    before = len(fake.accepted)
    fake.misbehave("lost")
    asked = ask(tenant, fake)
    waiting = steps.step()
    assert len(fake.accepted) == before + 1
    assert (waiting.status, waiting.stage) == (Status.PROCESSING, Stage.RENDERING)
    return asked


def last_letter(fake: Any, **how: Any) -> SignedLetter:
    letter: SignedLetter = fake.letter(fake.accepted[-1]["id"], **how)
    return letter


def age(generation: Generation, seconds: int) -> None:
    with brand_scope(generation.brand_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ai_studio_attempt SET started_at = started_at - %s WHERE generation_id = %s",
            [timedelta(seconds=seconds), generation.pk],
        )


def spent(tenant: Tenant) -> set[str]:
    with brand_scope(tenant.brand):
        return set(LedgerEntry.objects.values_list("kind", flat=True))


def test_a_lost_answer_is_made_good_by_the_webhook_and_nothing_is_submitted_twice(ours: Tenant, fake: Any) -> None:
    asked = lost(ours, fake)
    (attempt,) = steps.attempts(asked)
    assert (attempt.submit_state, attempt.finished_at) == (SubmitState.UNKNOWN, None)
    assert last_letter(fake).post().status_code == 204
    done = steps.step()
    assert done.status == Status.COMPLETED
    (attempt,) = steps.attempts(asked)
    assert attempt.submit_state == SubmitState.ACCEPTED
    assert fake.accepted[0]["id"] in attempt.external_id
    assert len(fake.accepted) == 1
    steps.all_in_order()


def test_a_lost_answer_of_which_nothing_is_heard_ends_the_job_when_the_time_is_up(ours: Tenant, fake: Any) -> None:
    asked = lost(ours, fake)
    for _ in range(3):
        assert 0 < steps.seconds_until_due(asked) <= 30
        steps.make_due(asked)
        assert steps.step().status == Status.PROCESSING
    age(asked, 601)
    steps.make_due(asked)
    failed = steps.step()
    assert (failed.status, failed.error_code) == (Status.FAILED, "submit_unknown")
    (attempt,) = steps.attempts(asked)
    assert (attempt.submit_state, attempt.error_code) == (SubmitState.UNKNOWN, "submit_unknown")
    assert len(fake.accepted) == 1
    assert spent(ours) == {LedgerKind.HOLD, LedgerKind.SETTLE}  # it is taken to have been billed
    steps.all_in_order()


def test_where_providers_cannot_call_us_a_lost_answer_ends_the_job_at_once(
    ours: Tenant, fake: Any, settings: Settings
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    fake.misbehave("lost")
    ask(ours, fake)
    failed = steps.step()
    assert (failed.status, failed.error_code) == (Status.FAILED, "submit_unknown")
    assert len(fake.accepted) == 1
    assert "webhook" not in str(fake.requests[0].body) + str(fake.requests[0].query)
    steps.all_in_order()


@pytest.mark.parametrize("word", ["lost", "broken", "garbage", "cut", "truncated"])
def test_however_the_answer_is_lost_there_is_one_submission(ours: Tenant, fake: Any, word: str) -> None:
    fake.misbehave(word)
    asked = ask(ours, fake)
    assert steps.step().status == Status.PROCESSING
    last_letter(fake).post()
    assert steps.finish(asked).status == Status.COMPLETED
    assert len(fake.accepted) == 1
    steps.all_in_order()


def test_a_worker_killed_between_sending_and_answer_is_replaced_by_one_that_waits(ours: Tenant, fake: Any) -> None:
    asked = ask(ours, fake)
    dead = steps.claim()
    registry.provider(fake.name).submit(pipeline.job_of(dead.generation, key=dead.attempt.id), lambda _: None)
    steps.expire(asked)
    assert steps.step().status == Status.PROCESSING
    (attempt,) = steps.attempts(asked)
    assert (attempt.pk, attempt.submit_state, attempt.finished_at) == (dead.attempt.pk, SubmitState.UNKNOWN, None)
    assert last_letter(fake).post().status_code == 204
    assert steps.step().status == Status.COMPLETED
    assert len(fake.accepted) == 1
    steps.all_in_order()


def test_workers_killed_again_and_again_never_submit_again(ours: Tenant, fake: Any) -> None:
    asked = ask(ours, fake)
    dead = steps.claim()
    registry.provider(fake.name).submit(pipeline.job_of(dead.generation, key=dead.attempt.id), lambda _: None)
    steps.expire(asked)
    steps.claim()  # dies before it reads what its claim says
    steps.expire(asked)
    assert steps.step().status == Status.PROCESSING
    assert [attempt.pk for attempt in steps.attempts(asked)] == [dead.attempt.pk]
    age(asked, 601)
    steps.make_due(asked)
    assert steps.step().error_code == "submit_unknown"
    assert len(fake.accepted) == 1
    steps.all_in_order()


def test_the_webhook_may_come_before_anyone_knows_that_the_worker_died(ours: Tenant, fake: Any) -> None:
    asked = ask(ours, fake)
    dead = steps.claim()
    registry.provider(fake.name).submit(pipeline.job_of(dead.generation, key=dead.attempt.id), lambda _: None)
    assert last_letter(fake).post().status_code == 204
    steps.expire(asked)
    assert steps.step().status == Status.COMPLETED
    assert len(fake.accepted) == 1
    steps.all_in_order()


def test_a_slow_workers_late_answer_is_word_of_the_job_too(ours: Tenant, fake: Any) -> None:
    asked = ask(ours, fake)
    slow = steps.claim()
    answered = registry.provider(fake.name).submit(
        pipeline.job_of(slow.generation, key=slow.attempt.id), lambda _: None
    )
    steps.expire(asked)
    assert steps.step().status == Status.PROCESSING
    pipeline.record_running(slow, answered)
    assert steps.finish(asked).status == Status.COMPLETED
    assert (len(fake.accepted), fake.called_off) == (1, [])
    steps.all_in_order()


def test_when_webhooks_are_lost_polling_finds_what_was_made(ours: Tenant, fake: Any) -> None:
    done = steps.finish(ask(ours, fake))
    assert done.status == Status.COMPLETED
    assert len(fake.accepted) == 1
    steps.all_in_order()


def test_a_hundred_copies_of_a_webhook_change_nothing_twice(ours: Tenant, fake: Any) -> None:
    asked = lost(ours, fake)
    letter = last_letter(fake)
    assert {letter.post().status_code for _ in range(50)} == {204}
    done = steps.step()
    assert done.status == Status.COMPLETED
    assert {letter.post().status_code for _ in range(50)} == {204}
    assert steps.fresh(asked) == done
    assert steps.fresh(asked).status_seq == done.status_seq
    assert steps.told(asked) == ["generation.requested", "generation.completed"]
    steps.all_in_order()


def test_a_webhook_makes_a_waiting_job_due_and_its_words_are_not_believed(ours: Tenant, fake: Any) -> None:
    asked = ask(ours, fake)
    steps.step()
    with brand_scope(ours.brand), connection.cursor() as cursor:
        cursor.execute("UPDATE ai_studio_generation SET next_step_at = now() + interval '1 hour'")
    letter = last_letter(fake)
    work = (fake.predictions if fake.name == "replicate" else fake.work)[fake.accepted[0]["id"]]
    work["polls"] = 0  # whatever it says, it is not done
    assert letter.post().status_code == 204
    assert steps.seconds_until_due(asked) <= 0
    assert steps.step().status == Status.PROCESSING


def test_word_of_a_job_that_was_given_up_gets_its_provider_told(ours: Tenant, fake: Any) -> None:
    asked = lost(ours, fake)
    with brand_scope(ours.brand):
        generations.cancel(actor=ours.actor(), generation=Generation.objects.get(pk=asked.pk))
    last_letter(fake).post()
    (attempt,) = steps.attempts(asked)
    assert fake.accepted[0]["id"] in attempt.external_id
    assert attempt.cancel_state == CancelState.REQUESTED
    assert steps.fresh(asked).status == Status.CANCELLED


def test_work_that_belongs_to_another_attempt_is_not_taken(ours: Tenant, fake: Any) -> None:
    first = ask(ours, fake)
    steps.step()
    one = last_letter(fake)
    second = lost(ours, fake)
    other = last_letter(fake)
    stolen = SignedLetter(other.url, one.headers, one.body)
    assert stolen.post().status_code == 204
    with brand_scope(ours.brand):
        assert Attempt.objects.get(generation=second).external_id == ""
        assert Attempt.objects.get(generation=first).external_id != ""
