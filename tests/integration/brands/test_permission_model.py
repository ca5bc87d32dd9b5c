"""The permission model checker (tests/permission_model): people who try everything in any order.

`make permission-cases` runs it long: PERMISSION_EXAMPLES says how long.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import Exists
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from brands import permissions
from brands.choices import Permission, Role
from brands.models import Membership, Restriction
from brands.services import actors, grants
from tests.factories import Tenant
from tests.permission_model.machine import Permissions, make_world

EXAMPLES = int(os.environ.get("PERMISSION_EXAMPLES", "4"))
STEPS = int(os.environ.get("PERMISSION_STEPS", "12"))
LONG = 100
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}


@pytest.fixture
def machine(ours: Tenant, theirs: Tenant) -> type[Permissions]:
    return type("Permissions", (Permissions,), {"world": make_world(ours, theirs)})


@pytest.mark.timeout(0)
def test_no_sequence_of_calls_breaks_the_permission_model(machine: type[Permissions]) -> None:
    phases = [Phase.reuse, Phase.generate, *([Phase.shrink] if EXAMPLES >= LONG else [])]
    wanted = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, phases=phases, **QUIET)
    run_state_machine_as_test(machine, settings=wanted)


def _nothing(*args: Any, **kwargs: Any) -> None:
    """A check that somebody forgot."""


def _is_never_restricted(actor: Any, belonging: Any) -> Any:
    return Exists(Restriction.objects.none())


def _gives_too_much(machine: Permissions, who: "Who") -> None:
    machine.give_a_role(who("EDITOR"), ("membership", who.row("VIEWER"), 4, False), Role.OWNER, SOMEBODY)


def _puts_in(machine: Permissions, who: "Who") -> None:
    machine.give_permissions(who("OWNER"), ("membership", who.row("VIEWER"), 2, False), [Permission.EDIT], SOMEBODY)
    machine.put_into_a_collection(who("VIEWER"), 0, 1, SOMEBODY)


def _restricts(machine: Permissions, who: "Who") -> None:
    machine.restrict(who("OWNER"), 0, (who("VIEWER"), "asset.view"))


def _expires(machine: Permissions, who: "Who") -> None:
    machine.give_permissions(who("OWNER"), ("membership", who.row("VIEWER"), 0, True), [Permission.EDIT], SOMEBODY)
    machine.a_grant_expires(2, (who("VIEWER"), "asset.edit"))


SOMEBODY = (0, "asset.view")
# What is wrong where, and the steps that are enough to notice.
PLANTED: dict[str, tuple[Any, str, Any, Callable[..., None]]] = {
    "more rights than one has are granted": (grants, "_check_has", _nothing, _gives_too_much),
    "what is put into a collection is not looked at": (grants, "require_may_put_in", _nothing, _puts_in),
    "restriction is forgotten": (permissions, "_is_restricted", _is_never_restricted, _restricts),
    "expiry is forgotten": (actors, "Now", lambda: datetime(2000, 1, 1, tzinfo=UTC), _expires),
}


class Who:
    """Members by their roles, as the machine numbers those who act, and rows."""

    def __init__(self, machine: Permissions, tenant: Tenant) -> None:
        self.names, self.tenant = sorted(machine.rights), tenant

    def __call__(self, role: str) -> int:
        return self.names.index(f"member {Membership.objects.get(user=self.tenant.person(role)).pk}")

    def row(self, role: str) -> int:
        rows = list(Membership.objects.order_by("id").values_list("user_id", flat=True))
        return rows.index(self.tenant.person(role).pk)


@pytest.mark.parametrize("bug", PLANTED)
def test_the_checker_notices_a_planted_bug(
    machine: type[Permissions], ours: Tenant, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    module, name, wrong, steps = PLANTED[bug]
    for planted in (False, True):
        if planted:
            monkeypatch.setattr(module, name, wrong)
        running = machine()
        try:
            if planted:
                with pytest.raises(AssertionError):
                    steps(running, Who(running, ours))
            else:
                steps(running, Who(running, ours))
        finally:
            running.teardown()


@pytest.mark.skipif(EXAMPLES < LONG, reason="make permission-cases looks for them at random")
@pytest.mark.parametrize("bug", PLANTED)
def test_the_checker_finds_a_planted_bug_by_itself(
    machine: type[Permissions], monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    module, name, wrong, _ = PLANTED[bug]
    monkeypatch.setattr(module, name, wrong)
    unshrunk = settings(
        max_examples=1000, stateful_step_count=40, derandomize=True, database=None, phases=[Phase.generate], **QUIET
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=unshrunk)
