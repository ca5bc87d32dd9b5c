"""What becomes of a job whose provider is away while others could make it, too."""

from decimal import Decimal

import pytest

from ai_studio import pipeline
from ai_studio.choices import Status, SubmitState
from ai_studio.models import Generation
from ai_studio.providers import registry
from ai_studio.providers.base import Fault, ProviderError
from ai_studio.routing import gathering
from ai_studio.routing.breaker import FIRST_PAUSE_SECONDS, Verdict
from ai_studio.routing.remembering import breaker
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("provider", "theirs")

BOTH = {"providers": ["billing", "free"]}
NAME = "breaker:billing"


def ask(tenant: Tenant, prompt: str, *script: str, **wish: object) -> Generation:
    return steps.ask(tenant, prompt, *script, **{"provider": None, "routing": BOTH} | wish)


def route_of(generation: Generation) -> list[str]:
    return [attempt.provider for attempt in steps.attempts(generation)]


@pytest.mark.parametrize("word", ["busy", "busy:40", "limit:40"])
def test_what_was_not_accepted_goes_to_the_next_provider_at_once(
    ours: Tenant, provider: ProviderServer, word: str
) -> None:
    asked = ask(ours, "moved", word, "make")
    moved = steps.step()
    assert (moved.provider, moved.status) == ("free", Status.PROCESSING)
    assert steps.seconds_until_due(asked) <= 0
    done = steps.step()
    assert done.status == Status.COMPLETED
    assert route_of(done) == ["billing", "free"]
    assert (provider.asked["moved"], provider.accepted["moved"]) == (2, 1)
    (move,) = done.routing["fallovers"]
    assert (move["from"]["provider"], move["to"]["provider"]) == ("billing", "free")
    assert move["cause"] == word.partition(":")[0].replace("limit", "rate_limited")
    steps.all_in_order()


@pytest.mark.parametrize("word", ["broken", "reset", "hang", "garbage"])
def test_what_may_have_been_accepted_goes_nowhere(ours: Tenant, provider: ProviderServer, word: str) -> None:
    failed = steps.finish(ask(ours, "lost", word, "make"))
    assert (failed.status, failed.error_code, failed.provider) == (Status.FAILED, "submit_unknown", "billing")
    assert provider.asked["lost"] == provider.accepted["lost"] == 1
    steps.all_in_order()


def test_what_the_provider_refuses_to_make_goes_nowhere(ours: Tenant, provider: ProviderServer) -> None:
    failed = steps.finish(ask(ours, "forbidden", "refuse", "make"))
    assert (failed.status, failed.error_code) == (Status.FAILED, "content_filtered")
    assert provider.asked["forbidden"] == 1


def test_a_job_whose_worker_died_while_asking_a_paid_provider_is_asked_for_nowhere_again(
    ours: Tenant, provider: ProviderServer
) -> None:
    asked = ask(ours, "who knows", "busy", "make")
    assert steps.claim().generation.provider == "billing"
    steps.expire(asked)
    failed = steps.finish(asked)
    assert (failed.status, failed.error_code, failed.provider) == (Status.FAILED, "submit_unknown", "billing")
    assert failed.routing["chain"][0]["provider"] == "free"
    assert "fallovers" not in failed.routing
    assert not provider.asked
    steps.all_in_order()


@pytest.mark.parametrize("lost", ["worker", "answer"])
def test_what_a_provider_may_still_be_at_goes_to_no_other_when_that_one_is_busy_then(
    ours: Tenant, provider: ProviderServer, lost: str
) -> None:
    script = ["busy", "make"] if lost == "worker" else ["broken", "busy", "make"]
    asked = ask(ours, "still at it", *script, provider="free", routing={**BOTH, "fallback": True})
    if lost == "worker":
        assert steps.claim().generation.provider == "free"
        steps.expire(asked)
    done = steps.finish(asked)
    assert done.routing["chain"][0]["provider"] == "billing"
    assert (done.status, route_of(done)) == (Status.COMPLETED, ["free", "free", "free"])
    steps.all_in_order()


def test_a_provider_asked_for_by_name_is_not_exchanged(ours: Tenant, provider: ProviderServer) -> None:
    asked = steps.ask(ours, "only you", "busy", "make", routing={})
    assert steps.step().provider == "billing"
    assert steps.finish(asked).routing.get("fallovers") is None


def test_a_provider_asked_for_by_name_is_exchanged_where_that_is_wished(ours: Tenant, provider: ProviderServer) -> None:
    asked = ask(ours, "you first", "busy", "make", provider="billing", routing={**BOTH, "fallback": True})
    assert asked.provider == "billing"
    assert steps.finish(asked).provider == "free"


def refuse_as(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ProviderError(Fault.PERMANENT, code, "No.")

    monkeypatch.setattr(registry.provider("billing"), "_call", refuse)


def test_a_refused_key_opens_the_breaker_and_the_next_provider_is_asked(
    ours: Tenant, provider: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_as("key_refused", monkeypatch)
    asked = ask(ours, "no key", "make")
    assert steps.step().provider == "free"
    assert steps.finish(asked).status == Status.COMPLETED
    assert breaker().rests([NAME])[0] > 0
    assert ask(ours, "the next").provider == "free"
    steps.all_in_order()


def test_a_model_that_is_not_there_is_made_elsewhere_and_its_provider_goes_on(
    ours: Tenant, provider: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_as("not_found", monkeypatch)
    done = steps.finish(ask(ours, "gone", "make"))
    assert (done.status, done.provider) == (Status.COMPLETED, "free")
    assert done.routing["fallovers"][0]["cause"] == "model_not_found"
    assert breaker().rests([NAME]) == [0]
    steps.all_in_order()


def test_a_model_that_is_not_there_ends_a_job_without_another_way_at_once(
    ours: Tenant, provider: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_as("not_found", monkeypatch)
    failed = steps.finish(steps.ask(ours, "gone"))
    assert (failed.status, failed.error_code) == (Status.FAILED, "model_not_found")
    assert len(steps.attempts(failed)) == 1
    steps.all_in_order()


def test_what_the_provider_failed_at_by_its_own_fault_is_made_elsewhere(
    ours: Tenant, provider: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(ours, "given up", "queue:9", "make")
    steps.step()
    there = registry.provider("billing")

    def failed(*_: object) -> None:
        raise ProviderError(Fault.PERMANENT, "render_failed", "Our machine broke.", over=True)

    monkeypatch.setattr(there, "poll", failed)
    done = steps.finish(asked)
    assert (done.status, done.provider) == (Status.COMPLETED, "free")
    assert [attempt.submit_state for attempt in steps.attempts(done)] == [SubmitState.ACCEPTED, SubmitState.ACCEPTED]
    steps.all_in_order()


def test_polling_in_vain_moves_nothing(ours: Tenant, provider: ProviderServer) -> None:
    done = steps.finish(ask(ours, "stumbling", "stumble:2"))
    assert (done.status, done.provider) == (Status.COMPLETED, "billing")
    assert provider.asked["stumbling"] == 1


def test_while_the_breaker_is_open_a_job_without_another_way_waits_and_uses_up_no_attempt(
    ours: Tenant, provider: ProviderServer
) -> None:
    asked = steps.ask(ours, "patient")
    breaker().record(NAME, Verdict.TRIP)
    waiting = steps.step()
    assert waiting.status == Status.PROCESSING
    assert 0 < steps.seconds_until_due(asked) <= FIRST_PAUSE_SECONDS + 1
    assert steps.attempts(asked) == []
    assert not provider.asked
    breaker().record(NAME, Verdict.OK, probe=True)
    assert steps.finish(asked).status == Status.COMPLETED
    assert [attempt.number for attempt in steps.attempts(asked)] == [1]
    steps.all_in_order()


def test_a_breaker_that_opened_meanwhile_sends_the_job_on_without_asking(
    ours: Tenant, provider: ProviderServer
) -> None:
    asked = ask(ours, "sent on")
    assert asked.provider == "billing"
    breaker().record(NAME, Verdict.TRIP)
    moved = steps.step()
    assert (moved.provider, moved.routing["fallovers"][0]["cause"]) == ("free", "resting")
    assert steps.finish(asked).status == Status.COMPLETED
    assert route_of(asked) == ["free"]


def test_two_workers_probe_once(ours: Tenant, provider: ProviderServer) -> None:
    for _ in range(2):
        steps.ask(ours, "probed", "gate")
    breaker().record(NAME, Verdict.TRIP, now=1000.0)  # long ago: it may be probed
    first, second = steps.claim(), steps.claim()
    with steps.in_thread(lambda: pipeline.step(first)):
        wait_until(lambda: provider.asked["probed"] == 1, "the probe is under way")
        pipeline.step(second)
        assert provider.asked["probed"] == 1
        provider.open_gate("probed")
    assert breaker().rests([NAME]) == [0]
    assert steps.finish(second.generation).status == Status.COMPLETED


def test_with_its_rate_limit_used_up_a_job_waits_or_another_provider_is_chosen(
    ours: Tenant, provider: ProviderServer, settings: object
) -> None:
    settings.STUDIO_PROVIDER_LIMITS = {"billing": "1/50s"}  # type: ignore[attr-defined]
    first, second = steps.ask(ours, "one"), steps.ask(ours, "two")
    steps.step()
    assert steps.fresh(first).status == Status.COMPLETED
    steps.step()
    assert 0 < steps.seconds_until_due(second) <= 101
    assert steps.attempts(second) == []
    elsewhere = ask(ours, "three")
    assert elsewhere.provider == "free"
    reasons = {each["provider"]: each["reason"] for each in elsewhere.routing["rejected"]}
    assert reasons["billing"] == "its rate limit is used up at the moment"


def test_the_hold_covers_the_dearest_of_the_chain(
    ours: Tenant, provider: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = {"billing": Decimal("0.02"), "free": Decimal("0.70"), "local": Decimal("0.08")}
    monkeypatch.setattr(gathering, "estimate_usd", lambda model, _want, _prices: prices.get(model.provider))
    asked = ask(ours, "dear", "busy", "make", charge_usd="0.70", routing={**BOTH, "strategy": "cheapest"})
    assert (asked.provider, asked.estimated_cost_usd) == ("billing", Decimal("0.70"))
    assert steps.finish(asked).cost_usd == Decimal("0.70")
    steps.all_in_order()
