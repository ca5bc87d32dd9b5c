"""The adapter of OpenAI against a server that checks bodies against the published document."""

import json
from decimal import Decimal

import pytest

from ai_studio.providers.base import Fault, Finished, InputFile, ProviderError, Running
from ai_studio.providers.openai.provider import OpenAIProvider
from tests.hostile import good
from tests.providers.fakes.openai import FAILS, REFUSED
from tests.providers.standing import ended, job, offered, standing, submitted, taken

pytestmark = pytest.mark.django_db
PROVIDER = OpenAIProvider()
PICTURE = {"type": "IMAGE_2D", "model": "gpt-image-1", "aspect_ratio": "1:1", "provider": "openai"}
FILM = {"type": "ANIMATION", "model": "sora-2", "duration_seconds": Decimal(8), "provider": "openai"}


@pytest.fixture
def fake(settings, monkeypatch):
    with standing("openai", settings, monkeypatch) as fake:
        yield fake


def submit(**wish):
    return PROVIDER.submit(job(**wish), lambda _: None)


def failure_of(wanted):
    with pytest.raises(ProviderError) as caught:
        ended(PROVIDER, wanted, submitted(PROVIDER, wanted))
    return caught.value


@pytest.mark.parametrize(("quality", "level", "tokens"), [("standard", "low", 272), ("ultra", "high", 4160)])
def test_a_picture_is_asked_for_at_the_level_of_its_quality_and_its_tokens_are_counted(fake, quality, level, tokens):
    made = submit(**PICTURE, quality=quality)
    assert isinstance(made, Finished)
    assert [file.role for file in made.files] == ["RESULT", "THUMBNAIL"]
    assert (fake.accepted[0]["quality"], fake.accepted[0]["size"]) == (level, "1024x1024")
    assert made.usage == {"text_input_token": 3, "output_token": tokens}
    assert "data" not in made.raw


@pytest.mark.parametrize(("ratio", "size"), [("3:2", "1536x1024"), ("2:3", "1024x1536")])
def test_the_aspect_ratio_is_a_size_which_is_the_tier_of_the_price(fake, ratio, size):
    wanted = PICTURE | {"aspect_ratio": ratio}
    submit(**wanted)
    assert fake.accepted[0]["size"] == size
    assert PROVIDER.demand(job(**wanted)).tier == size


def test_every_model_and_every_size_it_offers_is_taken(fake):
    wishes = offered(PROVIDER)
    for wish in wishes:
        taken(PROVIDER, job(**wish), fake)
    assert len(fake.accepted) == len(wishes)


def test_a_model_whose_tokens_have_no_price_is_paid_by_the_picture(fake):
    assert submit(**PICTURE | {"model": "gpt-image-1-mini"}).usage == {"image": 1}


def test_the_most_a_picture_can_cost_covers_its_words_and_its_files():
    files = (InputFile("image", "a.png", "image/png", b""),) * 2
    units = PROVIDER.demand(job(**PICTURE, prompt="é" * 10, inputs=files)).units
    assert units == {"image": 1, "text_input_token": 20, "image_input_token": 2 * 1097}


def test_brands_are_told_apart_but_not_named(fake):
    one = job(**PICTURE)
    PROVIDER.submit(one, lambda _: None)
    submit(**PICTURE)
    users = [order["user"] for order in fake.accepted]
    assert len(set(users)) == 2
    assert not any(one.brand_id.hex in user or str(one.brand_id) in user for user in users)


def test_files_to_start_from_make_it_an_edit_that_sends_them_whole(fake):
    files = (
        InputFile("image", "cup.png", "image/png", good.picture("PNG")),
        InputFile("mask", "mask.png", "image/png", good.picture("PNG", mode="RGBA")),
    )
    made = submit(**PICTURE, inputs=files)
    assert made.usage["image_input_token"] == 194
    sent = fake.requests[-1]
    assert sent.path == "/images/edits"
    assert all(file.data in sent.body for file in files)


def test_a_film_is_asked_for_in_seconds_as_a_text_and_fetched_when_it_is_done(fake):
    wanted = job(**FILM)
    external_id = submitted(PROVIDER, wanted)
    first = PROVIDER.poll(wanted, external_id)
    assert isinstance(first, Running)
    assert first.progress == 40
    made = ended(PROVIDER, wanted, external_id)
    assert next((file.role, file.media_type) for file in made.files) == ("RESULT", "video/mp4")
    assert made.usage == {"second": 8}
    assert PROVIDER.demand(wanted).units == {"second": 8}
    assert fake.accepted == [{"model": "sora-2", "prompt": "a red mug", "seconds": "8", "size": "1280x720"}]


def test_a_film_whose_picture_cannot_be_had_gets_one_of_ours(fake):
    wanted = job(**FILM)
    external_id = submitted(PROVIDER, wanted)
    fake.misbehave("status:404", on=r"GET .*/content")  # the first is the film itself
    PROVIDER.poll(wanted, external_id)
    with pytest.raises(ProviderError, match="404"):
        PROVIDER.poll(wanted, external_id)
    fake.misbehave("well", "status:404", on=r"GET .*/content")
    made = ended(PROVIDER, wanted, external_id)
    assert made.files[-1].role == "THUMBNAIL"


def test_a_film_that_failed_says_why_and_may_be_tried_again(fake):
    error = failure_of(job(**FILM, prompt=f"a {FAILS} cup"))
    assert (error.fault, error.code, error.over) == (Fault.TRANSIENT, "generation_failed", True)
    assert error.message == "The model gave up."


@pytest.mark.parametrize("code", ["moderation_blocked", "content_policy_violation"])
def test_a_film_whose_contents_are_refused_once_it_is_made_is_not_tried_again(fake, code):
    fake.fails_as = code
    error = failure_of(job(**FILM, prompt=f"a {FAILS} cup"))
    assert (error.fault, error.code, error.over) == (Fault.PERMANENT, code, False)


def test_a_state_nobody_has_heard_of_is_still_running(fake):
    wanted = job(**FILM)
    external_id = submitted(PROVIDER, wanted)
    fake.misbehave("unknown", on="GET")
    assert isinstance(PROVIDER.poll(wanted, external_id), Running)


@pytest.mark.parametrize("wish", [PICTURE, FILM], ids=["picture", "film"])
def test_what_its_safety_system_refuses_is_refused_for_good_in_a_sentence(fake, wish):
    with pytest.raises(ProviderError, match="other words") as caught:
        submit(**wish, prompt=f"a {REFUSED} cup")
    assert (caught.value.fault, caught.value.code) == (Fault.PERMANENT, "moderation_blocked")
    assert fake.accepted == []


def test_a_wrong_key_is_refused_for_good(fake, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    with pytest.raises(ProviderError) as caught:
        submit(**PICTURE)
    assert (caught.value.fault, caught.value.code) == (Fault.PERMANENT, "key_refused")


def test_the_negative_prompt_is_said_in_words(fake):
    submit(**PICTURE, negative_prompt="blue")
    assert json.loads(fake.requests[-1].body)["prompt"] == "a red mug\n\nAvoid: blue"


def test_a_film_that_was_begun_cannot_be_stopped_and_a_picture_need_not_be(fake):
    PROVIDER.cancel(job(**PICTURE), "")
    with pytest.raises(ProviderError) as caught:
        PROVIDER.cancel(job(**FILM), "video_1")
    assert caught.value.fault is Fault.PERMANENT
