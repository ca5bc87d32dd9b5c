"""How many jobs a provider is given at once: as many as it takes, of all brands that share a key."""

from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from ai_studio import pipeline
from ai_studio.choices import Status
from ai_studio.models import Generation
from ai_studio.routing import slots
from ai_studio.routing.breaker import Verdict
from ai_studio.routing.remembering import breaker
from ai_studio.services import generations
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer

pytestmark = pytest.mark.usefixtures("provider")

BOTH = {"providers": ["billing", "free"]}


@pytest.fixture
def limit(settings: Settings) -> Callable[[int], None]:
    def set_to(jobs: int) -> None:
        settings.STUDIO_PROVIDER_CONCURRENCY = {"billing": jobs}

    set_to(1)
    return set_to


def at_work(tenant: Tenant, prompt: str = "first") -> Generation:
    """A job that its provider has accepted, and that waits for its next poll."""
    asked = steps.ask(tenant, prompt, "queue:9")
    running = steps.step()
    assert (running.pk, running.status) == (asked.pk, Status.PROCESSING)
    return running


def claimed(generation: Generation) -> Generation:
    """It alone is due, and a worker has taken its step."""
    steps.make_due(generation)
    assert steps.step().pk == generation.pk
    return steps.fresh(generation)


@pytest.mark.usefixtures("limit")
def test_a_job_between_its_polls_counts_and_the_next_one_waits_without_using_up_an_attempt(
    ours: Tenant, provider: ProviderServer
) -> None:
    first, second = at_work(ours), steps.ask(ours, "second")
    waiting = claimed(second)
    assert (waiting.status, steps.attempts(second)) == (Status.PROCESSING, [])
    assert 0 < steps.seconds_until_due(second) <= slots.LOOK_AGAIN_SECONDS + 1
    assert provider.asked["second"] == 0
    assert steps.finish(first).status == Status.COMPLETED
    assert steps.finish(second).status == Status.COMPLETED
    assert [attempt.number for attempt in steps.attempts(second)] == [1]
    steps.all_in_order()


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize("end", ["called off", "refused", "overdue"])
def test_however_a_job_ends_the_next_one_may_begin(ours: Tenant, end: str) -> None:
    if end == "refused":
        steps.finish(steps.ask(ours, "first", "refuse"))
    else:
        first = at_work(ours)
    if end == "called off":
        with brand_scope(ours.brand):
            generations.cancel(actor=ours.actor(), generation=first)
    if end == "overdue":
        steps.pass_deadline(first)
        claimed(first)
    assert claimed(steps.ask(ours, "second")).status == Status.COMPLETED


@pytest.mark.usefixtures("limit")
def test_it_goes_to_the_next_provider_of_its_chain(ours: Tenant, provider: ProviderServer) -> None:
    second = steps.ask(ours, "second", provider=None, routing=BOTH)
    assert second.provider == "billing"
    steps.ask(ours, "first", "queue:9", priority=9)
    assert steps.step().prompt == "first"
    moved = claimed(second)
    assert (moved.provider, moved.routing["fallovers"][0]["cause"]) == ("free", "concurrency")
    assert steps.finish(second).status == Status.COMPLETED
    assert provider.asked["second"] == 1


@pytest.mark.usefixtures("limit")
def test_whoever_asks_meanwhile_is_given_another_provider_and_told_why_without_a_count(
    ours: Tenant, theirs: Tenant
) -> None:
    at_work(theirs)
    elsewhere = steps.ask(ours, "second", provider=None, routing=BOTH)
    assert elsewhere.provider == "free"
    reasons = {each["provider"]: each["reason"] for each in elsewhere.routing["rejected"]}
    assert reasons["billing"] == "has as many jobs as it takes at once, at the moment"


@pytest.mark.usefixtures("limit")
def test_brands_share_the_installations_slots_and_each_has_those_of_its_own_key(ours: Tenant, theirs: Tenant) -> None:
    at_work(theirs)
    steps.ask(ours, "second", "queue:9")
    attempt = steps.claim().attempt
    assert not slots.take(attempt, key="installation")
    assert slots.take(attempt, key="brand")
    assert slots.take(attempt, key="brand")  # it has it already
    assert slots.full({"billing": "brand"}, brand_id=ours.id) == {"billing"}
    assert slots.full({"billing": "brand"}, brand_id=theirs.id) == frozenset()


def test_however_many_workers_ask_at_once_no_more_are_given_than_it_takes(
    ours: Tenant, theirs: Tenant, provider: ProviderServer, limit: Callable[[int], None]
) -> None:
    limit(3)
    asked = [steps.ask(tenant, f"job {n}", "queue:9") for n in range(4) for tenant in (ours, theirs)]
    claims = [steps.claim() for _ in asked]
    steps.together([lambda claim=claim: pipeline.step(claim) for claim in claims])  # type: ignore[misc]
    assert sum(provider.accepted.values()) == 3
    assert sum(len(steps.attempts(generation)) for generation in asked) == 3


@pytest.mark.usefixtures("limit")
def test_a_probe_that_finds_no_slot_leaves_the_breaker_to_the_next(ours: Tenant) -> None:
    at_work(ours)
    breaker().record("breaker:billing", Verdict.TRIP, now=1000.0)  # long ago: it may be probed
    claimed(steps.ask(ours, "second"))
    assert breaker().admit("breaker:billing").probe


def test_without_a_limit_nothing_is_asked_of_the_database(
    ours: Tenant, django_assert_num_queries: Callable[[int], object]
) -> None:
    steps.ask(ours)
    attempt = steps.claim().attempt
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert slots.take(attempt, key="installation")
        assert slots.full({"billing": "installation", "free": "none"}, brand_id=ours.id) == frozenset()


def test_a_provider_may_say_itself_how_many_it_takes(ours: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.providers.adapter.BillingProvider.max_concurrent", 1)
    at_work(ours)
    assert slots.full({"billing": "none"}, brand_id=ours.id) == {"billing"}
