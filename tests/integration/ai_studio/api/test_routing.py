"""How a provider is chosen, as clients and staff see it."""

from typing import Any

import pytest

from ai_studio.models import StudioSettings
from ai_studio.routing.breaker import Verdict
from ai_studio.routing.remembering import breaker
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline.steps import WISH
from tests.studio import url

WISH_BODY = {"type": WISH.type, "prompt": WISH.prompt}


@pytest.fixture
def client(ours: Tenant, client_for: Any) -> Any:
    return client_for(ours.owner)


def asked(client: Any, tenant: Tenant, **routing: Any) -> Any:
    return client.post(url(tenant, "generations/"), {**WISH_BODY, "routing": routing}, format="json")


def listed(client: Any, tenant: Tenant) -> dict[str, Any]:
    """The local provider, as brands see it."""
    (local,) = (each for each in client.get(url(tenant, "providers/")).json()["results"] if each["name"] == "local")
    return dict(local)


@pytest.mark.parametrize(
    ("routing", "field"),
    [
        ({"strategy": "luckiest"}, "routing.strategy"),
        ({"stage": "draft"}, "routing.stage"),
        ({"providers": ["nobody"]}, "routing.providers"),
        ({"exclude": ["nobody"]}, "routing.exclude"),
        ({"exclude": ["local"]}, "model"),
        ({"surprise": 1}, "routing.surprise"),
        ({"fallback": "perhaps"}, "routing.fallback"),
    ],
)
def test_what_is_wrong_with_a_route_is_named(client: Any, ours: Tenant, routing: dict, field: str) -> None:
    answer = asked(client, ours, **routing)
    assert answer.status_code == 400
    assert field in answer.json()["errors"], answer.json()


def test_the_decision_is_told(client: Any, ours: Tenant) -> None:
    made = asked(client, ours, stage="final")
    assert made.status_code == 202, made.json()
    routing = client.get(url(ours, f"generations/{made.json()['id']}/")).json()["routing"]
    assert routing["strategy"] == "best_quality"
    assert routing["chosen"]["provider"] == "local"
    assert routing["chosen"]["reason"].startswith("the best quality")


def test_the_brands_strategy_counts_where_the_request_names_none(client: Any, ours: Tenant) -> None:
    with brand_scope(ours.brand):
        StudioSettings.objects.update_or_create(brand=ours.brand, defaults={"strategy": "cheapest"})
    made = asked(client, ours)
    routing = client.get(url(ours, f"generations/{made.json()['id']}/")).json()["routing"]
    assert (routing["strategy"], routing["chosen"]["reason"]) == ("cheapest", "the cheapest: at most 0.08 USD")


def test_a_provider_that_the_brand_switched_off_makes_nothing(client: Any, ours: Tenant) -> None:
    with brand_scope(ours.brand):
        StudioSettings.objects.update_or_create(brand=ours.brand, defaults={"disabled_providers": ["local"]})
    answer = client.post(url(ours, "generations/"), WISH_BODY, format="json")
    assert answer.status_code == 400
    assert "switched off by the brand" in str(answer.json()["errors"]["model"])
    local = listed(client, ours)
    assert (local["enabled"], local["is_usable"]) == (False, False)


def test_the_providers_are_listed_with_why_one_cannot_be_used(client: Any, ours: Tenant) -> None:
    local = listed(client, ours)
    assert (local["name"], local["key"], local["is_usable"], local["why_not"]) == ("local", "not_needed", True, [])
    breaker().record("breaker:local", Verdict.TRIP)
    local = listed(client, ours)
    assert local["why_not"] == ["It rests for 5 s after failures."]


def test_who_manages_the_brand_chooses_how_providers_are_chosen(
    client: Any, ours: Tenant, theirs: Tenant, client_for: Any
) -> None:
    chosen = {"strategy": "weighted", "provider_weights": {"local": 2.0}, "disabled_providers": ["acme"]}
    address = url(ours, "routing/settings/")
    assert client.patch(address, chosen, format="json").json() == chosen
    assert client.get(address).json() == chosen
    assert client_for(theirs.owner).get(url(theirs, "routing/settings/")).json()["strategy"] == "in_order"
    assert client_for(ours.editor).patch(address, {"strategy": "cheapest"}, format="json").status_code == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"strategy": "luckiest"}, "strategy"),
        ({"provider_weights": {"local": -1}}, "provider_weights.local"),
        ({"provider_weights": {"": 1}}, "provider_weights"),
        ({"disabled_providers": "local"}, "disabled_providers"),
    ],
)
def test_settings_that_do_not_fit_are_named(client: Any, ours: Tenant, change: dict, field: str) -> None:
    answer = client.patch(url(ours, "routing/settings/"), change, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
