"""What a job costs in the end: the provider's charge, its usage, what was asked for, the tariff; failures too."""

from decimal import Decimal

import pytest

from ai_studio.choices import Status
from ai_studio.errors import PriceUnknown
from ai_studio.models import Budget, CostRecord, Generation, LedgerEntry, UserQuota
from ai_studio.services import generations, sweeping
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.money import pricing
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer


@pytest.fixture(autouse=True)
def _prices(provider: ProviderServer) -> None:
    pricing.table()


def ask(tenant: Tenant, prompt: str = "a red mug", **extras: object) -> Generation:
    quality = str(extras.pop("quality", "standard"))
    return steps.ask(tenant, prompt, provider="priced", quality=quality, extras=extras)


def costs(generation: Generation) -> list[CostRecord]:
    with brand_scope(generation.brand_id):
        return list(CostRecord.objects.filter(generation=generation).order_by("id"))


def moved(generation: Generation) -> list[tuple[str, str]]:
    with brand_scope(generation.brand_id):
        rows = LedgerEntry.objects.filter(generation=generation).order_by("id")
        return [(row.kind, str(row.amount_usd)) for row in rows]


def test_what_is_held_is_the_demand_at_the_most_specific_price(ours: Tenant) -> None:
    assert ask(ours).estimated_cost_usd == Decimal("0.06")
    assert ask(ours, quality="high").estimated_cost_usd == Decimal("0.07")
    assert ask(ours, demand={"image": "2", "credit": "1.5"}).estimated_cost_usd == Decimal("0.135")


def test_what_has_no_price_is_refused_and_nothing_is_held(ours: Tenant) -> None:
    with pytest.raises(PriceUnknown, match="priced-1 has no price for second") as refused:
        ask(ours, demand={"image": "1", "second": "3"})
    assert refused.value.status == 422
    assert "model" in refused.value.fields
    with brand_scope(ours.brand):
        assert not Budget.objects.exists()
        assert not Generation.objects.exists()


def test_the_price_table_settles_what_was_made_when_the_provider_says_nothing(ours: Tenant) -> None:
    done = steps.finish(ask(ours))
    (cost,) = costs(done)
    assert (cost.source, cost.amount_usd, done.cost_usd) == ("PRICE_TABLE", Decimal("0.06"), Decimal("0.06"))
    assert cost.details["units"] == {"image": "1"}
    assert cost.details["unit_prices_usd"] == {"image": "0.060000"}
    assert cost.details["rows"] == [str(pricing.price("0.06", tier="1024x1024").pk)]
    steps.all_in_order()


def test_usage_times_price_comes_before_the_demand(ours: Tenant) -> None:
    done = steps.finish(ask(ours, used={"output_token": 1056, "credit": 0}))
    (cost,) = costs(done)
    assert (cost.source, cost.amount_usd) == ("USAGE", Decimal("0.042240"))
    assert moved(done)[1:] == [("SETTLE", "0.042240"), ("RELEASE", "0.017760")]
    steps.all_in_order()


def test_the_providers_own_charge_comes_first(ours: Tenant) -> None:
    done = steps.finish(ask(ours, used={"output_token": 1056}, charge_usd="0.05"))
    (cost,) = costs(done)
    assert (cost.source, cost.amount_usd) == ("PROVIDER_CHARGE", Decimal("0.05"))
    steps.all_in_order()


def test_usage_that_has_no_price_falls_back_to_what_was_asked_for(ours: Tenant) -> None:
    (cost,) = costs(steps.finish(ask(ours, used={"gpu_second": 4})))
    assert (cost.source, cost.amount_usd) == ("PRICE_TABLE", Decimal("0.06"))
    assert cost.details["unpriced_usage"] == ["gpu_second"]


def test_credits_are_told(ours: Tenant) -> None:
    done = steps.finish(ask(ours, used={"credit": "7.5"}))
    assert (done.credits, done.cost_usd) == (Decimal("7.50"), Decimal("0.075"))
    steps.all_in_order()


def test_a_price_that_came_later_does_not_count(ours: Tenant) -> None:
    from datetime import date

    pricing.price("9", tier="1024x1024", valid_from=date(2999, 1, 1))
    assert ask(ours).estimated_cost_usd == Decimal("0.06")


def test_a_failure_costs_what_the_provider_keeps_of_it(ours: Tenant) -> None:
    failed = steps.finish(ask(ours, fails=["refused"], kept={"credit": 2}))
    (cost,) = costs(failed)
    assert (failed.status, failed.cost_usd, cost.source) == (Status.FAILED, Decimal("0.02"), "USAGE")
    assert moved(failed) == [("HOLD", "0.060000"), ("SETTLE", "0.020000"), ("RELEASE", "0.040000")]
    with brand_scope(ours.brand):
        assert UserQuota.objects.get().used_generations == 0
    steps.all_in_order()


def test_a_failure_of_which_nothing_is_kept_costs_nothing(ours: Tenant) -> None:
    failed = steps.finish(ask(ours, fails=["refused"]))
    assert (failed.cost_usd, costs(failed)) == (None, [])
    assert moved(failed)[1:] == [("RELEASE", "0.060000")]
    steps.all_in_order()


def test_a_result_that_is_no_good_was_made_all_the_same(ours: Tenant) -> None:
    failed = steps.finish(ask(ours, fails=["bad_result"]))
    assert (failed.status, failed.cost_usd) == (Status.FAILED, Decimal("0.06"))
    assert moved(failed)[1:] == [("SETTLE", "0.060000")]
    steps.all_in_order()


def test_a_submission_that_was_lost_counts_as_spent_where_that_is_the_providers_rule(ours: Tenant) -> None:
    failed = steps.finish(ask(ours, fails=["lost"]))
    assert (failed.error_code, failed.cost_usd) == ("submit_unknown", Decimal("0.06"))
    steps.all_in_order()


def test_so_does_one_whose_worker_died_asking(ours: Tenant) -> None:
    asked = ask(ours)
    steps.expire(steps.claim().generation)
    failed = steps.finish(asked)
    assert (failed.error_code, failed.cost_usd) == ("submit_unknown", Decimal("0.06"))
    steps.all_in_order()


def test_attempts_that_cost_something_add_up(ours: Tenant) -> None:
    done = steps.finish(ask(ours, fails=["busy", "busy"], kept={"credit": 1}))
    (cost,) = costs(done)
    assert (done.status, done.cost_usd, cost.source) == (Status.COMPLETED, Decimal("0.08"), "PRICE_TABLE")
    assert [one["amount_usd"] for one in cost.details["earlier"]] == ["0.010000", "0.010000"]
    assert moved(done)[1:] == [("SETTLE", "0.060000"), ("ADJUST", "0.020000")]
    steps.all_in_order()


def test_what_attempts_cost_stays_spent_when_the_job_is_called_off(ours: Tenant) -> None:

    asked = ask(ours, fails=["busy"], kept={"credit": 1})
    steps.step()
    with brand_scope(ours.brand):
        called_off = generations.cancel(actor=ours.actor(), generation=Generation.objects.get(pk=asked.pk))
    assert (called_off.status, called_off.cost_usd) == (Status.CANCELLED, Decimal("0.01"))
    steps.all_in_order()


def accepted(tenant: Tenant) -> Generation:
    """Its provider has it and works on it."""
    asked = ask(tenant, script=["queue:1"])
    steps.step()
    return asked


def test_what_its_provider_works_on_is_spent_when_it_is_called_off(ours: Tenant) -> None:
    asked = accepted(ours)
    with brand_scope(ours.brand):
        ended = generations.cancel(actor=ours.actor(), generation=steps.fresh(asked))
    assert (ended.status, steps.fresh(asked).cost_usd) == (Status.CANCELLED, Decimal("0.06"))
    steps.all_in_order()


def test_what_its_provider_never_had_is_called_off_for_nothing(ours: Tenant) -> None:
    asked = ask(ours)
    with brand_scope(ours.brand):
        generations.cancel(actor=ours.actor(), generation=steps.fresh(asked))
    assert steps.fresh(asked).cost_usd is None
    steps.all_in_order()


@pytest.mark.parametrize("by", ["a worker", "the sweeper"])
def test_what_its_provider_works_on_is_spent_when_it_misses_its_deadline(ours: Tenant, by: str) -> None:
    asked = accepted(ours)
    steps.pass_deadline(asked)
    if by == "a worker":
        steps.make_due(asked)
        steps.step()
    else:
        sweeping.sweep()
    failed = steps.fresh(asked)
    assert (failed.error_code, failed.cost_usd) == ("deadline", Decimal("0.06"))
    steps.all_in_order()
