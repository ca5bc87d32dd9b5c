"""Staff corrects what a generation cost: exactly, once, in its own month, never below nothing."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ai_studio.errors import NotAdjustable
from ai_studio.models import Budget, CostRecord, Generation, LedgerEntry, UserQuota
from ai_studio.services.adjustments import adjust
from brands.errors import InvalidInput
from brands.models import AuditEntry
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer


@pytest.fixture
def done(ours: Tenant, provider: ProviderServer) -> Generation:
    return steps.finish(steps.ask(ours))


def correct(tenant: Tenant, generation: Generation, usd: str, key: str = "bill 7", note: str = "Bill of May") -> bool:
    with brand_scope(tenant.brand):
        return adjust(actor=tenant.actor(), generation=generation, amount_usd=Decimal(usd), note=note, effect_key=key)


@pytest.mark.parametrize(("usd", "cost"), [("0.05", "0.13"), ("-0.08", "0"), ("-0.000001", "0.079999")])
def test_a_cost_is_corrected_by_a_line_in_both_books(ours: Tenant, done: Generation, usd: str, cost: str) -> None:
    assert correct(ours, done, usd)
    assert steps.fresh(done).cost_usd == Decimal(cost)
    with brand_scope(ours.brand):
        line = LedgerEntry.objects.get(kind="ADJUST")
        assert (line.amount_usd, line.note, line.generation_id) == (Decimal(usd), "Bill of May", done.pk)
        records = CostRecord.objects.order_by("id").values_list("source", "amount_usd")
        assert list(records) == [("TARIFF", Decimal("0.08")), ("ADJUSTMENT", Decimal(usd))]
        assert Budget.objects.get().spent_usd == UserQuota.objects.get().spent_usd == Decimal(cost)
        assert AuditEntry.objects.get(action="cost.adjusted").details["amount_usd"] == usd
    steps.all_in_order()


def test_the_same_key_adjusts_once(ours: Tenant, done: Generation) -> None:
    assert correct(ours, done, "0.05")
    assert not correct(ours, done, "0.05")
    assert steps.fresh(done).cost_usd == Decimal("0.13")
    with pytest.raises(NotAdjustable, match="another adjustment"):
        correct(ours, done, "0.06")
    steps.all_in_order()


def test_the_same_adjustment_asked_for_in_parallel_is_made_once(ours: Tenant, done: Generation) -> None:
    made = steps.together([lambda: correct(ours, done, "0.05")] * 4)
    assert sorted(map(str, made)) == ["False", "False", "False", "True"]
    steps.all_in_order()


def test_nothing_costs_less_than_nothing(ours: Tenant, done: Generation) -> None:
    with pytest.raises(NotAdjustable, match="less than nothing"):
        correct(ours, done, "-0.080001")
    steps.all_in_order()


def test_what_runs_is_not_settled_yet(ours: Tenant, provider: ProviderServer) -> None:
    with pytest.raises(NotAdjustable, match="not ended"):
        correct(ours, steps.ask(ours), "0.05")
    steps.all_in_order()


def test_a_failed_one_that_was_billed_after_all_can_be_charged(ours: Tenant, provider: ProviderServer) -> None:
    failed = steps.finish(steps.ask(ours, "a red mug", "refuse"))
    assert correct(ours, failed, "0.04")
    assert steps.fresh(failed).cost_usd == Decimal("0.04")
    steps.all_in_order()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("amount_usd", {"usd": "0"}),
        ("amount_usd", {"usd": "NaN"}),
        ("amount_usd", {"usd": "0.0000001"}),
        ("amount_usd", {"usd": "1000000"}),
        ("note", {"usd": "1", "note": " "}),
        ("effect_key", {"usd": "1", "key": ""}),
        ("effect_key", {"usd": "1", "key": "k" * 61}),
    ],
)
def test_a_bad_adjustment_names_its_field(ours: Tenant, done: Generation, field: str, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        correct(ours, done, **wrong)
    assert list(refused.value.fields) == [field]


def test_the_command_adjusts_and_says_so(ours: Tenant, theirs: Tenant, done: Generation) -> None:
    said = StringIO()
    facts = ["--note=Bill of May", "--key=bill 7"]
    for _ in range(2):
        call_command("adjust_cost", str(ours.id), str(done.pk), "0.05", *facts, stdout=said)
    assert said.getvalue().splitlines() == ["Adjusted.", "It was done before."]
    with pytest.raises(CommandError, match="no such generation"):
        call_command("adjust_cost", str(theirs.id), str(done.pk), "0.05", *facts)
    with pytest.raises(CommandError, match="No amount"):
        call_command("adjust_cost", str(ours.id), str(done.pk), "much", *facts)
    steps.all_in_order()
