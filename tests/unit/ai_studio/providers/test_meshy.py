from decimal import Decimal

import pytest

from ai_studio.providers.base import Fault, Finished, ProviderError, Running
from tests.providers.cases import CASES
from tests.providers.standing import ended, submitted
from tests.unit.ai_studio.providers.conftest import Stand

pytestmark = pytest.mark.django_db

MESHY = CASES["meshy"]


@pytest.mark.parametrize(
    ("model", "quality", "credits_"),
    [("meshy-6", "standard", 20), ("meshy-5", "standard", 5), ("meshy-6", "high", 30), ("meshy-5", "ultra", 15)],
)
def test_the_most_it_takes_is_what_it_takes(stand: Stand, model: str, quality: str, credits_: int) -> None:
    provider, _ = stand("meshy")
    job = MESHY.job(model=model, quality=quality)
    outcome = ended(provider, job, submitted(provider, job))
    assert isinstance(outcome, Finished)
    assert outcome.usage == provider.demand(job).units == {"credit": Decimal(credits_)}


@pytest.mark.parametrize(("quality", "pbr"), [("high", False), ("ultra", True)])
def test_the_texture_is_made_for_the_preview(stand: Stand, quality: str, pbr: bool) -> None:
    provider, fake = stand("meshy")
    job = MESHY.job(quality=quality)
    external_id = submitted(provider, job)
    ended(provider, job, external_id)
    task = external_id.split(":")[1]
    assert fake.accepted[1] == {"mode": "refine", "preview_task_id": task, "enable_pbr": pbr}


def test_only_the_poll_that_submits_says_so(stand: Stand) -> None:
    provider, fake = stand("meshy")
    job = MESHY.job(quality="high")
    external_id = submitted(provider, job)
    told = []
    for _ in range(6):
        told.append((provider.poll_submits(external_id), len(fake.accepted)))
        outcome = provider.poll(job, external_id)
        assert isinstance(outcome, Running)
        external_id = outcome.external_id
    assert told == [(False, 1), (False, 1), (False, 1), (True, 1), (False, 2), (False, 2)]


def test_progress_is_that_of_both_tasks_together(stand: Stand) -> None:
    provider, _ = stand("meshy")
    job = MESHY.job(quality="high")
    external_id, seen = submitted(provider, job), []
    for _ in range(6):
        outcome = provider.poll(job, external_id)
        assert isinstance(outcome, Running)
        external_id = outcome.external_id
        seen.append(outcome.progress)
    assert seen == [0, 20, 50, None, 50, 70]


@pytest.mark.parametrize("word", ["lost", "broken", "garbage", "cut"])
def test_a_second_task_whose_answer_is_lost_may_have_been_paid_for(stand: Stand, word: str) -> None:
    provider, fake = stand("meshy")
    job = MESHY.job(quality="high")
    external_id = submitted(provider, job)
    fake.misbehave(word, on="POST")
    with pytest.raises(ProviderError) as caught:
        ended(provider, job, external_id)
    assert caught.value.fault is Fault.AMBIGUOUS
    assert len(fake.accepted) == 2


def test_a_preview_that_failed_was_refunded_and_may_be_tried_again(stand: Stand) -> None:
    provider, fake = stand("meshy")
    fake.ends.append({"status": "FAILED", "task_error": {"message": "Out of luck."}})
    with pytest.raises(ProviderError) as caught:
        ended(provider, MESHY.job(), submitted(provider, MESHY.job()))
    error = caught.value
    assert (error.fault, error.over, error.message, error.usage) == (Fault.TRANSIENT, True, "Out of luck.", {})


@pytest.mark.parametrize("status", ["FAILED", "CANCELED"])
def test_a_texture_that_failed_leaves_the_preview_to_be_paid(stand: Stand, status: str) -> None:
    provider, fake = stand("meshy")
    job = MESHY.job(quality="high")
    fake.ends.extend([{}, {"status": status, "consumed_credits": 0}])
    with pytest.raises(ProviderError) as caught:
        ended(provider, job, submitted(provider, job))
    assert (caught.value.fault, caught.value.usage) == (Fault.PERMANENT, {"credit": Decimal(20)})


def test_a_success_without_a_file_is_paid_for_and_fails(stand: Stand) -> None:
    provider, fake = stand("meshy")
    fake.ends.append({"model_urls": None})
    with pytest.raises(ProviderError) as caught:
        ended(provider, MESHY.job(), submitted(provider, MESHY.job()))
    assert (caught.value.code, caught.value.usage) == ("no_file", {"credit": Decimal(20)})
