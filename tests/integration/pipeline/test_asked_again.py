"""Which way a wish takes that was asked for before: a retry, a variation, a new version."""

import pytest
from pytest_django.fixtures import Settings

from ai_studio.choices import Status
from ai_studio.models import Generation
from ai_studio.routing.breaker import Verdict
from ai_studio.routing.remembering import breaker
from ai_studio.services import generations
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer

pytestmark = pytest.mark.usefixtures("provider")

BOTH = {"providers": ["billing", "free"], "strategy": "in_order"}
ROUTED = {"provider": None, "routing": BOTH}
NAME = "breaker:billing"


def retried(tenant: Tenant, failed: Generation) -> Generation:
    with brand_scope(tenant.brand):
        return generations.retry(actor=tenant.actor(), generation=failed)


def varied(tenant: Tenant, parent: Generation) -> Generation:
    with brand_scope(tenant.brand):
        return generations.vary(actor=tenant.actor(), parent=parent, count=1, changes={})[0]


def new_version(tenant: Tenant, parent: Generation) -> Generation:
    with brand_scope(tenant.brand):
        return generations.new_version(actor=tenant.actor(), parent=parent, changes={"prompt": "a blue mug"})


def test_a_retry_of_what_was_routed_is_routed_anew_with_the_same_settings(ours: Tenant) -> None:
    failed = steps.finish(steps.ask(ours, "again", "refuse", seed=7, **ROUTED))
    assert (failed.status, failed.provider) == (Status.FAILED, "billing")
    breaker().record(NAME, Verdict.TRIP)
    again = retried(ours, failed)
    assert (again.provider, again.seed, again.extras) == ("free", 7, failed.extras)
    assert again.routing["asked"] == failed.routing["asked"] == BOTH
    assert {each["provider"] for each in again.routing["rejected"]} >= {"billing", "local"}


def test_a_retry_of_what_was_routed_may_fall_over(ours: Tenant, provider: ProviderServer) -> None:
    failed = steps.finish(steps.ask(ours, "again", "refuse", "busy", "make", **ROUTED))
    done = steps.finish(retried(ours, failed))
    assert (done.status, done.provider, done.routing["fallovers"][0]["cause"]) == (Status.COMPLETED, "free", "busy")
    steps.all_in_order()


@pytest.mark.parametrize("by_name", [{"provider": "billing"}, {"provider": None, "model": "billing-1"}])
def test_a_retry_of_what_was_asked_for_by_name_stays_with_that_name(ours: Tenant, by_name: dict[str, str]) -> None:
    failed = steps.finish(steps.ask(ours, "again", "refuse", **by_name))
    breaker().record(NAME, Verdict.TRIP)
    again = retried(ours, failed)
    assert (again.provider, again.routing["chain"]) == ("billing", [])


@pytest.mark.parametrize("descend", [varied, new_version])
def test_what_is_made_from_another_begins_with_the_model_that_made_that_one(
    ours: Tenant, provider: ProviderServer, descend: object
) -> None:
    parent = steps.finish(steps.ask(ours, "parent", "busy", "make", **ROUTED))
    assert parent.provider == "free"  # billing was busy
    child = descend(ours, parent)  # type: ignore[operator]
    assert (child.provider, child.routing["chosen"]["reason"]) == ("free", "made what this is made from")
    assert [step["provider"] for step in child.routing["chain"]] == ["billing"]


@pytest.mark.parametrize("descend", [varied, new_version])
def test_where_that_model_is_gone_another_one_makes_it(ours: Tenant, settings: Settings, descend: object) -> None:
    parent = steps.finish(steps.ask(ours, "parent", "make", **ROUTED))
    assert parent.provider == "billing"
    breaker().record(NAME, Verdict.TRIP)
    assert descend(ours, parent).provider == "free"  # type: ignore[operator]


def test_a_retry_of_a_retry_knows_what_was_asked_for_first(ours: Tenant) -> None:
    failed = steps.finish(steps.ask(ours, "again", "refuse", "refuse", **ROUTED))
    twice = retried(ours, steps.finish(retried(ours, failed)))
    assert twice.routing["asked"] == BOTH


def test_a_generation_of_before_this_was_kept_stays_with_its_model(ours: Tenant) -> None:
    failed = steps.finish(steps.ask(ours, "old", "refuse", **ROUTED))
    failed.routing = {}
    again = retried(ours, failed)
    assert (again.provider, again.routing["chain"]) == ("billing", [])
