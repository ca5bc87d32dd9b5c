"""Templates by a chat model: its answer is checked, never repaired, and paid whatever it is worth."""

import json
from decimal import Decimal

import pytest

from ai_studio.providers.base import Fault, ProviderError
from ai_studio.providers.openai.provider import OpenAIProvider
from tests.providers.standing import job, standing

pytestmark = pytest.mark.django_db
PROVIDER = OpenAIProvider()
TEMPLATE = {"type": "TEMPLATE", "model": "gpt-4.1-mini", "aspect_ratio": "16:9", "provider": "openai"}
TOKENS = {"text_input_kilotoken": Decimal("0.9"), "output_kilotoken": Decimal("0.4")}


@pytest.fixture
def fake(settings, monkeypatch):
    with standing("openai", settings, monkeypatch) as fake:
        yield fake


def submit(**wish):
    return PROVIDER.submit(job(**TEMPLATE | wish), lambda _: None)


def refusal(**wish):
    with pytest.raises(ProviderError) as caught:
        submit(**wish)
    return caught.value


def test_a_chat_model_lays_out_a_template_of_the_right_size(fake):
    made = submit()
    files = {file.name: file for file in made.files}
    document = json.loads(files["template.json"].data)
    assert document["canvas"]["width"] / document["canvas"]["height"] == pytest.approx(16 / 9, rel=0.02)
    assert document["bindings"]["headline"]["default"] == "A red mug"
    assert {"template.svg", "preview.png"} <= set(files)
    assert made.usage == TOKENS


def test_its_pictures_are_made_when_they_are_asked_for(fake):
    made = submit(extras={"image_layers": 2})
    assert made.usage == {**TOKENS, "image": 1}
    assert [order["model"] for order in fake.accepted] == ["gpt-4.1-mini", "gpt-image-1-mini"]
    assert "picture-hero.png" in {file.name for file in made.files}
    assert PROVIDER.demand(job(**TEMPLATE, extras={"image_layers": 2})).units["image"] == 2


@pytest.mark.parametrize("odd", [True, -1, "2", None, 2.5])
def test_an_odd_number_of_pictures_is_none(fake, odd):
    assert "image" not in PROVIDER.demand(job(**TEMPLATE, extras={"image_layers": odd})).units


def test_what_it_can_cost_at_most_is_never_less_than_what_it_cost(fake):
    most = PROVIDER.demand(job(**TEMPLATE)).units
    assert all(most[unit] >= used for unit, used in submit().usage.items())


@pytest.mark.parametrize("odd", ["unreadable", "endless", "nameless"])
def test_a_bad_answer_is_refused_for_good_and_its_tokens_are_paid(fake, odd):
    error = refusal(prompt=f"an {odd} poster")
    assert (error.fault, error.code, error.usage) == (Fault.PERMANENT, "bad_result", TOKENS)


def test_what_the_model_refuses_is_refused_for_good(fake):
    error = refusal(prompt="a refused poster")
    assert (error.fault, error.code, error.usage) == (Fault.PERMANENT, "moderation_blocked", TOKENS)


@pytest.mark.parametrize(("word", "fault"), [("busy", Fault.PERMANENT), ("lost", Fault.AMBIGUOUS)])
def test_a_template_whose_picture_fails_is_not_begun_again(fake, word, fault):
    fake.misbehave(word, on="POST /images")
    error = refusal(extras={"image_layers": 1})
    assert (error.fault, error.usage) == (fault, TOKENS)
