"""Whose turn it is, and whose job it is."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.conf import settings as configured
from django.db import connection, connections

from ai_studio import leases
from ai_studio.choices import Queue, Stage, Status, SubmitState
from ai_studio.leases import Claim
from ai_studio.models import Attempt, StudioSettings
from ai_studio.services import queue
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.server import ProviderServer

pytestmark = pytest.mark.usefixtures("provider")


def limit_running(tenant: Tenant, jobs: int) -> None:
    with brand_scope(tenant.brand):
        StudioSettings.objects.update(max_running=jobs)


def test_brands_take_turns_however_much_one_of_them_asks_for(ours: Tenant, theirs: Tenant) -> None:
    for _ in range(6):
        steps.ask(ours)
    for _ in range(3):
        steps.ask(theirs)
    turns = [steps.claim().generation.brand_id for _ in range(9)]
    assert sorted(turns[:2], key=str) == sorted([ours.id, theirs.id], key=str)
    assert all(first != second for first, second in pairwise(turns[:6]))
    assert turns[6:] == [ours.id] * 3


def test_within_a_brand_the_most_urgent_comes_first_then_the_oldest(ours: Tenant) -> None:
    asked = [steps.ask(ours, priority=priority) for priority in (5, 0, 9, 5, 9)]
    order = [steps.claim().generation.pk for _ in asked]
    assert order == steps.ids([asked[2], asked[4], asked[0], asked[3], asked[1]])


def test_no_more_run_at_once_than_the_brand_allows(ours: Tenant) -> None:
    limit_running(ours, 2)
    for _ in range(3):
        steps.ask(ours)
    first = steps.claim()
    steps.claim()
    assert leases.claim(Queue.IO) is None
    steps.expire(first.generation)
    assert steps.claim().generation.pk == first.generation.pk


def test_parallel_claims_together_do_not_exceed_what_the_brand_allows(ours: Tenant) -> None:
    limit_running(ours, 3)
    for _ in range(16):
        steps.ask(ours)
    for _ in range(5):
        claimed = [found for found in steps.together([lambda: leases.claim(Queue.IO)] * 16) if found is not None]
        assert len(claimed) == 3
        for found in claimed:
            steps.put_back(found.generation)


def test_two_brands_at_their_limits_do_not_wait_for_each_other(ours: Tenant, theirs: Tenant) -> None:
    for tenant in (ours, theirs):
        limit_running(tenant, 1)
        for _ in range(4):
            steps.ask(tenant)
    claimed = steps.together([lambda: leases.claim(Queue.IO)] * 16)
    assert {found.generation.brand_id for found in claimed if isinstance(found, Claim)} == {ours.id, theirs.id}
    assert sum(found is None for found in claimed) == 14


def test_one_job_is_given_to_one_of_many_who_ask_at_once(ours: Tenant, theirs: Tenant) -> None:
    asked = [steps.ask(tenant) for tenant in (ours, theirs) for _ in range(10)]

    def drain() -> list[Claim]:
        found = []
        while (claimed := leases.claim(Queue.IO)) is not None:
            found.append(claimed)
        connections.close_all()
        return found

    with ThreadPoolExecutor(8) as threads:
        runs = [threads.submit(drain) for _ in range(8)]
        given = [claimed.generation.pk for run in runs for claimed in run.result()]
    assert sorted(given) == sorted(steps.ids(asked))


def test_jobs_claimed_together_are_shared_by_turns(ours: Tenant, theirs: Tenant) -> None:
    for tenant, jobs in ((ours, 8), (theirs, 2)):
        for _ in range(jobs):
            steps.ask(tenant)
    first, second, rest = (leases.claim_many(Queue.IO, limit=limit) for limit in (3, 5, 9))
    assert Counter(claimed.generation.brand_id for claimed in first) in (
        {ours.id: 2, theirs.id: 1},
        {ours.id: 1, theirs.id: 2},
    )
    assert Counter(claimed.generation.brand_id for claimed in first + second) == {ours.id: 6, theirs.id: 2}
    assert len(rest) == 2
    assert {claimed.attempt.generation_id for claimed in first + second + rest} == {
        claimed.generation.pk for claimed in first + second + rest
    }


def test_jobs_claimed_together_do_not_exceed_what_the_brand_allows(ours: Tenant) -> None:
    limit_running(ours, 3)
    for _ in range(6):
        steps.ask(ours)
    assert [len(leases.claim_many(Queue.IO, limit=limit)) for limit in (2, 4, 4)] == [2, 1, 0]


def test_lost_and_new_jobs_claimed_together_each_get_the_attempt_they_need(ours: Tenant) -> None:
    lost, again, new = (steps.ask(ours, priority=priority) for priority in (9, 8, 7))
    steps.claim()
    steps.claim()
    steps.expire(lost)
    steps.expire(again)
    with brand_scope(ours.brand):
        Attempt.objects.filter(generation=again).update(submit_state=SubmitState.ACCEPTED, external_id="theirs")
    found = leases.claim_many(Queue.IO, limit=9)
    assert [(claimed.generation.pk, claimed.attempt.number, claimed.lost) for claimed in found] == [
        (lost.pk, 2, True),
        (again.pk, 1, False),
        (new.pk, 1, False),
    ]
    assert [attempt.submit_state for attempt in steps.attempts(lost)] == [SubmitState.UNKNOWN, SubmitState.SENT]


def test_a_paused_brand_gets_no_turn_and_others_do(ours: Tenant, theirs: Tenant) -> None:
    steps.ask(ours)
    steps.ask(theirs)
    with brand_scope(ours.brand):
        queue.pause(actor=ours.actor())
    assert steps.claim().generation.brand_id == theirs.id
    assert leases.claim(Queue.IO) is None
    with brand_scope(ours.brand):
        queue.resume(actor=ours.actor())
    assert steps.claim().generation.brand_id == ours.id


def test_a_job_of_another_queue_is_left_alone(ours: Tenant) -> None:
    steps.ask(ours)
    assert leases.claim(Queue.RENDER) is None


def test_what_is_not_due_is_not_claimed(ours: Tenant) -> None:
    waiting = steps.ask(ours)
    with brand_scope(ours.brand), connection.cursor() as cursor:
        cursor.execute("UPDATE ai_studio_generation SET next_step_at = now() + interval '1 hour'")
    assert leases.claim(Queue.IO) is None
    steps.make_due(waiting)
    assert steps.claim().generation.pk == waiting.pk


def test_a_claim_commits_the_attempt_before_any_provider_is_asked(ours: Tenant, provider: ProviderServer) -> None:
    asked = steps.ask(ours)
    steps.claim()
    with brand_scope(ours.brand):
        now = steps.fresh(asked)
    assert (now.status, now.stage, now.fence, now.claims) == (Status.PROCESSING, Stage.SUBMITTED, 1, 1)
    assert now.started_at == now.claimed_at
    (attempt,) = steps.attempts(asked)
    assert (attempt.number, attempt.fence, attempt.submit_state) == (1, 1, SubmitState.SENT)
    assert not provider.asked


def test_a_job_is_taken_over_only_when_its_lease_has_run_out(ours: Tenant) -> None:
    first = steps.ask(ours)
    before = steps.claim()
    assert not before.lost
    assert leases.claim(Queue.IO) is None
    steps.expire(first)
    after = steps.claim()
    assert (after.generation.pk, after.fence, after.lost) == (first.pk, before.fence + 1, True)
    assert after.generation.started_at == before.generation.started_at
    lost, fresh = steps.attempts(first)
    assert (lost.submit_state, lost.error_code) == (SubmitState.UNKNOWN, "worker_lost")
    assert (fresh.number, fresh.fence) == (2, after.fence)


def test_a_lease_lasts_as_long_as_configured_by_the_databases_clock(ours: Tenant) -> None:
    steps.ask(ours)
    claimed = steps.claim().generation
    assert claimed.lease_until is not None
    assert claimed.claimed_at is not None
    assert (claimed.lease_until - claimed.claimed_at).total_seconds() == configured.STUDIO_LEASE_SECONDS


def test_a_renewal_that_comes_late_does_not_take_a_waiting_jobs_lease_again(ours: Tenant) -> None:
    steps.ask(ours, "slow", "queue:1")
    waiting = steps.step()
    with connection.cursor() as cursor:
        renew = "SELECT count(*) FROM studio_renew_leases(ARRAY[%s]::uuid[], ARRAY[%s]::bigint[], ARRAY[0], 10)"
        cursor.execute(renew, [waiting.pk, waiting.fence])
        assert cursor.fetchone() == (0,)
    assert steps.fresh(waiting).lease_until is None


def test_the_runtime_role_claims_without_seeing_any_brand(ours: Tenant, theirs: Tenant) -> None:
    steps.ask(ours)
    with brand_scope(theirs.brand):
        found = leases.claim(Queue.IO)
    assert found is not None
    assert found.generation.brand_id == ours.id
