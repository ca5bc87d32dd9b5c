"""Work that is paid for in two stages: the second is submitted by a poll, and never twice."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from ai_studio import pipeline, recording
from ai_studio.choices import Status, SubmitState
from ai_studio.leases import Claim
from ai_studio.models import Artifact, Generation
from ai_studio.providers.base import Running
from ai_studio.services import calling_off, generations
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.fakes.meshy import PATH, MeshyFake
from tests.providers.standing import standing


@pytest.fixture
def meshy(committed: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MeshyFake]:
    with standing("meshy", settings, monkeypatch) as fake:
        assert isinstance(fake, MeshyFake)
        yield fake


def ask(tenant: Tenant, quality: str = "high") -> Generation:
    return steps.ask(tenant, provider="meshy", type="MODEL_3D", quality=quality)


def until_ready(tenant: Tenant) -> Generation:
    """Its preview is done, and the next step submits the texture."""
    wanted = ask(tenant)
    for _ in range(4):
        steps.make_due(wanted)
        steps.step()
    (attempt,) = steps.attempts(wanted)
    assert attempt.external_id.startswith("ready:")
    steps.make_due(wanted)
    return wanted


def modes(meshy: MeshyFake) -> list[str]:
    return [order["mode"] for order in meshy.accepted]


def test_a_preview_goes_through_the_whole_pipeline(ours: Tenant, meshy: MeshyFake) -> None:
    done = steps.finish(ask(ours, "standard"))
    assert (done.status, done.error_message) == (Status.COMPLETED, "")
    with brand_scope(ours.brand):
        types = dict(Artifact.objects.filter(generation=done).values_list("role", "media_type"))
    assert types == {"RESULT": "model/gltf-binary", "THUMBNAIL": "image/webp"}
    assert modes(meshy) == ["preview"]
    steps.all_in_order()


def test_a_textured_model_is_two_paid_tasks_in_one_attempt(ours: Tenant, meshy: MeshyFake) -> None:
    done = steps.finish(ask(ours))
    assert done.status == Status.COMPLETED
    (attempt,) = steps.attempts(done)
    assert attempt.external_id.startswith("refine:")
    assert modes(meshy) == ["preview", "refine"]
    steps.all_in_order()


@pytest.mark.parametrize("word", ["lost", "broken", "garbage", "cut"])
def test_a_second_stage_whose_answer_was_lost_is_never_sent_again(ours: Tenant, meshy: MeshyFake, word: str) -> None:
    wanted = until_ready(ours)
    meshy.misbehave(word, on=f"POST {PATH}")
    failed = steps.finish(wanted)
    assert (failed.status, failed.error_code) == (Status.FAILED, "submit_unknown")
    assert [attempt.submit_state for attempt in steps.attempts(wanted)] == [SubmitState.UNKNOWN]
    assert modes(meshy) == ["preview", "refine"]
    steps.all_in_order()


def test_a_second_stage_whose_worker_died_is_never_sent_again(
    ours: Tenant, meshy: MeshyFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = until_ready(ours)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    claimed = steps.claim()
    monkeypatch.setattr(pipeline, "record_running", die)
    with pytest.raises(KeyboardInterrupt):
        pipeline.step(claimed)
    steps.expire(wanted)
    failed = steps.finish(wanted)
    assert (failed.status, failed.error_code) == (Status.FAILED, "submit_unknown")
    assert modes(meshy) == ["preview", "refine"]
    steps.all_in_order()


def test_a_second_stage_that_was_not_accepted_is_tried_again_and_the_first_is_not_paid_twice(
    ours: Tenant, meshy: MeshyFake
) -> None:
    wanted = until_ready(ours)
    meshy.misbehave("busy:7", on=f"POST {PATH}")
    waiting = steps.step()
    assert waiting.status == Status.PROCESSING
    assert 6 < steps.seconds_until_due(wanted) <= 7
    assert steps.finish(wanted).status == Status.COMPLETED
    assert len(steps.attempts(wanted)) == 1
    assert modes(meshy) == ["preview", "refine"]
    steps.all_in_order()


def test_a_worker_whose_job_was_taken_over_does_not_send_the_second_stage(ours: Tenant, meshy: MeshyFake) -> None:
    wanted = until_ready(ours)
    slow = steps.claim()
    steps.expire(wanted)
    steps.step()
    pipeline.step(slow)
    assert modes(meshy) == ["preview", "refine"]
    assert steps.finish(wanted).status == Status.COMPLETED
    steps.all_in_order()


def test_credits_that_are_gone_end_the_job(ours: Tenant, meshy: MeshyFake) -> None:
    meshy.misbehave("status:402", on="POST")
    assert steps.finish(ask(ours, "standard")).error_code == "no_credit"
    steps.all_in_order()


def test_a_failed_preview_begins_again(ours: Tenant, meshy: MeshyFake) -> None:
    meshy.ends.append({"status": "FAILED", "task_error": {"message": "The server is sorry."}, "consumed_credits": 0})
    again = steps.finish(ask(ours, "standard"))
    assert again.status == Status.COMPLETED
    assert [attempt.error_code for attempt in steps.attempts(again)] == ["task_failed", ""]
    steps.all_in_order()


def test_a_second_stage_that_is_accepted_too_late_is_called_off(
    ours: Tenant, meshy: MeshyFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = until_ready(ours)

    def cancel_before(claim: Claim, outcome: Running) -> None:
        with brand_scope(ours.brand):
            generations.cancel(actor=ours.actor(), generation=steps.fresh(wanted))
        (attempt,) = steps.attempts(wanted)
        calling_off.tell(brand_id=ours.brand.id, attempt_id=attempt.pk)
        recording.record_running(claim, outcome)

    monkeypatch.setattr(pipeline, "record_running", cancel_before)
    assert steps.step().status == Status.CANCELLED
    (attempt,) = steps.attempts(wanted)
    assert (attempt.external_id.split(":")[0], attempt.cancel_state) == ("refine", "REQUESTED")
    calling_off.tell(brand_id=ours.brand.id, attempt_id=attempt.pk)
    assert len(meshy.called_off) == 2
    assert modes(meshy) == ["preview", "refine"]
    steps.all_in_order()
