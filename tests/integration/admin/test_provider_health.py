"""The staff's page of providers' health, and the decision on a generation's page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ai_studio.models import Attempt
from ai_studio.routing.breaker import Verdict
from ai_studio.routing.remembering import breaker
from brands.tenancy.scope import brand_scope
from tests import studio

PAGE = "admin:ai_studio_provider_health"
ROUTING = {
    "strategy": "cheapest",
    "chosen": {"provider": "local", "model": "atelier-local-1", "reason": "the cheapest: at most 0.08 USD"},
    "chain": [{"provider": "acme", "model": "one", "queue": "ai.io", "key": "brand"}],
    "rejected": [{"provider": "dear", "model": "two", "reason": "does not make Animation"}],
    "fallovers": [
        {
            "from": {"provider": "local", "model": "atelier-local-1"},
            "to": {"provider": "acme", "model": "one"},
            "cause": "busy",
            "message": "Later.",
            "at": "2026-11-25T10:00:00+00:00",
        }
    ],
}


def tried(tenant, *codes, provider="acme"):
    """One attempt of 2 s for each code; an empty one succeeded."""
    for code in codes:
        made = studio.generation(tenant, provider=provider)
        now = timezone.now()
        with brand_scope(tenant.brand):
            Attempt.objects.create(
                brand=tenant.brand, generation=made, number=1, provider=provider, model="one", fence=1,
                error_code=code, started_at=now - timedelta(seconds=2), finished_at=now,
            )  # fmt: skip


@pytest.mark.usefixtures("committed")
def test_health_counts_the_attempts_of_all_brands(admin: Client, ours, theirs) -> None:
    tried(ours, "", "", "busy")
    tried(theirs, "", "called_off")
    breaker().record("breaker:local", Verdict.TRIP)
    page = admin.get(reverse(PAGE))
    (line,) = page.context["lines"]
    assert (line["provider"], line["calls"], line["succeeded"], line["last_error"]) == ("acme", 4, 3, "busy")
    assert line["p50"] == pytest.approx(2, abs=0.1)
    assert "Rests" in page.content.decode()


@pytest.mark.usefixtures("committed")
def test_a_provider_for_which_the_installation_has_no_key_is_not_said_to_be_asked(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STABILITY_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-some-key")
    page = admin.get(reverse(PAGE))
    states = {each.name: each.state for each in page.context["providers"]}
    assert (states["local"], states["openai"], states["stability"]) == ("asked", "asked", "no_key")
    assert states["comfyui"] == "not_set_up"
    for words in ("No key", "Not set up"):
        assert words in page.content.decode()


@pytest.mark.usefixtures("committed")
def test_health_is_for_staff_who_may_see_generations(onlooker, browse, ours) -> None:
    assert browse(onlooker).get(reverse(PAGE)).status_code == 200
    onlooker.user_permissions.clear()
    assert browse(onlooker).get(reverse(PAGE)).status_code == 403


@pytest.mark.usefixtures("committed")
def test_a_generations_page_shows_the_decision_and_each_move(admin: Client, ours) -> None:
    made = studio.generation(ours, routing=ROUTING)
    page = admin.get(reverse("admin:ai_studio_generation_change", args=[made.pk])).content.decode()
    for words in ("the cheapest: at most 0.08 USD", "does not make Animation", "local → acme / one", "Later."):
        assert words in page
