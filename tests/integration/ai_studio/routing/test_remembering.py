"""What a worker's breaker remembers, beside another worker's."""

import pytest
import redis

from ai_studio.routing.breaker import MINIMUM_CALLS, Breaker, Verdict
from ai_studio.routing.remembering import REMEMBERED_SECONDS, RememberingBreaker
from tests.waiting import wait_until

NAME = "breaker:acme"


@pytest.fixture
def ours(redis_server: redis.Redis) -> RememberingBreaker:
    return RememberingBreaker(redis_server)


@pytest.fixture
def theirs(redis_server: redis.Redis) -> Breaker:
    return Breaker(redis_server)


def commands(server: redis.Redis) -> int:
    return int(server.info("commandstats").get("cmdstat_evalsha", {}).get("calls", 0))


def test_a_hundred_jobs_that_go_well_are_told_in_a_few_words(
    ours: RememberingBreaker, redis_server: redis.Redis
) -> None:
    ours.admit(NAME)
    before = commands(redis_server)
    for _ in range(100):
        assert ours.admit(NAME).allowed
        ours.record(NAME, Verdict.OK)
    assert commands(redis_server) - before < 20


def test_what_another_worker_opened_is_heard_of_soon(ours: RememberingBreaker, theirs: Breaker) -> None:
    assert ours.admit(NAME).allowed
    theirs.record(NAME, Verdict.TRIP)
    wait_until(lambda: not ours.admit(NAME).allowed, "it is heard of", seconds=REMEMBERED_SECONDS * 4)


def test_what_it_opened_itself_it_knows_at_once(ours: RememberingBreaker) -> None:
    assert ours.admit(NAME).allowed
    ours.record(NAME, Verdict.TRIP)
    assert not ours.admit(NAME).allowed


def test_successes_that_were_not_told_yet_count_when_a_call_fails(ours: RememberingBreaker) -> None:
    for _ in range(MINIMUM_CALLS):
        ours.record(NAME, Verdict.OK)
    for _ in range(MINIMUM_CALLS):
        assert not ours.record(NAME, Verdict.FAILED)
    assert ours.record(NAME, Verdict.FAILED)


def test_a_probe_that_succeeds_closes_it_at_once(ours: RememberingBreaker, theirs: Breaker) -> None:
    theirs.record(NAME, Verdict.TRIP, now=1000.0)
    assert ours.admit(NAME).probe
    assert not ours.admit(NAME).allowed
    ours.record(NAME, Verdict.OK, probe=True)
    assert theirs.admit(NAME).allowed
