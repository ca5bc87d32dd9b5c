"""The adapter of Stability against a server that takes multipart only, as it does."""

from decimal import Decimal

import pytest

from ai_studio.providers.base import Fault, Finished, InputFile, ProviderError
from ai_studio.providers.stability import StabilityProvider
from tests.hostile import good
from tests.providers.fakes.stability import FILTERED, REFUSED
from tests.providers.standing import job, offered, standing, taken

pytestmark = pytest.mark.django_db
PROVIDER = StabilityProvider()
PICTURE = {"type": "IMAGE_2D", "model": "sd3.5-large", "quality": "high", "aspect_ratio": "1:1"}
MODEL = {"type": "MODEL_3D", "model": "stable-fast-3d", "aspect_ratio": "1:1"}
GIVEN = (InputFile("image", "cup.png", "image/png", good.picture("PNG")),)
SCULPT = "POST /v2beta/3d"


@pytest.fixture
def fake(settings, monkeypatch):
    with standing("stability", settings, monkeypatch) as fake:
        yield fake


def submit(**wish):
    return PROVIDER.submit(job(provider="stability", **wish), lambda _: None)


def refusal(**wish):
    with pytest.raises(ProviderError) as caught:
        submit(**wish)
    return caught.value


def test_a_picture_is_asked_for_in_multipart_though_there_is_no_file(fake):
    made = submit(**PICTURE, negative_prompt="blue", guidance=Decimal("4.5"))
    assert isinstance(made, Finished)
    assert (made.usage, made.raw) == ({"image": 1}, {"finish_reason": "SUCCESS", "seed": 7})
    assert fake.accepted == [
        {
            "family": "sd3", "model": "sd3.5-large", "prompt": "a red mug", "negative_prompt": "blue", "seed": "7",
            "aspect_ratio": "1:1", "output_format": "png", "cfg_scale": "4.5",
        }
    ]  # fmt: skip


def test_every_model_and_every_ratio_it_offers_is_taken(fake):
    wishes = offered(PROVIDER)
    for wish in wishes:
        taken(PROVIDER, job(**wish, inputs=GIVEN if wish["type"] == "MODEL_3D" else ()), fake)
    assert len(fake.accepted) == len(wishes)


def test_the_seed_0_is_a_seed_like_any_other(fake):
    submit(**PICTURE, seed=0)
    assert int(fake.accepted[0]["seed"]) > 2**31


def test_a_style_is_for_the_model_that_knows_styles(fake):
    submit(**PICTURE | {"model": "stable-image-core"}, extras={"style_preset": "anime"})
    submit(**PICTURE, extras={"style_preset": "anime"})
    assert [order.get("style_preset") for order in fake.accepted] == ["anime", None]


@pytest.mark.parametrize(("word", "code"), [(FILTERED, "content_filtered"), (REFUSED, "moderation_blocked")])
def test_what_is_filtered_or_refused_is_refused_for_good_and_not_billed(fake, word, code):
    error = refusal(**PICTURE, prompt=f"a {word} cup")
    assert (error.fault, error.code, error.usage) == (Fault.PERMANENT, code, {})
    assert fake.accepted == []


def test_a_wrong_parameter_is_refused_in_its_own_words(fake):
    error = refusal(**PICTURE | {"model": "stable-image-core"}, extras={"style_preset": "none such"})
    assert (error.fault, error.code) == (Fault.PERMANENT, "bad_request")
    assert "none such" in error.message


def test_whoever_asks_too_often_waits_a_minute(fake):
    fake.misbehave("status:429")
    error = refusal(**PICTURE)
    assert (error.fault, error.code, error.retry_after) == (Fault.TRANSIENT, "rate_limited", 60)


def test_a_model_is_made_from_a_picture_that_is_given(fake):
    made = submit(**MODEL, inputs=GIVEN)
    assert made.files[0].media_type == "model/gltf-binary"
    assert made.usage == PROVIDER.demand(job(**MODEL, inputs=GIVEN)).units == {"call": 1}
    assert len(fake.accepted) == 1


def test_without_one_a_picture_is_made_first_and_both_are_paid(fake):
    made = submit(**MODEL, quality="ultra")
    assert made.usage == PROVIDER.demand(job(**MODEL)).units == {"image": 1, "call": 1}
    assert [order["family"] for order in fake.accepted] == ["core", "3d"]
    assert fake.accepted[1]["texture_resolution"] == "2048"


@pytest.mark.parametrize(
    ("word", "fault"),
    [("status:429", Fault.PERMANENT), ("status:400", Fault.PERMANENT), ("lost", Fault.AMBIGUOUS)],
)
def test_a_picture_that_was_made_is_paid_and_not_made_again_when_the_model_fails(fake, word, fault):
    fake.misbehave(word, on=SCULPT)
    error = refusal(**MODEL)
    assert (error.fault, error.usage) == (fault, {"image": 1})
    assert [order["family"] for order in fake.accepted].count("core") == 1


def test_a_model_that_is_none_was_paid_all_the_same(fake):
    fake.misbehave("garbage", on=SCULPT)
    error = refusal(**MODEL)
    assert (error.code, error.usage) == ("bad_result", {"image": 1, "call": 1})


def test_there_is_nothing_to_poll_and_nothing_to_call_off(fake):
    PROVIDER.cancel(job(**PICTURE), "")
    with pytest.raises(ProviderError) as caught:
        PROVIDER.poll(job(**PICTURE), "1")
    assert caught.value.fault is Fault.PERMANENT
    assert not fake.asked
