"""Each rule of the invariants notices what breaks it, and nothing else does."""

import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from ai_studio.services import invariants
from tests import studio
from tests.factories import Tenant
from tests.integration.money.planting import as_owner
from tests.integration.pipeline import steps

FILE_RULE = "an artifact's file is there and has its SHA-256"

# Statements that plant one fault each, run by the tables' owner.
FAULTS = {
    "a budget's reserved and spent sums equal its ledger": [
        "UPDATE ai_studio_budget SET spent_usd = spent_usd + 0.000001 WHERE brand_id = %(brand)s",
        "UPDATE ai_studio_budget SET reserved_usd = reserved_usd + 0.01 WHERE brand_id = %(brand)s",
    ],
    "a quota's reserved and spent sums and turns equal its ledger": [
        "UPDATE ai_studio_userquota SET spent_usd = spent_usd + 0.000001 WHERE brand_id = %(brand)s",
        "UPDATE ai_studio_userquota SET used_generations = used_generations + 1 WHERE brand_id = %(brand)s",
    ],
    "an ended generation holds no money, an active one holds its estimate": [
        "DELETE FROM ai_studio_ledgerentry WHERE generation_id = %(waiting)s",
        "UPDATE ai_studio_generation SET estimated_cost_usd = 1 WHERE id = %(waiting)s",
        "DELETE FROM ai_studio_ledgerentry WHERE generation_id = %(done)s AND kind = 'SETTLE'",
    ],
    "a completed generation has one cost record, a failed or cancelled one at most one, an active one none": [
        "DELETE FROM ai_studio_costrecord WHERE generation_id = %(done)s",
        "UPDATE ai_studio_costrecord SET source = 'ADJUSTMENT' WHERE generation_id = %(done)s",
        "UPDATE ai_studio_costrecord SET generation_id = %(waiting)s WHERE generation_id = %(done)s",
    ],
    "a generation's cost equals its cost records and its ledger (SETTLE and ADJUST)": [
        "UPDATE ai_studio_costrecord SET amount_usd = 0.07 WHERE generation_id = %(done)s",
        "UPDATE ai_studio_costrecord SET generation_id = %(waiting)s WHERE generation_id = %(done)s",
        "UPDATE ai_studio_generation SET cost_usd = cost_usd + 0.000001 WHERE id = %(done)s",
    ],
    "a brand's ledger (SETTLE and ADJUST) equals its cost records and its budgets": [
        "DELETE FROM ai_studio_costrecord WHERE generation_id = %(done)s",
        "UPDATE ai_studio_ledgerentry SET amount_usd = 0.07 WHERE generation_id = %(done)s AND kind = 'SETTLE'",
        "UPDATE ai_studio_budget SET spent_usd = spent_usd + 0.000001 WHERE brand_id = %(brand)s",
    ],
    "a completed generation has one result and one thumbnail; an unfinished one has no artifact": [
        "DELETE FROM ai_studio_artifact WHERE generation_id = %(done)s AND role = 'THUMBNAIL'",
        "UPDATE ai_studio_artifact SET generation_id = %(waiting)s WHERE generation_id = %(done)s",
    ],
    "a brand's domain events are numbered without a gap": [
        "DELETE FROM brands_domainevent WHERE brand_id = %(brand)s AND seq = 2",
        "UPDATE brands_eventsequence SET last_seq = last_seq + 1 WHERE brand_id = %(brand)s",
    ],
    "each generation has told its request once, and its end once": [
        "UPDATE brands_domainevent SET type = 'generation.started' WHERE brand_id = %(brand)s AND seq = 1",
        "UPDATE brands_domainevent SET payload = '{}' WHERE brand_id = %(brand)s AND type = 'generation.completed'",
    ],
}

Plant = Callable[[str], None]


@pytest.fixture
def plant(committed: None, provider: object, ours: Tenant, theirs: Tenant) -> Plant:
    """Two sound brands, each with a completed and a waiting job; breaks one row of ours."""
    for tenant in (theirs, ours):
        done = steps.finish(steps.ask(tenant))
        waiting = steps.ask(tenant)
    facts = {"brand": ours.id, "done": done.pk, "waiting": waiting.pk}
    return lambda statement: as_owner(statement, facts)


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert set(FAULTS) == set(invariants.RULES)


@pytest.mark.parametrize(("rule", "statement"), [(rule, fault) for rule in FAULTS for fault in FAULTS[rule]])
def test_a_planted_fault_is_found_in_the_brand_that_has_it(
    plant: Plant, ours: Tenant, rule: str, statement: str
) -> None:
    assert list(invariants.check(files=False)) == []
    plant(statement)
    found = list(invariants.check(files=False))
    assert rule in {violation.rule for violation in found}
    assert {violation.brand_id for violation in found} == {str(ours.id)}


@pytest.mark.parametrize("fault", ["missing", "changed", "cut short"])
def test_a_file_that_is_not_what_was_stored_is_found(plant: Plant, ours: Tenant, fault: str) -> None:
    file = next(path for path in (Path(settings.MEDIA_ROOT) / "brands" / str(ours.id)).rglob("*") if path.is_file())
    if fault == "missing":
        file.unlink()
    else:
        file.write_bytes(b"other" if fault == "changed" else file.read_bytes()[:-1])
    found = list(invariants.check())
    assert {violation.rule for violation in found} == {FILE_RULE}


def test_a_broken_chain_of_audit_entries_is_found(plant: Plant, ours: Tenant) -> None:
    plant("UPDATE brands_auditentry SET action = 'nothing' WHERE brand_id = %(brand)s AND seq = 1")
    (violation,) = invariants.check(files=False)
    assert violation.rule == f"{invariants.AUDIT_RULE}: changed: entry 1 is not what was hashed"
    assert violation.brand_id == str(ours.id)


def test_the_command_fails_and_names_what_is_wrong(plant: Plant) -> None:
    call_command("check_invariants")
    plant("UPDATE ai_studio_budget SET spent_usd = 99 WHERE brand_id = %(brand)s")
    with pytest.raises(CommandError, match="violations"):
        call_command("check_invariants")


def test_the_runtime_role_cannot_remove_what_the_rules_are_checked_against(ours: Tenant) -> None:
    """The ledger and the event log are append-only to whoever serves requests."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as runtime:
        runtime.execute("SELECT set_config('app.brand_id', %s, false)", [str(ours.id)])
        for table in ("ai_studio_ledgerentry", "brands_domainevent", "brands_auditentry"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                runtime.execute(f"DELETE FROM {table}")  # noqa: S608


def test_generations_made_without_the_service_are_noticed(committed: None, ours: Tenant, theirs: Tenant) -> None:
    made = studio.generation(ours)
    rows = {violation.row_id for violation in invariants.check(files=False)}
    assert rows == {str(made.pk)}
