"""Whatever is done to jobs, in whatever order: the books are right after every step."""

from decimal import Decimal
from itertools import count

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ai_studio import leases, pipeline
from ai_studio.choices import Queue
from ai_studio.errors import BudgetExceeded, NotAdjustable, NotCancellable, NotRetryable, QuotaExceeded
from ai_studio.leases import Claim
from ai_studio.models import Budget, Generation
from ai_studio.services import adjustments, budgets, generations, invariants, sweeping
from ai_studio.services.cost_report import cost_report
from brands.tenancy.scope import brand_scope
from tests import factories
from tests.factories import Tenant
from tests.integration.money import pricing
from tests.integration.pipeline import steps

brands = count(1)
SCRIPTS = st.sampled_from(["make", "refuse", "busy", "broken", "garbage", "queue:1", "stumble:1"])
CHARGES = st.sampled_from([None, "0", "0.000001", "0.0799", "0.08", "0.25"])
FAILS = st.lists(st.sampled_from(["busy", "lost", "refused", "bad_result"]), max_size=3)
AMOUNTS = st.sampled_from([None, "0", "0.3", "1", "7.5", "1056"])
MOVES = st.sampled_from(["-0.06", "-0.000001", "0.000001", "0.02", "5"])
PLACES = st.integers(0, 30)


class Studio(RuleBasedStateMachine):
    """Two brands, one of them with little money; workers that may be slow, die, or be overtaken."""

    tenants: list[Tenant]
    asked: list[Generation]
    held: list[Claim]

    @initialize()
    def begin(self) -> None:
        self.tenants = [
            factories.make_tenant(f"rich{next(brands)}"),
            factories.make_tenant(
                f"poor{next(brands)}", monthly_budget_usd=Decimal("0.40"), user_monthly_generations=4
            ),
        ]
        self.asked, self.held = [], []
        pricing.table()

    @rule(brand=st.sampled_from([0, 1]), script=SCRIPTS, charge=CHARGES, provider=st.sampled_from(["billing", "free"]))
    def ask(self, brand: int, script: str, charge: str | None, provider: str) -> None:
        try:
            job = steps.ask(self.tenants[brand], f"job {len(self.asked)}", script, provider=provider, charge_usd=charge)
        except (BudgetExceeded, QuotaExceeded):
            return
        self.asked.append(job)

    @rule(brand=st.sampled_from([0, 1]), fails=FAILS, used=AMOUNTS, kept=AMOUNTS, charge=CHARGES)
    def ask_at_a_price(
        self, brand: int, fails: list[str], used: str | None, kept: str | None, charge: str | None
    ) -> None:
        """Of a provider that takes money for failures too."""
        extras = {"fails": fails, "used": _units(used), "kept": _units(kept), "charge_usd": charge}
        try:
            job = steps.ask(self.tenants[brand], f"job {len(self.asked)}", provider="priced", extras=extras)
        except (BudgetExceeded, QuotaExceeded):
            return
        self.asked.append(job)

    @precondition(lambda self: self.asked)
    @rule(place=PLACES, usd=MOVES, key=st.sampled_from(["a", "b"]))
    def adjust(self, place: int, usd: str, key: str) -> None:
        job = self.asked[place % len(self.asked)]
        with brand_scope(job.brand_id):
            before = Generation.objects.get(pk=job.pk).cost_usd or Decimal(0)
            try:
                done = adjustments.adjust(
                    actor=self._owner_of(job), generation=job, amount_usd=Decimal(usd), note="a bill", effect_key=key
                )
            except NotAdjustable:
                return
            after = Generation.objects.get(pk=job.pk).cost_usd
        assert (after or Decimal(0)) == before + (Decimal(usd) if done else 0)

    @rule()
    def claim(self) -> None:
        found = leases.claim(Queue.IO)
        if found is not None:
            self.held.append(found)

    @precondition(lambda self: self.held)
    @rule(place=PLACES)
    def do_what_was_claimed(self, place: int) -> None:
        """Perhaps long after somebody else took it over, or after it ended."""
        pipeline.step(self.held.pop(place % len(self.held)))

    @precondition(lambda self: self.held)
    @rule(place=PLACES)
    def lose_a_worker(self, place: int) -> None:
        steps.expire(self.held[place % len(self.held)].generation)

    @rule()
    def let_time_pass(self) -> None:
        for tenant in self.tenants:
            steps.make_all_due(tenant)

    @precondition(lambda self: self.asked)
    @rule(place=PLACES)
    def call_off(self, place: int) -> None:
        job = self.asked[place % len(self.asked)]
        try:
            with brand_scope(job.brand_id):
                generations.cancel(actor=self._owner_of(job), generation=Generation.objects.get(pk=job.pk))
        except NotCancellable:
            assert steps.fresh(job).is_terminal

    @precondition(lambda self: self.asked)
    @rule(place=PLACES)
    def try_again(self, place: int) -> None:
        job = self.asked[place % len(self.asked)]
        try:
            with brand_scope(job.brand_id):
                again = generations.retry(actor=self._owner_of(job), generation=Generation.objects.get(pk=job.pk))
        except (NotRetryable, BudgetExceeded, QuotaExceeded):
            return
        self.asked.append(again)

    @precondition(lambda self: self.asked)
    @rule(place=PLACES)
    def miss_the_deadline(self, place: int) -> None:
        job = self.asked[place % len(self.asked)]
        if not steps.fresh(job).is_terminal:
            steps.pass_deadline(job)
        sweeping.sweep()

    @precondition(lambda self: self.asked)
    @rule(limit_usd=st.sampled_from([Decimal(0), Decimal("0.2"), Decimal(5)]))
    def change_the_budget(self, limit_usd: Decimal) -> None:
        actor = self._owner_of(self.asked[0])
        with brand_scope(actor.brand_id):
            budgets.set_monthly_limit(actor=actor, limit_usd=limit_usd, at=self.asked[0].created_at)

    @invariant()
    def the_books_are_right(self) -> None:
        assert list(invariants.check(files=False)) == []

    @invariant()
    def the_report_is_the_sum_of_the_budgets(self) -> None:
        for tenant in getattr(self, "tenants", []):
            with brand_scope(tenant.brand):
                report = cost_report(actor=tenant.actor(), at=timezone.now(), group_by=["month", "user", "model"])
                spent = sum(Budget.objects.values_list("spent_usd", flat=True), Decimal(0))
            assert report.total.amount_usd == sum((row.amount_usd for row in report.rows), Decimal(0)) == spent

    def teardown(self) -> None:
        """Everything ends, and then nothing is reserved."""
        for job in getattr(self, "asked", []):
            if not steps.fresh(job).is_terminal:
                steps.pass_deadline(job)
                if steps.fresh(job).lease_until is not None:
                    steps.expire(job)
        sweeping.sweep()
        for tenant in getattr(self, "tenants", []):
            with brand_scope(tenant.brand):
                assert set(Budget.objects.values_list("reserved_usd", flat=True)) <= {Decimal(0)}
        assert list(invariants.check()) == []

    def _owner_of(self, job: Generation) -> factories.Actor:
        return next(tenant for tenant in self.tenants if tenant.id == job.brand_id).actor()


def _units(credits_used: str | None) -> dict[str, str]:
    return {} if credits_used is None else {"credit": credits_used}


@pytest.mark.usefixtures("committed", "provider", "media")
def test_the_books_are_right_after_any_sequence_of_events() -> None:
    run_state_machine_as_test(
        Studio,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
