"""What every provider that is given a task keeps, whichever it is."""

import pytest

from ai_studio.providers import tasks
from ai_studio.providers.base import Fault, Finished, ProviderError, Running
from tests.providers.cases import CASES, Case
from tests.providers.standing import ended, submitted
from tests.unit.ai_studio.providers.conftest import Stand

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())]


def test_a_job_goes_through_its_whole_life(stand: Stand, case: Case) -> None:
    provider, fake = stand(case.name)
    outcome = ended(provider, case.job(), submitted(provider, case.job()))
    assert isinstance(outcome, Finished)
    assert {file.role: file.media_type for file in outcome.files}["RESULT"] == case.media_type
    assert (outcome.usage, outcome.charge_usd) == (case.usage, None)
    assert len(fake.accepted) == fake.asked[case.submit] == 1


def test_every_model_at_every_quality_and_ratio_is_as_published(stand: Stand, case: Case) -> None:
    provider, fake = stand(case.name)
    wished = [
        case.job(type=model.types[0], model=model.name, quality=quality, aspect_ratio=ratio, negative_prompt="a cup")
        for model in provider.models()
        if not model.needs
        for quality in model.qualities
        for ratio in model.aspect_ratios
    ]
    for job in wished:
        submitted(provider, job)
        assert all(amount > 0 for amount in provider.demand(job).units.values())
    assert len(fake.accepted) == len(wished) > 0


def test_what_is_not_as_published_is_refused_for_good(stand: Stand, case: Case) -> None:
    provider, fake = stand(case.name)
    wrong = case.job(prompt="x" * (case.too_long + 1)) if case.too_long else case.job(steps=100_000)
    with pytest.raises(ProviderError) as caught:
        submitted(provider, wrong)
    assert caught.value.fault is Fault.PERMANENT
    assert fake.accepted == []
    if case.too_long:
        submitted(provider, case.job(prompt="x" * case.too_long))


@pytest.mark.parametrize("word", ["reset", "status:500", "garbage", "cut", "busy:3", "status:503"])
def test_a_question_that_fails_may_be_asked_again(stand: Stand, case: Case, word: str) -> None:
    provider, fake = stand(case.name)
    external_id = submitted(provider, case.job())
    fake.misbehave(word, on=case.poll)
    with pytest.raises(ProviderError) as caught:
        provider.poll(case.job(), external_id)
    assert (caught.value.fault, caught.value.over) == (Fault.TRANSIENT, False)
    assert isinstance(ended(provider, case.job(), external_id), Finished)
    assert len(fake.accepted) == 1


def test_a_status_that_nobody_has_heard_of_is_still_running(stand: Stand, case: Case) -> None:
    provider, fake = stand(case.name)
    external_id = submitted(provider, case.job())
    fake.misbehave("unknown", on=case.poll)
    outcome = provider.poll(case.job(), external_id)
    assert isinstance(outcome, Running)
    assert outcome.external_id == external_id
    assert tasks.POLL_SECONDS <= outcome.poll_after_seconds <= tasks.POLL_SECONDS + tasks.JITTER_SECONDS


@pytest.mark.parametrize("word", ["reset", "status:500", "cut"])
def test_a_file_that_does_not_come_may_come_later(stand: Stand, case: Case, word: str) -> None:
    provider, fake = stand(case.name)
    external_id = submitted(provider, case.job())
    fake.misbehave(word, on=case.file)
    with pytest.raises(ProviderError) as caught:
        ended(provider, case.job(), external_id)
    assert (caught.value.fault, caught.value.over) == (Fault.TRANSIENT, False)
    assert isinstance(ended(provider, case.job(), external_id), Finished)


@pytest.mark.parametrize("word", ["truncated", "garbage"])
def test_a_file_that_is_no_good_is_paid_for_and_not_made_again(stand: Stand, case: Case, word: str) -> None:
    provider, fake = stand(case.name)
    fake.misbehave(word, on=case.file)
    with pytest.raises(ProviderError) as caught:
        ended(provider, case.job(), submitted(provider, case.job()))
    assert (caught.value.fault, caught.value.code) == (Fault.PERMANENT, "bad_result")
    assert caught.value.usage == (case.usage or provider.demand(case.job()).units)


def test_a_file_of_five_gigabytes_is_not_fetched(stand: Stand, case: Case) -> None:
    provider, fake = stand(case.name)
    fake.misbehave("huge", on=case.file)
    with pytest.raises(ProviderError):
        ended(provider, case.job(), submitted(provider, case.job()))


def test_a_file_is_believed_for_its_bytes_not_for_its_media_type(stand: Stand, case: Case) -> None:
    provider, fake = stand(case.name)
    fake.misbehave("mime:text/html", on=case.file)
    assert isinstance(ended(provider, case.job(), submitted(provider, case.job())), Finished)


def test_a_job_is_called_off_once_and_what_is_over_is_no_error(stand: Stand, case: Case) -> None:
    provider, fake = stand(case.name)
    job = case.job()
    external_id = submitted(provider, job)
    if case.name == "tripo":
        with pytest.raises(ProviderError, match="does not let tasks be stopped"):
            provider.cancel(job, external_id)
        return
    provider.cancel(job, external_id)
    provider.cancel(job, external_id)
    assert len(fake.called_off) == 1


def test_a_job_whose_id_never_came_back_is_found_by_ours_or_not_at_all(stand: Stand, case: Case) -> None:
    provider, fake = stand(case.name)
    job = case.job()
    submitted(provider, job)
    if case.paid:
        with pytest.raises(ProviderError) as caught:
            provider.cancel(job, "")
        assert caught.value.fault is Fault.PERMANENT
    else:
        provider.cancel(job, "")
        assert fake.called_off == [str(job.key)]
