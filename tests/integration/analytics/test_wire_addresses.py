"""The addresses that SDKs know: who may write there, and what they answer to pages of any site."""

import base64
import gzip
import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from brands.models import Membership
from brands.services import api_keys
from brands.services.api_keys import IssuedKey
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant

EVENT = {"event": "seen", "distinct_id": "ann", "uuid": "u1"}
POSTHOG = ["batch", "capture", "e", "engage", "i/v0/ai/batch", "i/v0/e", "track"]
SEGMENT = ["batch", "track", "identify", "page", "screen", "group", "alias", "b", "t", "i", "p", "s", "g", "a"]
SITE = "https://shop.example"


@pytest.fixture
def write_key(ours: Tenant) -> IssuedKey:
    return ours.key_with("event.write")


def posthog(token: str, *events: Any, path: str = "/ingest/posthog/batch/", **headers: str) -> HttpResponse:
    body = json.dumps({"api_key": token, "batch": list(events)})
    return Client().post(path, body, content_type="application/json", headers=headers)


def segment(token: str, body: Any, path: str = "/ingest/segment/v1/batch", **headers: str) -> HttpResponse:
    basic = base64.b64encode(f"{token}:".encode()).decode()
    return Client().post(
        path, json.dumps(body), content_type="application/json", headers={"Authorization": f"Basic {basic}", **headers}
    )


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("prefix", ["/ingest/posthog/", "/"])
@pytest.mark.parametrize("path", POSTHOG)
def test_posthogs_addresses_take_events(write_key: IssuedKey, prefix: str, path: str, slash: str) -> None:
    answer = posthog(write_key.token, EVENT, path=f"{prefix}{path}{slash}")
    assert (answer.status_code, answer.json()) == (200, {"status": "Ok"})


@pytest.mark.parametrize("prefix", ["/ingest/segment/", "/"])
@pytest.mark.parametrize("path", SEGMENT)
def test_segments_addresses_take_events(write_key: IssuedKey, prefix: str, path: str) -> None:
    event = {"type": "track", "event": "seen", "userId": "ann", "previousId": "a1", "messageId": "m1"}
    answer = segment(write_key.token, {"batch": [event], **event}, path=f"{prefix}v1/{path}")
    assert (answer.status_code, answer.json()) == (200, {"success": True})


def test_a_key_that_may_do_more_is_refused_for_anyone_can_read_it_in_a_page(ours: Tenant) -> None:
    for key in (ours.key, ours.key_with("event.write", "brand.view"), ours.key_with("brand.view")):
        answer = posthog(key.token, EVENT)
        assert (answer.status_code, answer.json()["code"]) == (403, "no_write_key")
        assert "event.write" in answer.json()["detail"]


@pytest.mark.parametrize("token", ["", "phc_unknown", "atlunknown_secret", "\x00", "ä_ä", "_"])
def test_an_unknown_key_is_401_and_asks_no_browser_for_a_password(ours: Tenant, token: str) -> None:
    for answer in (posthog(token, EVENT), segment(token, {"batch": []})):
        assert (answer.status_code, answer.json()["code"]) == (401, "unknown_write_key")
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("how", "status"), [("revoked", 401), ("its maker left", 401), ("its maker may less", 403)])
def test_a_key_ends_with_what_it_rests_on(ours: Tenant, how: str, status: int) -> None:
    key = ours.key_with("event.write", role="EDITOR")
    with brand_scope(ours.brand):
        maker = Membership.objects.filter(user=ours.editor)
        if how == "revoked":
            api_keys.revoke(actor=ours.actor(), key=key.key)
        elif how == "its maker left":
            maker.delete()
        else:
            maker.update(role="VIEWER")
    assert posthog(key.token, EVENT).status_code == status


def test_a_wrong_key_is_counted_against_its_address(ours: Tenant, write_key: IssuedKey) -> None:
    with override_settings(FAILED_AUTHENTICATION_RATE_LIMIT="2/minute"):
        answers = [posthog("wrong_key", EVENT) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [401, 401, 429]
        assert int(answers[-1]["Retry-After"]) >= 1
        assert posthog(write_key.token, EVENT).status_code == 200


@override_settings(EVENTS_RATE_LIMIT="2/minute")
def test_a_key_that_comes_too_often_is_told_in_a_way_that_its_sdk_tries_again(ours: Tenant) -> None:
    keys = [ours.key_with("event.write") for _ in range(2)]
    browsers = [posthog(keys[0].token, EVENT) for _ in range(3)]
    servers = [segment(keys[1].token, {"batch": []}) for _ in range(3)]
    assert [answer.status_code for answer in browsers] == [200, 200, 503]  # posthog-js forgets what is answered 4xx
    assert [answer.status_code for answer in servers] == [200, 200, 429]
    assert all(int(answers[-1]["Retry-After"]) >= 1 for answers in (browsers, servers))
    assert browsers[-1].json()["code"] == "throttled"


PREFLIGHT = {
    "Origin": SITE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type,x-other",
}


@pytest.mark.parametrize(
    "path", ["/ingest/posthog/e/", "/ingest/posthog/flags/", "/array/key/config", "/ingest/segment/v1/t", "/v1/batch"]
)
def test_pages_of_any_site_may_ask(ours: Tenant, path: str) -> None:
    preflight = Client().options(path, headers=PREFLIGHT)
    assert preflight.status_code == 200
    assert preflight["Access-Control-Allow-Origin"] == SITE
    assert preflight["Access-Control-Allow-Credentials"] == "true"
    assert preflight["Access-Control-Allow-Headers"] == "content-type,x-other"
    assert "POST" in preflight["Access-Control-Allow-Methods"]
    assert "Origin" in preflight["Vary"]


def test_what_is_refused_is_shown_to_the_page_too(ours: Tenant) -> None:
    for answer in (
        posthog("wrong", EVENT, Origin=SITE),
        Client().delete("/ingest/posthog/e/", headers={"Origin": SITE}),
        Client().get("/e/", headers={"Origin": SITE}),
    ):
        assert answer.status_code in {401, 405}
        assert answer["Access-Control-Allow-Origin"] == SITE
        assert answer["Access-Control-Expose-Headers"] == "Retry-After"
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/me/", "/api/v1/brands/", "/health/live", "/api/schema/", "/admin/login/"])
def test_no_other_address_answers_other_sites(ours: Tenant, path: str) -> None:
    for ask in (Client().get, Client().options):
        assert "Access-Control-Allow-Origin" not in ask(path, headers=PREFLIGHT)


def test_no_session_and_no_csrf_token_is_asked_for_or_given(ours: Tenant, write_key: IssuedKey) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ours.owner, backend="django.contrib.auth.backends.ModelBackend")
    body = json.dumps({"api_key": write_key.token, "batch": [EVENT]})
    answer = client.post("/ingest/posthog/e/", body, content_type="text/plain")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer["Vary"]
    refused = client.post("/ingest/posthog/e/", json.dumps({"batch": [EVENT]}), content_type="text/plain")
    assert refused.status_code == 401  # being signed in is nothing here


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"[" * 50_000, {}, 400),
        (gzip.compress(b"[]", mtime=0)[:-5], {}, 400),
        (gzip.compress(b" " * 20_000_000, mtime=0), {}, 413),
        (b" " * 8_000_001, {}, 413),
        (b"{}", {"Content-Encoding": "br"}, 415),
        (b'{"api_key": "\\u0000_\\ud800", "event": "seen"}', {}, 401),
    ],
)
@pytest.mark.parametrize("path", ["/ingest/posthog/e/", "/ingest/segment/v1/track"])
def test_what_cannot_be_read_is_answered_with_what_is_wrong(
    ours: Tenant, path: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = Client().post(path, body, content_type="application/json", headers=headers)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_another_charset_than_utf8_is_named() -> None:
    answer = Client().post("/ingest/posthog/e/", b"{}", content_type="text/plain; charset=latin-1")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_charset")


def test_what_posthog_js_asks_first_switches_everything_else_off(ours: Tenant) -> None:
    config = Client().get("/ingest/posthog/array/atlkey_1/config", headers={"Origin": SITE})
    assert config.json()["supportedCompression"] == ["gzip", "gzip-js"]
    assert not config.json()["sessionRecording"]
    script = Client().get("/ingest/posthog/array/atl%22%3C/config.js", headers={"Origin": SITE})
    assert script["Content-Type"] == "application/javascript"
    assert r'["atl\"<"] = {"config": {"token": "atl\"<"' in script.content.decode()
    for answer in (Client().post("/ingest/posthog/flags/?v=2"), Client().get("/decide")):
        assert answer.json()["featureFlags"] == {}
        assert answer.json()["errorsWhileComputingFlags"] is False


@override_settings(PUBLIC_URL="https://atelier.example")
def test_what_analytics_js_asks_first_sends_its_events_here() -> None:
    answer = Client().get("/ingest/segment/v1/projects/key/settings").json()
    assert answer["integrations"]["Segment.io"] == {
        "apiKey": "key",
        "apiHost": "atelier.example/ingest/segment/v1",
        "protocol": "https",
    }
