"""Cancel, retry, vary, and make new versions."""

from decimal import Decimal

import pytest

from ai_studio.choices import Status
from ai_studio.models import Budget, Generation, LedgerEntry, StudioSettings, UserQuota
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

WISH = {"type": "IMAGE_2D", "prompt": "a red mug", "parameters": {"seed": 7}}


@pytest.fixture
def client(ours):
    return client_for(ours.editor)


@pytest.fixture
def post(ours, client):
    def send(path, body=None, **headers):
        return client.post(studio.url(ours, path), body, headers=headers)

    return send


@pytest.fixture
def wished(post):
    """A generation that was asked for through the API: its cost is held."""
    return post("generations/", WISH).json()["id"]


def reserved(tenant):
    with brand_scope(tenant.brand):
        return Budget.objects.get().reserved_usd, UserQuota.objects.get().used_generations


def test_cancelling_releases_what_was_held(ours, post, wished):
    answer = post(f"generations/{wished}/cancel/")
    assert (answer.status_code, answer.json()["status"]) == (200, "CANCELLED")
    assert reserved(ours) == (0, 0)


def test_cancelling_twice_is_cancelling_once(ours, post, wished):
    first, again = (post(f"generations/{wished}/cancel/") for _ in range(2))
    assert again.status_code == 200
    assert again.json()["status_seq"] == first.json()["status_seq"]
    with brand_scope(ours.brand):
        assert LedgerEntry.objects.filter(kind="RELEASE").count() == 1


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED])
def test_what_has_ended_cannot_be_cancelled(ours, post, status):
    ended = studio.generation(ours, status=status)
    answer = post(f"generations/{ended.pk}/cancel/")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_cancellable")


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
def test_what_failed_or_was_cancelled_is_tried_again_as_a_new_generation(ours, post, status):
    old = studio.generation(ours, status=status, seed=7)
    answer = post(f"generations/{old.pk}/retry/")
    assert answer.status_code == 202, answer.json()
    body = answer.json()
    assert body["id"] != str(old.pk)
    assert (body["parent"], body["parent_kind"], body["parameters"]["seed"]) == (str(old.pk), "RETRY", 7)
    assert answer["Location"].endswith(f"{body['id']}/")
    with brand_scope(ours.brand):
        assert Generation.objects.get(pk=old.pk).status == status


@pytest.mark.parametrize("status", [Status.PENDING, Status.PROCESSING, Status.COMPLETED])
def test_nothing_else_is_tried_again(ours, post, status):
    old = studio.generation(ours, status=status)
    answer = post(f"generations/{old.pk}/retry/")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_retryable")


def test_a_retry_under_one_idempotency_key_happens_once(ours, post):
    old = studio.generation(ours, status=Status.FAILED)
    first, again = (post(f"generations/{old.pk}/retry/", **{"Idempotency-Key": "one"}) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]


def test_variations_differ_by_their_seeds_and_by_the_changes(post, wished):
    changes = {"prompt": "a blue mug", "parameters": {"aspect_ratio": "2:3"}}
    answer = post(f"generations/{wished}/variations/", {"count": 20, "changes": changes})
    assert answer.status_code == 202, answer.json()
    items = answer.json()["items"]
    assert len({item["parameters"]["seed"] for item in items}) == 20
    assert {(i["parent"], i["parent_kind"], i["prompt"], i["parameters"]["aspect_ratio"]) for i in items} == {
        (wished, "VARIATION", "a blue mug", "2:3")
    }
    assert answer.json()["estimated_cost_usd"] == "1.600000"


def test_variations_that_the_budget_does_not_cover_are_refused_as_a_whole(ours, post, wished):
    with brand_scope(ours.brand):
        Budget.objects.update(limit_usd=Decimal("0.20"))
    assert post(f"generations/{wished}/variations/", {"count": 2}).status_code == 402
    assert reserved(ours) == (Decimal("0.08"), 1)


def test_a_new_version_counts_on(post, wished):
    second = post(f"generations/{wished}/versions/", {"changes": {"prompt": "a red mug with a lid"}}).json()
    third = post(f"generations/{second['id']}/versions/", {}).json()
    assert [(v["parent"], v["version"], v["prompt"]) for v in (second, third)] == [
        (wished, 2, "a red mug with a lid"),
        (second["id"], 3, "a red mug with a lid"),
    ]


@pytest.mark.parametrize("action", ["cancel/", "retry/", "variations/", "versions/"])
def test_a_viewer_may_look_but_not_act(ours, action):
    made = studio.generation(ours, status=Status.FAILED)
    answer = client_for(ours.viewer).post(studio.url(ours, f"generations/{made.pk}/{action}"), {"count": 1})
    assert (answer.status_code, answer.json()["capability"]) == (403, "generation.run")


def test_a_brand_without_settings_yet_has_the_usual_limits(ours, post):
    with brand_scope(ours.brand):
        StudioSettings.objects.all().delete()
    answer = post("generations/", WISH)
    assert answer.status_code == 202
    assert answer["Quota-Limit-USD"] == "50.000000"
