"""A wish goes through the real pipeline to the server of an outside provider and comes back as files."""

from decimal import Decimal

import pytest
from django.core.files.storage import default_storage

from ai_studio.choices import Status
from ai_studio.models import Artifact, CostRecord
from ai_studio.services.inputs import Input
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.hostile import good
from tests.integration.pipeline.steps import all_in_order, ask, attempts, finish
from tests.providers.standing import standing

FILM = {"type": "ANIMATION", "model": "sora-2", "aspect_ratio": "16:9", "duration_seconds": Decimal(4)}


@pytest.fixture
def openai(settings, monkeypatch):
    with standing("openai", settings, monkeypatch) as fake:
        yield fake


@pytest.fixture
def stability(settings, monkeypatch):
    with standing("stability", settings, monkeypatch) as fake:
        yield fake


@pytest.mark.parametrize(
    ("wish", "media_type"),
    [
        ({"type": "IMAGE_2D", "model": "gpt-image-1"}, "image/png"),
        (FILM, "video/mp4"),
    ],
    ids=["picture", "film"],
)
def test_a_wish_for_openai_comes_back_as_files_and_is_asked_for_once(openai, committed, ours, wish, media_type):
    made = finish(ask(ours, provider="openai", extras={}, **wish))
    assert (made.status, made.error_message) == (Status.COMPLETED, "")
    assert len(openai.accepted) == 1
    with brand_scope(ours.brand):
        assert Artifact.objects.get(generation=made, role="RESULT").media_type == media_type
        assert CostRecord.objects.filter(generation=made).count() == 1
    all_in_order()


def test_a_lost_answer_is_not_asked_for_again(openai, committed, ours):
    openai.misbehave("lost", on="POST")
    failed = finish(ask(ours, provider="openai", extras={}, model="gpt-image-1"))
    assert (failed.status, failed.error_code) == (Status.FAILED, "submit_unknown")
    assert len(openai.accepted) == len(attempts(failed)) == 1
    all_in_order()


@pytest.mark.parametrize("word", ["status:401", "status:404"])
def test_work_that_may_not_be_asked_after_any_more_is_taken_to_have_cost_what_was_asked_for(
    openai, committed, ours, word
):
    openai.misbehave(word, on="GET /videos")
    failed = finish(ask(ours, provider="openai", extras={}, **FILM))
    assert (failed.status, failed.cost_usd) == (Status.FAILED, failed.estimated_cost_usd)
    assert failed.cost_usd > 0
    assert len(openai.accepted) == len(attempts(failed)) == 1
    all_in_order()


def test_a_busy_provider_is_asked_again(openai, committed, ours):
    openai.misbehave("busy", on="POST")
    made = finish(ask(ours, provider="openai", extras={}, model="gpt-image-1"))
    assert made.status == Status.COMPLETED
    assert (len(openai.accepted), len(attempts(made))) == (1, 2)
    all_in_order()


def test_a_picture_to_start_from_is_read_from_the_storage_and_sent(openai, committed, ours):
    cup = studio.artifact(studio.generation(ours), role="EXTRA", name="cup.png", data=good.picture("PNG"))
    wish = ask(ours, provider="openai", extras={}, model="gpt-image-1", inputs=(Input(cup.pk),))
    made = finish(wish)
    assert (made.status, made.error_message) == (Status.COMPLETED, "")
    assert [request.path for request in openai.requests] == ["/images/edits"]
    assert good.picture("PNG") in openai.requests[0].body


def test_a_picture_to_start_from_that_is_gone_fails_before_anything_is_asked(openai, committed, ours):
    cup = studio.artifact(studio.generation(ours), role="EXTRA", name="cup.png", data=b"a cup of its own")
    wish = ask(ours, provider="openai", extras={}, model="gpt-image-1", inputs=(Input(cup.pk),))
    default_storage.delete(cup.storage_key)
    failed = finish(wish)
    assert (failed.status, failed.error_code) == (Status.FAILED, "input_gone")
    assert openai.requests == []


@pytest.mark.parametrize("quality", ["standard", "ultra"])
def test_a_template_by_a_chat_model_comes_back_with_its_drawing(openai, committed, ours, quality):
    wish = {"type": "TEMPLATE", "model": "gpt-4.1-mini", "quality": quality, "extras": {"image_layers": 1}}
    made = finish(ask(ours, provider="openai", **wish))
    assert (made.status, made.error_message) == (Status.COMPLETED, "")
    with brand_scope(ours.brand):
        roles = set(Artifact.objects.filter(generation=made).values_list("role", flat=True))
    assert roles == {"RESULT", "EXTRA", "PREVIEW", "THUMBNAIL"}
    all_in_order()


def test_a_wish_for_stability_comes_back_as_a_model(stability, committed, ours):
    made = finish(ask(ours, provider="stability", type="MODEL_3D", extras={}))
    assert (made.status, made.error_message) == (Status.COMPLETED, "")
    assert [order["family"] for order in stability.accepted] == ["core", "3d"]
    all_in_order()
