"""What becomes of a job, by what its provider does."""

from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ai_studio import leases, pipeline
from ai_studio.choices import ArtifactRole, CostSource, LedgerKind, Queue, Stage, Status, SubmitState
from ai_studio.models import Artifact, CostRecord, LedgerEntry
from ai_studio.providers import registry
from ai_studio.services import sweeping
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer, png

pytestmark = pytest.mark.usefixtures("provider", "theirs")

AMBIGUOUS = ("broken", "reset", "hang", "garbage")


def ledger(tenant: Tenant) -> dict[str, Decimal]:
    with brand_scope(tenant.brand):
        return {entry.kind: entry.amount_usd for entry in LedgerEntry.objects.all()}


def test_what_a_provider_makes_is_stored_charged_and_told_once(ours: Tenant, provider: ProviderServer) -> None:
    done = steps.finish(steps.ask(ours, "a blue mug"))
    assert (done.status, done.stage, done.progress, done.cost_usd) == (
        Status.COMPLETED,
        Stage.DONE,
        100,
        Decimal("0.08"),
    )
    with brand_scope(ours.brand):
        files = {file.role: file for file in Artifact.objects.filter(generation=done)}
        cost = CostRecord.objects.get(generation=done)
    assert set(files) == {ArtifactRole.RESULT, ArtifactRole.THUMBNAIL}
    assert files[ArtifactRole.RESULT].size_bytes == len(png("a blue mug"))
    assert (cost.amount_usd, cost.source) == (Decimal("0.08"), CostSource.TARIFF)
    assert steps.told(done) == ["generation.requested", "generation.completed"]
    (attempt,) = steps.attempts(done)
    assert attempt.submit_state == SubmitState.ACCEPTED
    assert attempt.finished_at is not None
    assert provider.asked == {"a blue mug": 1}
    steps.all_in_order()


@pytest.mark.parametrize(
    ("charge", "moved"),
    [
        ("0.05", {"HOLD": "0.08", "SETTLE": "0.05", "RELEASE": "0.03"}),
        ("0.08", {"HOLD": "0.08", "SETTLE": "0.08"}),
        ("0.11", {"HOLD": "0.08", "SETTLE": "0.08", "ADJUST": "0.03"}),
        ("0", {"HOLD": "0.08", "SETTLE": "0", "RELEASE": "0.08"}),
    ],
)
def test_the_providers_own_charge_is_what_is_paid(ours: Tenant, charge: str, moved: dict[str, str]) -> None:
    done = steps.finish(steps.ask(ours, charge_usd=charge))
    assert done.cost_usd == Decimal(charge)
    assert ledger(ours) == {kind: Decimal(amount) for kind, amount in moved.items()}
    steps.all_in_order()


def test_a_busy_provider_is_asked_three_times_with_growing_pauses_then_given_up(
    ours: Tenant, provider: ProviderServer
) -> None:
    asked = steps.ask(ours, "busy", "busy")
    for ceiling in (2.0, 4.0):
        waiting = steps.step()
        assert (waiting.status, waiting.stage, waiting.lease_until) == (Status.PROCESSING, Stage.QUEUED, None)
        assert -1 < steps.seconds_until_due(asked) <= ceiling
        steps.make_due(asked)
    failed = steps.step()
    assert (failed.status, failed.error_code) == (Status.FAILED, "busy")
    assert provider.asked["busy"] == 3
    assert [attempt.error_code for attempt in steps.attempts(asked)] == ["busy"] * 3
    assert ledger(ours) == {LedgerKind.HOLD: Decimal("0.08"), LedgerKind.RELEASE: Decimal("0.08")}
    assert steps.told(asked) == ["generation.requested", "generation.failed"]
    steps.all_in_order()


def test_a_second_attempt_that_succeeds_ends_well(ours: Tenant, provider: ProviderServer) -> None:
    done = steps.finish(steps.ask(ours, "second", "busy", "make"))
    assert done.status == Status.COMPLETED
    assert [attempt.number for attempt in steps.attempts(done)] == [1, 2]
    assert provider.accepted["second"] == 1
    steps.all_in_order()


@pytest.mark.parametrize("word", ["busy", "limit"])
def test_a_provider_that_names_its_pause_is_left_alone_for_that_long(ours: Tenant, word: str) -> None:
    asked = steps.ask(ours, "later", f"{word}:37", "make")
    steps.step()
    assert 36 < steps.seconds_until_due(asked) <= 37
    assert leases.claim(Queue.IO) is None


def test_an_unreachable_provider_is_tried_again(
    ours: Tenant, provider: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = steps.ask(ours)
    there = registry.provider("billing")
    monkeypatch.setattr(there, "_url", "http://127.0.0.1:1")
    assert steps.step().status == Status.PROCESSING
    monkeypatch.undo()
    assert steps.finish(asked).status == Status.COMPLETED
    assert provider.asked["a red mug"] == 1


def test_what_a_provider_refuses_fails_at_once_and_costs_nothing(ours: Tenant, provider: ProviderServer) -> None:
    asked = steps.ask(ours, "forbidden", "refuse")
    failed = steps.step()
    assert (failed.status, failed.error_code) == (Status.FAILED, "content_filtered")
    (attempt,) = steps.attempts(asked)
    assert attempt.submit_state == SubmitState.REJECTED
    assert provider.asked["forbidden"] == 1
    assert ledger(ours)[LedgerKind.RELEASE] == Decimal("0.08")
    steps.all_in_order()


@pytest.mark.parametrize("word", AMBIGUOUS)
def test_a_provider_that_bills_is_never_asked_again_after_an_answer_was_lost(
    ours: Tenant, provider: ProviderServer, word: str
) -> None:
    asked = steps.ask(ours, word, word)
    failed = steps.step()
    assert (failed.status, failed.error_code) == (Status.FAILED, "submit_unknown")
    (attempt,) = steps.attempts(asked)
    assert attempt.submit_state == SubmitState.UNKNOWN
    assert provider.asked[word] == provider.accepted[word] == 1
    steps.all_in_order()


@pytest.mark.parametrize("word", AMBIGUOUS)
def test_a_provider_that_does_not_bill_is_asked_again(ours: Tenant, provider: ProviderServer, word: str) -> None:
    done = steps.finish(steps.ask(ours, word, word, "make", provider="free"))
    assert done.status == Status.COMPLETED
    assert provider.asked[word] == 2
    steps.all_in_order()


def test_a_job_that_takes_long_is_polled_until_it_is_done(ours: Tenant, provider: ProviderServer) -> None:
    asked = steps.ask(ours, "slow", "queue:3")
    seen = []
    for _ in range(4):
        now = steps.step()
        seen.append((now.status, now.progress, now.claims))
        assert now.lease_until is None
        assert 0 < steps.seconds_until_due(asked) <= 0.2
        steps.make_due(asked)
    assert seen == [(Status.PROCESSING, progress, 0) for progress in (0, 25, 33, 50)]
    done = steps.step()
    assert done.status == Status.COMPLETED
    assert provider.asked["slow"] == provider.accepted["slow"] == 1
    (attempt,) = steps.attempts(asked)
    assert attempt.external_id in provider.jobs
    steps.all_in_order()


def test_a_poll_that_fails_is_repeated_and_nothing_is_asked_for_twice(ours: Tenant, provider: ProviderServer) -> None:
    done = steps.finish(steps.ask(ours, "shaky", "stumble:5"))
    assert done.status == Status.COMPLETED
    assert provider.asked["shaky"] == 1
    assert provider.polled["shaky"] == 6
    assert len(steps.attempts(done)) == 1
    steps.all_in_order()


def test_a_worker_lost_between_polls_costs_nothing_but_time(ours: Tenant, provider: ProviderServer) -> None:
    asked = steps.ask(ours, "handed over", "queue:1")
    steps.step()
    steps.make_due(asked)
    steps.claim()
    steps.expire(asked)
    assert steps.finish(asked).status == Status.COMPLETED
    assert provider.asked["handed over"] == 1
    steps.all_in_order()


def test_a_worker_lost_while_asking_a_provider_that_bills_ends_the_job(ours: Tenant, provider: ProviderServer) -> None:
    asked = steps.ask(ours)
    steps.claim()
    steps.expire(asked)
    failed = steps.step()
    assert (failed.status, failed.error_code) == (Status.FAILED, "submit_unknown")
    assert not provider.asked
    assert [attempt.submit_state for attempt in steps.attempts(asked)] == [SubmitState.UNKNOWN] * 2
    steps.all_in_order()


def test_a_worker_lost_while_asking_a_provider_that_does_not_bill_is_replaced(
    ours: Tenant, provider: ProviderServer
) -> None:
    asked = steps.ask(ours, provider="free")
    steps.claim()
    steps.expire(asked)
    assert steps.step().status == Status.COMPLETED
    assert provider.asked["a red mug"] == 1
    steps.all_in_order()


def test_a_job_that_lost_two_workers_fails_at_its_third_claim_and_others_flow(
    ours: Tenant, provider: ProviderServer
) -> None:
    poison = steps.ask(ours, "poison", "poison", provider="free", priority=9)
    other = steps.ask(ours, "harmless", provider="free")
    for _ in range(2):
        assert steps.claim().generation.pk == poison.pk
        steps.expire(poison)
    failed = steps.step()
    assert (failed.pk, failed.status, failed.error_code) == (poison.pk, Status.FAILED, "poison")
    assert steps.step().pk == other.pk
    assert not provider.asked["poison"]
    steps.all_in_order()


def test_a_job_that_nobody_began_in_time_is_ended_by_the_sweeper(ours: Tenant, theirs: Tenant) -> None:
    late, in_time = steps.ask(ours), steps.ask(theirs)
    steps.pass_deadline(late)
    sweeping.sweep()
    assert (steps.fresh(late).status, steps.fresh(late).error_code) == (Status.FAILED, "deadline")
    assert steps.fresh(in_time).status == Status.PENDING
    steps.all_in_order()


def test_the_sweeper_leaves_a_late_job_to_the_worker_that_still_has_it(ours: Tenant) -> None:
    asked = steps.ask(ours)
    claimed = steps.claim()
    steps.pass_deadline(asked)
    sweeping.sweep()
    pipeline.step(claimed)
    assert steps.fresh(asked).status == Status.COMPLETED
    steps.all_in_order()


def test_a_job_claimed_behind_its_deadline_is_not_begun(ours: Tenant, provider: ProviderServer) -> None:
    asked = steps.ask(ours)
    steps.pass_deadline(asked)
    failed = steps.step()
    assert (failed.status, failed.error_code) == (Status.FAILED, "deadline")
    assert not provider.asked


def test_a_job_of_a_provider_that_was_switched_off_fails_and_others_flow(
    ours: Tenant, provider: ProviderServer, settings: Settings
) -> None:
    orphan = steps.ask(ours, provider="billing", priority=9)
    other = steps.ask(ours, "still here", provider="free")
    settings.STUDIO_PROVIDERS = ["tests.providers.adapter.FreeProvider"]
    registry.providers.cache_clear()
    failed = steps.step()
    assert (failed.pk, failed.status, failed.error_code) == (orphan.pk, Status.FAILED, "provider_gone")
    assert steps.step().pk == other.pk
    steps.all_in_order()


def test_a_defect_of_an_adapter_fails_its_job_by_its_name_and_not_the_worker(
    ours: Tenant, provider: ProviderServer
) -> None:
    asked = steps.ask(ours, "free of luck", "defect", "defect", "defect", provider="free")
    failed = steps.finish(asked)
    assert (failed.status, failed.error_code) == (Status.FAILED, "internal_error")
    assert "KeyError" in failed.error_message
    assert [attempt.error_code for attempt in steps.attempts(asked)] == ["internal_error"] * 3
    assert steps.finish(steps.ask(ours, "billed", "defect")).error_code == "internal_error"
    assert provider.asked["billed"] == 1
    steps.all_in_order()


def test_an_error_that_an_adapter_lets_through_is_its_defect_and_not_the_storages(
    ours: Tenant, provider: ProviderServer
) -> None:
    asked = steps.ask(ours, "billed", "leak")
    failed = steps.finish(asked)
    assert (failed.status, failed.error_code) == (Status.FAILED, "internal_error")
    assert [attempt.submit_state for attempt in steps.attempts(asked)] == [SubmitState.UNKNOWN]
    assert provider.accepted["billed"] == 1
    steps.all_in_order()


@pytest.fixture
def full_disk(tmp_path: Path, settings: Settings, media: Path) -> Path:
    """A media folder in which nothing can be written: its place is taken by a file."""
    place = tmp_path / "media"
    place.touch()
    settings.MEDIA_ROOT = str(place)
    return place


def test_with_the_storage_away_a_free_job_is_tried_again(
    ours: Tenant, provider: ProviderServer, full_disk: Path
) -> None:
    asked = steps.ask(ours, provider="free")
    assert steps.step().status == Status.PROCESSING
    full_disk.unlink()
    assert steps.finish(asked).status == Status.COMPLETED
    assert provider.asked["a red mug"] == 2
    steps.all_in_order()


def test_with_the_storage_away_a_polled_job_is_fetched_again_and_not_asked_for_twice(
    ours: Tenant, provider: ProviderServer, full_disk: Path
) -> None:
    asked = steps.ask(ours, "kept there", "queue:1")
    steps.step()
    for _ in range(5):
        steps.make_due(asked)
        assert steps.step().status == Status.PROCESSING
    full_disk.unlink()
    assert steps.finish(asked).status == Status.COMPLETED
    assert provider.asked["kept there"] == 1
    steps.all_in_order()


def test_with_the_storage_away_a_billed_answer_is_not_bought_twice(
    ours: Tenant, provider: ProviderServer, full_disk: Path
) -> None:
    asked = steps.ask(ours)
    failed = steps.step()
    assert (failed.status, failed.error_code) == (Status.FAILED, "storage_away")
    assert provider.asked["a red mug"] == 1
    full_disk.unlink()
    assert steps.fresh(asked).status == Status.FAILED
    steps.all_in_order()
