"""Rate limits per brand and credential, with headers, and without Redis too."""

import re
import time

import pytest
from django.test import override_settings
from limits import parse

from brands.api import throttling
from brands.api.throttling import Limiter
from brands.models import Membership
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from config.local.ports import any_free_port
from tests.factories import Tenant, client_for


def test_every_answer_says_what_is_left(ours: Tenant) -> None:
    answers = [client_for(ours.viewer).get(ours.url) for _ in range(2)]
    assert answers[0]["RateLimit-Policy"] == '"default";q=600;w=60'
    left = [int(re.fullmatch(r'"default";r=(\d+);t=\d+', answer["RateLimit"])[1]) for answer in answers]
    assert left == [599, 598]


def test_a_refused_request_counts_and_says_so_too(ours: Tenant) -> None:
    answer = client_for(ours.viewer).patch(ours.url, {"name": "x"})
    assert answer.status_code == 403
    assert answer["RateLimit"].startswith('"default";r=599;')


@override_settings(RATE_LIMIT="3/minute")
def test_too_many_requests_are_429_with_a_time_to_come_back(ours: Tenant) -> None:
    client = client_for(ours.key)
    assert [client.get(ours.url).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get(ours.url)
    assert (answer["Content-Type"], answer.json()["code"]) == ("application/problem+json", "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert answer["RateLimit"].startswith('"default";r=0;')


@override_settings(RATE_LIMIT="2/minute")
def test_each_credential_and_brand_has_its_own_count(ours: Tenant, theirs: Tenant) -> None:
    for _ in range(3):
        client_for(ours.key).get(ours.url)
    assert client_for(ours.key).get(ours.url).status_code == 429
    assert client_for(ours.key_with("*")).get(ours.url).status_code == 200
    assert client_for(ours.owner).get(ours.url).status_code == 200
    assert client_for(theirs.key).get(theirs.url).status_code == 200


def test_making_brands_has_a_limit_of_its_own(ours: Tenant) -> None:
    answer = client_for(ours.owner).post("/api/v1/brands/", {"name": "Another"})
    assert answer["RateLimit-Policy"] == '"BrandListView";q=30;w=3600'
    assert client_for(ours.owner).get("/api/v1/brands/")["RateLimit-Policy"] == '"default";q=600;w=60'


def test_invitations_are_mails_and_have_a_limit_of_their_own(ours: Tenant) -> None:
    url = f"{ours.url}invitations/"
    answer = client_for(ours.owner).post(url, {"email": "new@people.example", "role": "VIEWER"})
    assert answer["RateLimit-Policy"] == '"InvitationViewSet";q=60;w=3600'
    assert client_for(ours.owner).get(url)["RateLimit-Policy"] == '"default";q=600;w=60'


def test_another_key_or_brand_of_the_same_person_does_not_lift_the_limit_of_mails(ours: Tenant, theirs: Tenant) -> None:
    with brand_scope(theirs.brand):
        Membership.objects.create(brand=theirs.brand, user=ours.owner, role="ADMIN")
    left = [
        client_for(credential).post(f"{tenant.url}invitations/", {"email": f"{n}@people.example", "role": "VIEWER"})
        for n, (tenant, credential) in enumerate(
            [(ours, ours.owner), (ours, ours.key), (ours, ours.key_with("*")), (theirs, ours.owner)]
        )
    ]
    assert [re.search(r"r=(\d+)", answer["RateLimit"])[1] for answer in left] == ["59", "58", "57", "56"]
    assert (
        client_for(theirs.owner)
        .post(f"{theirs.url}invitations/", {})["RateLimit"]
        .startswith('"InvitationViewSet";r=59;')
    )


@override_settings(RATE_LIMIT="3/minute")
def test_who_asks_for_brands_that_are_not_theirs_is_counted_whichever_they_name(ours: Tenant, theirs: Tenant) -> None:
    client = client_for(theirs.key)
    urls = [ours.url, *(f"/api/v1/brands/{new_id()}/members/" for _ in range(3))]
    assert [client.get(url).status_code for url in urls] == [404, 404, 404, 429]
    assert client_for(theirs.key).get(theirs.url).status_code == 200


@override_settings(FAILED_AUTHENTICATION_RATE_LIMIT="3/minute")
def test_failed_sign_ins_are_limited_per_address(ours: Tenant) -> None:
    wrong = client_for()
    wrong.credentials(HTTP_AUTHORIZATION="Bearer atlwrong_secret", REMOTE_ADDR="203.0.113.5")
    assert [wrong.get(ours.url).status_code for _ in range(4)] == [401, 401, 401, 429]
    answer = wrong.get("/api/v1/me/")
    assert answer.json()["code"] == "too_many_failures"
    assert int(answer["Retry-After"]) >= 1
    wrong.credentials(HTTP_X_SESSION_TOKEN="wrong", REMOTE_ADDR="203.0.113.5")
    assert wrong.get(ours.url).status_code == 429
    wrong.credentials(HTTP_X_SESSION_TOKEN="wrong", REMOTE_ADDR="203.0.113.6")
    assert wrong.get(ours.url).status_code == 401


@override_settings(FAILED_AUTHENTICATION_RATE_LIMIT="1/minute")
def test_a_good_credential_is_not_held_up_by_others_at_its_address(ours: Tenant) -> None:
    wrong = client_for()
    wrong.credentials(HTTP_AUTHORIZATION="Bearer atlwrong_secret")
    assert [wrong.get(ours.url).status_code for _ in range(2)] == [401, 429]
    assert client_for(ours.key).get(ours.url).status_code == 200


@pytest.fixture
def redis_away(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = Limiter(f"redis://127.0.0.1:{any_free_port()}/0")
    monkeypatch.setattr(throttling, "limiter", lambda: limiter)


@override_settings(RATE_LIMIT="2/minute")
def test_without_redis_the_process_counts_itself(redis_away: None, ours: Tenant) -> None:
    started = time.monotonic()
    assert [client_for(ours.key).get(ours.url).status_code for _ in range(3)] == [200, 200, 429]
    assert time.monotonic() - started < 2


def test_redis_away_costs_one_look_and_not_one_per_request() -> None:
    limiter = Limiter("redis://127.0.0.1:1/0")
    assert limiter.hit(parse("5/minute"), "a").remaining == 4
    assert limiter._absence.lasts()
    assert [limiter.hit(parse("5/minute"), "a").remaining for _ in range(5)] == [3, 2, 1, 0, 0]
