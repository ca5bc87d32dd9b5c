"""What is true of every provider that has a fake: a line in tests/providers/fakes/__init__.py lets another one join.

Each misbehaviour of its server on the paid request ends in the one fault that the money needs, and no adapter sends
that request twice.
"""

import pytest
from django.conf import settings as configured
from django.utils.module_loading import import_string

from ai_studio.choices import AspectRatio, GenerationType, Quality, Queue
from ai_studio.providers.base import Fault, Finished, ProviderError, Running
from brands import registry as kernel
from tests.providers.fakes import FAKES, PROVIDER_PATHS, WISHES
from tests.providers.standing import job, standing

pytestmark = pytest.mark.django_db
# By word: the fault, and whether its server took the work on.
FAULTS = {
    "busy:7": (Fault.TRANSIENT, False),
    "status:429": (Fault.TRANSIENT, False),
    "status:400": (Fault.PERMANENT, False),
    "status:401": (Fault.PERMANENT, False),
    "status:402": (Fault.PERMANENT, False),
    "status:403": (Fault.PERMANENT, False),
    "status:404": (Fault.PERMANENT, False),
    "status:422": (Fault.PERMANENT, False),
    "status:408": (Fault.AMBIGUOUS, False),
    "status:500": (Fault.AMBIGUOUS, False),
    "status:502": (Fault.AMBIGUOUS, False),
    "status:503": (Fault.AMBIGUOUS, False),
    "reset": (Fault.AMBIGUOUS, False),
    "broken": (Fault.AMBIGUOUS, True),
    "lost": (Fault.AMBIGUOUS, True),
    "hang": (Fault.AMBIGUOUS, True),
    "drip": (Fault.AMBIGUOUS, True),
    "garbage": (Fault.AMBIGUOUS, True),
    "cut": (Fault.AMBIGUOUS, True),
    "truncated": (Fault.AMBIGUOUS, True),
    "huge": (Fault.AMBIGUOUS, True),
}
PATIENCE_SECONDS = 0.3


# One that needs no key and costs nothing is tried by its own file.
@pytest.fixture(params=sorted(set(FAKES) - {"comfyui"}))
def name(request):
    return request.param


@pytest.fixture
def fake(name, settings, monkeypatch):
    with standing(name, settings, monkeypatch) as fake:
        yield fake


@pytest.fixture
def provider(name):
    return import_string(PROVIDER_PATHS[name])()


def submit(provider):
    return provider.submit(job(provider=provider.name, **WISHES[provider.name]), lambda _: None)


@pytest.mark.parametrize("word", FAULTS)
def test_a_misbehaving_server_ends_in_its_fault_and_is_asked_once(fake, provider, word, settings):
    fault, taken_on = FAULTS[word]
    if word in {"hang", "drip"}:
        settings.STUDIO_ASK_SECONDS = PATIENCE_SECONDS
    fake.misbehave(word, on="POST")
    with pytest.raises(ProviderError) as caught:
        submit(provider)
    assert caught.value.fault is fault, caught.value.code
    assert sum(count for line, count in fake.asked.items() if line.startswith("POST")) == 1
    assert len(fake.accepted) == int(taken_on)
    if word == "busy:7":
        assert caught.value.retry_after == 7
    assert fake.key not in f"{caught.value.code} {caught.value.message}"


def test_a_server_that_is_not_there_was_asked_for_nothing(fake, provider, settings, name):
    settings.STUDIO_PROVIDER_URLS = {name: "http://127.0.0.1:9"}
    with pytest.raises(ProviderError) as caught:
        submit(provider)
    assert (caught.value.fault, caught.value.code) == (Fault.TRANSIENT, "unreachable")


def test_without_a_key_nobody_is_asked(fake, provider, monkeypatch):
    monkeypatch.delenv(provider.key_variable)
    with pytest.raises(ProviderError) as caught:
        submit(provider)
    assert (caught.value.fault, caught.value.code) == (Fault.PERMANENT, "no_key")
    assert not fake.asked


def test_another_media_type_than_it_should_have_changes_nothing(fake, provider):
    fake.misbehave("mime:text/html", on="POST")
    assert isinstance(submit(provider), Finished | Running)


def test_what_it_offers_is_what_the_studio_knows(provider, name):
    models = provider.models()
    assert models
    assert len({model.name for model in models}) == len(models)
    for model in models:
        assert (model.provider, model.queue) == (name, Queue.IO)
        assert model.types
        assert set(model.types) <= set(GenerationType.values)
        assert model.qualities
        assert set(model.qualities) <= set(Quality.values)
        assert model.aspect_ratios
        assert set(model.aspect_ratios) <= set(AspectRatio.values)
        assert model.default_duration_seconds is not None or GenerationType.ANIMATION not in model.types


def test_its_demand_has_units_for_everything_it_offers(provider, name):
    for model in provider.models():
        for type_ in model.types:
            for quality in model.qualities:
                for ratio in model.aspect_ratios:
                    wish = {"type": type_, "model": model.name, "quality": quality, "aspect_ratio": ratio}
                    wanted = job(**wish, provider=name, duration_seconds=model.default_duration_seconds)
                    units = provider.demand(wanted).units
                    assert units
                    assert all(amount > 0 for amount in units.values())


def test_it_is_switched_on_and_its_key_can_be_kept(name):
    assert PROVIDER_PATHS[name] in configured.STUDIO_PROVIDERS
    assert f"provider.{name}" in kernel.secret_names()
