"""Where slots become free often, their next jobs are claimed before; and nothing claimed is left lying."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from ai_studio import leases, settlement
from ai_studio.choices import Queue, Status, SubmitState
from ai_studio.leases import Claim
from ai_studio.models import Attempt, Generation
from ai_studio.recording import hand_back
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def busy(ours: Tenant, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """However slow this machine is, slots become free often."""
    monkeypatch.setattr(settlement, "AHEAD_SECONDS", 1e9)
    yield
    settlement.hand_back(Queue.IO)


def attempts(tenant: Tenant, generation: Generation) -> list[tuple[int, str]]:
    with brand_scope(tenant.brand):
        found = Attempt.objects.filter(generation=generation).order_by("number")
        return list(found.values_list("number", "submit_state"))


def claimed_of(tenant: Tenant, generations: list[Generation]) -> list[Generation]:
    with brand_scope(tenant.brand):
        return list(Generation.objects.filter(pk__in=[row.pk for row in generations], status=Status.PROCESSING))


@pytest.mark.usefixtures("busy")
def test_a_slot_takes_what_was_claimed_before_it_asked(ours: Tenant) -> None:
    asked = [steps.ask(ours, f"mug {number}") for number in range(8)]
    first = settlement.next_job(Queue.IO)
    assert first is not None
    wait_until(lambda: len(claimed_of(ours, asked)) > 1, "others are claimed ahead")
    ahead = {row.pk for row in claimed_of(ours, asked)} - {first.generation.pk}
    second = settlement.next_job(Queue.IO)
    assert second is not None
    assert second.generation.pk in ahead


def test_a_slot_alone_claims_nothing_ahead(ours: Tenant) -> None:
    settlement._settler()._ahead.clear()
    asked = [steps.ask(ours, f"mug {number}") for number in range(3)]
    assert settlement.next_job(Queue.IO) is not None
    assert settlement.next_job(Queue.IO) is not None
    assert len(claimed_of(ours, asked)) == 2


@pytest.mark.usefixtures("busy")
def test_what_no_slot_comes_for_is_due_again_as_if_it_had_not_been_claimed(ours: Tenant) -> None:
    asked = [steps.ask(ours, f"mug {number}") for number in range(3)]
    first = settlement.next_job(Queue.IO)
    assert first is not None
    others = [row for row in asked if row.pk != first.generation.pk]
    wait_until(lambda: not [row for row in others if attempts(ours, row)], "they are handed back", seconds=20)
    again = leases.claim_many(Queue.IO, limit=5)
    assert {claim.generation.pk for claim in again} == {row.pk for row in others}
    assert [(claim.generation.claims, claim.attempt.number, claim.lost) for claim in again] == [(1, 1, False)] * 2


@pytest.mark.usefixtures("busy")
def test_what_was_claimed_too_long_ago_is_not_begun(ours: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [steps.ask(ours, f"mug {number}") for number in range(3)]
    first = settlement.next_job(Queue.IO)
    assert first is not None
    ordered = settlement._settler()._ahead[Queue.IO]._ordered
    wait_until(lambda: all(turn.result.done() for turn in ordered), "all are claimed ahead")
    stale = {row.pk: row.fence for row in claimed_of(ours, asked) if row.pk != first.generation.pk}
    assert len(stale) == 2
    monkeypatch.setattr(settlement, "FRESH_SECONDS", 0)
    monkeypatch.setattr(settlement, "MOST_AHEAD", 0)
    # They are given back beside the slot's own claim, which may come before that and find nothing.
    again = settlement.next_job(Queue.IO) or settlement.next_job(Queue.IO)
    assert again is not None
    assert again.fence > stale[again.generation.pk]
    assert (again.generation.claims, again.attempt.number, again.lost) == (1, 1, False)


def handed_back(tenant: Tenant) -> Claim:
    """Claimed, given back, and claimed by another worker."""
    (claim,) = leases.claim_many(Queue.IO, limit=1)
    hand_back(claim)
    (again,) = leases.claim_many(Queue.IO, limit=1)
    assert again.generation.claims == claim.generation.claims
    return again


def test_a_job_whose_worker_died_is_still_one_after_it_was_handed_back(ours: Tenant) -> None:
    generation = steps.ask(ours)
    leases.claim_many(Queue.IO, limit=1)
    steps.expire(generation)
    again = handed_back(ours)
    assert again.lost
    assert again.attempt.number == 2
    assert attempts(ours, generation) == [(1, SubmitState.UNKNOWN), (2, SubmitState.SENT)]


def test_what_its_provider_has_already_is_asked_after_by_the_next(ours: Tenant) -> None:
    generation = steps.ask(ours)
    (claim,) = leases.claim_many(Queue.IO, limit=1)
    with brand_scope(ours.brand):
        Attempt.objects.filter(pk=claim.attempt.pk).update(submit_state=SubmitState.ACCEPTED, external_id="theirs")
        Generation.objects.filter(pk=generation.pk).update(lease_until=None, next_step_at=timezone.now())
    again = handed_back(ours)
    assert again.attempt.pk == claim.attempt.pk
    assert again.is_accepted
