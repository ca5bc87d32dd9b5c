"""POST ai/generations/ and ai/generations/batch/."""

from decimal import Decimal

import pytest

from ai_studio.choices import LedgerKind
from ai_studio.models import Budget, Generation, LedgerEntry, StudioSettings, UserQuota
from brands.models import DomainEvent
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

WISH = {"type": "IMAGE_2D", "prompt": "a red mug"}


@pytest.fixture
def client(ours):
    return client_for(ours.key)


def test_a_wish_is_accepted_with_its_cost_and_its_place(ours, theirs, client):
    answer = client.post(studio.url(ours, "generations/"), WISH)
    assert answer.status_code == 202, answer.json()
    body = answer.json()
    assert body["status"] == "PENDING"
    assert body["estimated_cost_usd"] == "0.080000"
    assert body["queue"] == {"position": 1, "eta_seconds": None, "eta_from_seconds": None, "eta_to_seconds": None}
    assert answer["Location"] == studio.url(ours, f"generations/{body['id']}/")
    assert client.get(answer["Location"]).json()["prompt"] == "a red mug"
    with brand_scope(theirs.brand):
        assert not Generation.objects.exists()


def test_all_parameters_reach_the_job(ours, client):
    wish = {
        "type": "ANIMATION",
        "prompt": "balloons",
        "negative_prompt": "rain",
        "provider": "local",
        "model": "atelier-local-1",
        "priority": 9,
        "parameters": {
            "quality": "ultra",
            "aspect_ratio": "16:9",
            "seed": 2**31 - 1,
            "steps": 24,
            "guidance": "7.5",
            "duration_seconds": "3",
            "extras": {"loop": True},
        },
    }
    answer = client.post(studio.url(ours, "generations/"), wish)
    assert answer.status_code == 202, answer.json()
    body = answer.json()
    assert body["parameters"] == wish["parameters"] | {"guidance": "7.50", "duration_seconds": "3.00"}
    assert {name: body[name] for name in ("negative_prompt", "provider", "model", "priority")} == {
        "negative_prompt": "rain",
        "provider": "local",
        "model": "atelier-local-1",
        "priority": 9,
    }
    assert body["estimated_cost_usd"] == "0.460000"  # (0.20 + 3 × 0.01) × 2


def test_null_is_the_same_as_left_out(ours, client):
    wish = {**WISH, "model": None, "parameters": {"seed": None, "steps": None}}
    body = client.post(studio.url(ours, "generations/"), wish).json()
    assert "steps" not in body["parameters"]
    assert 0 <= body["parameters"]["seed"] < 2**31


def test_the_answer_says_what_is_spent_and_reserved(ours, client):
    answer = client.post(studio.url(ours, "generations/"), WISH)
    spend = {name: value for name, value in answer.headers.items() if name.startswith(("Spend-", "Quota-"))}
    assert spend == {
        "Spend-Limit-USD": "500.000000",
        "Spend-Spent-USD": "0.000000",
        "Spend-Reserved-USD": "0.080000",
        "Quota-Limit-USD": "500.000000",
        "Quota-Spent-USD": "0.000000",
        "Quota-Reserved-USD": "0.080000",
        "Quota-Limit-Generations": "100",
        "Quota-Used-Generations": "1",
    }


def test_the_same_idempotency_key_makes_one_job(ours, client):
    first, again = (
        client.post(studio.url(ours, "generations/"), WISH, headers={"Idempotency-Key": "one"}) for _ in range(2)
    )
    assert first.status_code == again.status_code == 202
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    with brand_scope(ours.brand):
        assert Generation.objects.count() == LedgerEntry.objects.count() == 1


def test_the_same_idempotency_key_with_another_wish_is_refused(ours, client):
    client.post(studio.url(ours, "generations/"), WISH, headers={"Idempotency-Key": "one"})
    other = client.post(
        studio.url(ours, "generations/"), {**WISH, "prompt": "a mug"}, headers={"Idempotency-Key": "one"}
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_a_batch_is_accepted_as_a_whole(ours, client):
    items = [{**WISH, "prompt": f"mug {n}"} for n in range(100)]
    answer = client.post(studio.url(ours, "generations/batch/"), {"items": items})
    assert answer.status_code == 202, answer.json()
    body = answer.json()
    assert [item["prompt"] for item in body["items"]] == [item["prompt"] for item in items]
    assert body["estimated_cost_usd"] == "8.000000"
    assert answer["Spend-Reserved-USD"] == "8.000000"
    with brand_scope(ours.brand):
        assert LedgerEntry.objects.filter(kind=LedgerKind.HOLD).count() == 100
        assert DomainEvent.objects.filter(type="generation.requested").count() == 100


def test_a_batch_that_the_budget_does_not_cover_is_refused_as_a_whole(ours, client):
    with brand_scope(ours.brand):
        StudioSettings.objects.update(monthly_budget_usd=Decimal("0.25"))
    answer = client.post(studio.url(ours, "generations/batch/"), {"items": [WISH] * 4})
    assert answer.status_code == 402
    with brand_scope(ours.brand):
        assert not Generation.objects.exists()


def test_a_used_up_budget_is_402_with_the_numbers(ours, client):
    with brand_scope(ours.brand):
        StudioSettings.objects.update(monthly_budget_usd=Decimal("0.10"))
    assert client.post(studio.url(ours, "generations/"), WISH).status_code == 202
    refused = client.post(studio.url(ours, "generations/"), WISH)
    assert refused.status_code == 402
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json() | {"request_id": "", "detail": "", "title": ""} == {
        "type": "about:blank",
        "title": "",
        "status": 402,
        "code": "budget_exceeded",
        "detail": "",
        "request_id": "",
        "limit_usd": "0.100000",
        "spent_usd": "0.000000",
        "reserved_usd": "0.080000",
        "needed_usd": "0.080000",
    }
    with brand_scope(ours.brand):
        assert Generation.objects.count() == 1
        assert Budget.objects.get().reserved_usd == Decimal("0.08")


def test_a_used_up_quota_is_429_with_the_numbers(ours, client):
    with brand_scope(ours.brand):
        StudioSettings.objects.update(user_monthly_generations=1)
    assert client.post(studio.url(ours, "generations/"), WISH).status_code == 202
    refused = client.post(studio.url(ours, "generations/"), WISH)
    assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")
    assert refused.json()["limit_generations"] == refused.json()["used_generations"] == 1
    with brand_scope(ours.brand):
        assert UserQuota.objects.get().used_generations == 1
        assert Budget.objects.get().reserved_usd == Decimal("0.08")


def test_one_persons_quota_does_not_hold_up_another(ours):
    with brand_scope(ours.brand):
        StudioSettings.objects.update(user_monthly_generations=1)
    for person in (ours.editor, ours.admin):
        assert client_for(person).post(studio.url(ours, "generations/"), WISH).status_code == 202


@pytest.mark.parametrize("role", ["VIEWER", "REVIEWER", "ANALYST"])
def test_who_may_not_generate_is_refused(ours, role):
    answer = client_for(ours.person(role)).post(studio.url(ours, "generations/"), WISH)
    assert (answer.status_code, answer.json()["capability"]) == (403, "generation.run")
