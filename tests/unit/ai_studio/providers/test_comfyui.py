import pytest
from pytest_django.fixtures import Settings

from ai_studio.providers import registry
from ai_studio.providers.base import Fault, Finished, ProviderError, Running
from tests.providers.cases import CASES
from tests.providers.fakes.comfyui import ComfyUIFake
from tests.providers.standing import ended, submitted
from tests.unit.ai_studio.providers.conftest import Stand

pytestmark = pytest.mark.django_db

COMFYUI = CASES["comfyui"]


def node(fake: ComfyUIFake, kind: str) -> list[dict[str, object]]:
    return [node["inputs"] for node in fake.accepted[0]["prompt"].values() if node["class_type"] == kind]


def test_it_is_off_until_its_address_is_named(stand: Stand, settings: Settings) -> None:
    provider, _ = stand("comfyui")
    assert [model.name for model in provider.models()] == ["comfyui-text-to-image"]
    settings.STUDIO_PROVIDER_URLS = {}
    assert "comfyui" not in {model.provider for model in registry.all_models()}


def test_the_wish_is_filled_into_the_graph(stand: Stand, settings: Settings) -> None:
    provider, fake = stand("comfyui")
    assert isinstance(fake, ComfyUIFake)
    job = COMFYUI.job(prompt="$seed", negative_prompt='"], {"', steps=12, aspect_ratio="16:9", seed=99)
    assert submitted(provider, job) == str(job.key)
    assert [inputs["text"] for inputs in node(fake, "CLIPTextEncode")] == ["$seed", '"], {"']
    (sampler,), (canvas,) = node(fake, "KSampler"), node(fake, "EmptyLatentImage")
    assert (sampler["seed"], sampler["steps"], sampler["cfg"]) == (99, 12, 7.0)
    assert (canvas["width"], canvas["height"]) == (1344, 768)
    assert node(fake, "CheckpointLoaderSimple") == [{"ckpt_name": settings.COMFYUI_CHECKPOINT}]


def test_a_checkpoint_that_it_does_not_have_is_refused(stand: Stand, settings: Settings) -> None:
    provider, _ = stand("comfyui")
    settings.COMFYUI_CHECKPOINT = "none.safetensors"
    with pytest.raises(ProviderError) as caught:
        submitted(provider, COMFYUI.job())
    assert (caught.value.fault, caught.value.code) == (Fault.PERMANENT, "prompt_outputs_failed_validation")


def test_it_costs_nothing_of_its_own(stand: Stand) -> None:
    provider, _ = stand("comfyui")
    outcome = ended(provider, COMFYUI.job(), submitted(provider, COMFYUI.job()))
    assert isinstance(outcome, Finished)
    assert (provider.demand(COMFYUI.job()).units, outcome.usage, provider.repeatable) == ({}, {}, True)


def test_a_graph_that_breaks_may_be_tried_again(stand: Stand) -> None:
    provider, fake = stand("comfyui")
    assert isinstance(fake, ComfyUIFake)
    fake.broken = True
    with pytest.raises(ProviderError, match="CUDA out of memory") as caught:
        ended(provider, COMFYUI.job(), submitted(provider, COMFYUI.job()))
    assert (caught.value.fault, caught.value.over) == (Fault.TRANSIENT, True)


def test_a_machine_that_was_started_anew_has_forgotten_its_jobs(stand: Stand) -> None:
    provider, fake = stand("comfyui")
    assert isinstance(fake, ComfyUIFake)
    external_id = submitted(provider, COMFYUI.job())
    fake.tasks.clear()
    with pytest.raises(ProviderError) as caught:
        provider.poll(COMFYUI.job(), external_id)
    assert (caught.value.fault, caught.value.code, caught.value.over) == (Fault.TRANSIENT, "job_gone", True)


def test_a_job_that_runs_is_stopped_and_others_go_on(stand: Stand) -> None:
    provider, fake = stand("comfyui")
    assert isinstance(fake, ComfyUIFake)
    mine, other = COMFYUI.job(), COMFYUI.job()
    submitted(provider, mine)
    external_id = submitted(provider, other)
    for _ in range(2):
        assert isinstance(provider.poll(mine, str(mine.key)), Running)
    provider.cancel(mine, str(mine.key))
    assert fake.called_off == [str(mine.key)]
    with pytest.raises(ProviderError) as caught:
        ended(provider, mine, str(mine.key))
    assert caught.value.code == "cancelled_there"
    assert isinstance(ended(provider, other, external_id), Finished)
    provider.cancel(other, external_id)
    assert fake.asked["POST /interrupt"] == 1


@pytest.mark.parametrize("word", ["lost", "broken", "garbage", "cut", "huge", "reset", "status:500", "busy:3"])
def test_whatever_becomes_of_a_submission_it_may_be_sent_again(stand: Stand, word: str) -> None:
    provider, fake = stand("comfyui")
    fake.misbehave(word)
    with pytest.raises(ProviderError) as caught:
        submitted(provider, COMFYUI.job())
    assert caught.value.fault is Fault.TRANSIENT
    assert provider.repeatable
