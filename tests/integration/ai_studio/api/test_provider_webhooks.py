"""What is refused at the addresses that providers call, and that nothing is changed or told by it."""

import base64
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pytest_django.fixtures import Settings

from ai_studio.models import Attempt, Generation
from ai_studio.providers import registry
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.fakes import FAKES, PROVIDER_PATHS
from tests.providers.fakes.base import running
from tests.providers.fakes.letters import SignedLetter

pytestmark = pytest.mark.usefixtures("committed", "theirs")

MODELS = {"replicate": "black-forest-labs/flux-schnell", "fal": "fal-ai/flux/schnell"}
KEYS = {"replicate": "REPLICATE_API_TOKEN", "fal": "FAL_KEY"}
OTHER_SECRET = "whsec_" + base64.b64encode(b"another account's").decode()


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
        settings.STUDIO_PROVIDERS = list(PROVIDER_PATHS.values())
        monkeypatch.setenv(KEYS[name], fake.key)
        registry.providers.cache_clear()
        yield fake
    registry.providers.cache_clear()


@pytest.fixture
def waiting(ours: Tenant, fake: Any) -> Generation:
    fake.misbehave("lost")
    steps.ask(ours, provider=fake.name, model=MODELS[fake.name], extras={})
    return steps.step()


def letter_of(fake: Any, **how: Any) -> SignedLetter:
    made: SignedLetter = fake.letter(fake.accepted[-1]["id"], **how)
    return made


def marks(generation: Generation) -> tuple[Any, ...]:
    with brand_scope(generation.brand_id):
        rows = Generation.objects.filter(pk=generation.pk).values(), Attempt.objects.all().values()
        return tuple(list(found) for found in rows)


def refused(letter: SignedLetter, status: int, code: str, waiting: Generation, **headers: str) -> None:
    before = marks(waiting)
    answer = letter.post(**headers)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code
    assert str(waiting.pk) not in answer.content.decode()
    assert marks(waiting) == before


def forged(fake: Any) -> SignedLetter:
    if fake.name == "replicate":
        return letter_of(fake, secret=OTHER_SECRET)
    return letter_of(fake, key=Ed25519PrivateKey.generate())


def test_who_has_another_key_is_refused(fake: Any, waiting: Generation) -> None:
    refused(forged(fake), 401, "forged_webhook", waiting)


def test_what_was_changed_on_the_way_is_refused(fake: Any, waiting: Generation) -> None:
    refused(letter_of(fake).tampered(b'"a red mug"' if fake.name == "replicate" else b"kept", b"x"),
            401, "forged_webhook", waiting)  # fmt: skip


@pytest.mark.parametrize("seconds", [-301, -86_400, 320])
def test_what_is_old_or_from_the_future_is_refused(fake: Any, waiting: Generation, seconds: int) -> None:
    refused(letter_of(fake, sent=seconds), 401, "forged_webhook", waiting)


def test_an_old_letter_under_a_new_date_is_refused(fake: Any, waiting: Generation) -> None:
    header = "webhook-timestamp" if fake.name == "replicate" else "X-Fal-Webhook-Timestamp"
    fresh = letter_of(fake).headers[header]
    refused(letter_of(fake, sent=-3600), 401, "forged_webhook", waiting, **{header: fresh})


def test_what_lacks_any_header_is_refused(fake: Any, waiting: Generation) -> None:
    letter = letter_of(fake)
    for header in letter.headers:
        refused(letter.without(header), 401, "forged_webhook", waiting)


@pytest.mark.parametrize("odd", ["", "v1,", "v1", "zz", "é", "v1,é", "0" * 127, "\u0661" * 8])
def test_odd_signatures_and_dates_are_refused_like_any(fake: Any, waiting: Generation, odd: str) -> None:
    letter = letter_of(fake)
    said = odd.encode().decode("latin-1")
    for header in letter.headers:
        refused(letter, 401, "forged_webhook", waiting, **{header: said})


def test_an_address_that_was_made_up_or_is_another_providers_is_not_found(fake: Any, waiting: Generation) -> None:
    letter = letter_of(fake)
    token = letter.path.rstrip("/").rpartition("/")[2]
    other = "fal" if fake.name == "replicate" else "replicate"
    for path in (
        f"/api/v1/provider-webhooks/{other}/{token}/",
        f"/api/v1/provider-webhooks/local/{token}/",
        f"/api/v1/provider-webhooks/nobody/{token}/",
        f"/api/v1/provider-webhooks/{fake.name}/{token[:-1]}/",
        f"/api/v1/provider-webhooks/{fake.name}/guess/",
    ):
        made_up = SignedLetter(f"https://atelier.example{path}", letter.headers, letter.body)
        refused(made_up, 404, "not_found", waiting)


def test_a_body_without_end_is_refused(fake: Any, waiting: Generation) -> None:
    letter = letter_of(fake)
    for size in (1_000_001, 3_000_000):
        refused(SignedLetter(letter.url, letter.headers, b" " * size), 413, "too_large", waiting)


def test_whether_the_job_is_still_there_is_told_to_nobody(fake: Any, waiting: Generation) -> None:
    letter, forgery = letter_of(fake), forged(fake)
    with brand_scope(waiting.brand_id):
        Attempt.objects.all().delete()
    assert letter.post().status_code == 204
    refused(forgery, 401, "forged_webhook", waiting)


def test_when_the_keys_cannot_be_had_the_provider_is_asked_to_call_again(fake: Any, waiting: Generation) -> None:
    fake.misbehave("status:500", on="GET /(webhooks|.well-known)")
    refused(letter_of(fake), 503, "webhook_uncheckable", waiting)
    assert letter_of(fake).post().status_code == 204


def test_keys_are_fetched_once_and_again_only_once_a_minute_for_forgers(fake: Any, waiting: Generation) -> None:
    for _ in range(5):
        assert forged(fake).post().status_code == 401
        assert letter_of(fake).post().status_code == 204
    fetched = sum(n for line, n in fake.asked.items() if "webhooks/default/secret" in line or "jwks" in line)
    assert fetched == 1


def test_other_methods_and_other_brands_learn_nothing(
    fake: Any, waiting: Generation, theirs: Tenant, client_for: Any
) -> None:
    letter, client = letter_of(fake), client_for(theirs.key)
    for method in ("get", "put", "patch", "delete"):
        assert getattr(client, method)(letter.path).status_code == 405


def test_neither_the_secret_nor_the_address_gets_into_logs(
    fake: Any, waiting: Generation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    forged(fake).post()
    letter_of(fake).post()
    assert fake.key not in caplog.text
    assert getattr(fake, "secret", "whsec_") not in caplog.text
