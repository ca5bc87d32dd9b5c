"""The circuit breaker in a real Redis, by a clock that the test moves."""

import pytest
import redis
from redis import Redis

from ai_studio.routing.breaker import (
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    MINIMUM_CALLS,
    PROBE_SECONDS,
    WINDOW_SECONDS,
    Breaker,
    Verdict,
    name_of,
)

NAME, NOW = "breaker:acme", 1_000_000.0
BRAND = "0198a6a0-0000-7000-8000-000000000001"


@pytest.fixture
def breaker(redis_server: redis.Redis) -> Breaker:
    return Breaker(redis_server)


def record(breaker: Breaker, verdict: Verdict, times: int = 1, *, at: float = NOW) -> None:
    for _ in range(times):
        breaker.record(NAME, verdict, now=at)


def rests(breaker: Breaker, at: float = NOW) -> float:
    return breaker.rests([NAME], now=at)[0]


def test_it_opens_when_more_than_half_of_five_calls_failed(breaker: Breaker) -> None:
    record(breaker, Verdict.OK, 2)
    record(breaker, Verdict.FAILED, 2)
    assert rests(breaker) == 0
    record(breaker, Verdict.FAILED)
    assert rests(breaker) == FIRST_PAUSE_SECONDS
    assert not breaker.admit(NAME, now=NOW + 1).allowed


def test_a_few_failures_do_not_open_it(breaker: Breaker) -> None:
    record(breaker, Verdict.FAILED, MINIMUM_CALLS - 1)
    assert rests(breaker) == 0


def test_half_of_the_calls_failing_does_not_open_it(breaker: Breaker) -> None:
    for _ in range(20):
        record(breaker, Verdict.OK)
        record(breaker, Verdict.FAILED)
    assert rests(breaker) == 0


def test_failures_of_another_minute_do_not_count(breaker: Breaker) -> None:
    record(breaker, Verdict.FAILED, MINIMUM_CALLS - 1)
    record(breaker, Verdict.FAILED, at=NOW + WINDOW_SECONDS)
    assert rests(breaker, NOW + WINDOW_SECONDS) == 0


def test_the_callers_own_errors_never_count(breaker: Breaker) -> None:
    record(breaker, Verdict.ANSWERED, 50)
    record(breaker, Verdict.UNKNOWN, 50)
    assert rests(breaker) == 0


def test_a_refused_key_opens_it_at_once(breaker: Breaker) -> None:
    record(breaker, Verdict.OK, 50)
    record(breaker, Verdict.TRIP)
    assert rests(breaker) == FIRST_PAUSE_SECONDS


def test_a_provider_that_names_its_pause_is_left_alone_for_that_long(breaker: Breaker) -> None:
    breaker.record(NAME, Verdict.TRIP, pause=60, now=NOW)
    assert rests(breaker) == 60


def test_each_probe_that_fails_doubles_the_pause_up_to_five_minutes(breaker: Breaker) -> None:
    record(breaker, Verdict.TRIP)
    at, pauses = NOW, [rests(breaker)]
    for _ in range(8):
        at += pauses[-1]
        assert breaker.admit(NAME, now=at).probe
        breaker.record(NAME, Verdict.FAILED, probe=True, now=at)
        pauses.append(round(rests(breaker, at)))
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


def test_one_probe_is_let_through_and_its_success_closes_it(breaker: Breaker) -> None:
    record(breaker, Verdict.TRIP)
    at = NOW + FIRST_PAUSE_SECONDS
    admissions = [breaker.admit(NAME, now=at) for _ in range(20)]
    assert [admission.allowed for admission in admissions] == [True] + [False] * 19
    assert admissions[0].probe
    breaker.record(NAME, Verdict.OK, probe=True, now=at)
    assert breaker.admit(NAME, now=at).allowed
    assert not breaker.admit(NAME, now=at).probe


def test_an_answer_that_was_under_way_when_it_opened_does_not_close_it(breaker: Breaker) -> None:
    record(breaker, Verdict.TRIP)
    record(breaker, Verdict.OK)
    assert rests(breaker) == FIRST_PAUSE_SECONDS


def test_a_probe_that_never_answered_is_followed_by_another(breaker: Breaker) -> None:
    record(breaker, Verdict.TRIP)
    at = NOW + FIRST_PAUSE_SECONDS
    assert breaker.admit(NAME, now=at).probe
    assert not breaker.admit(NAME, now=at + PROBE_SECONDS - 1).allowed
    assert breaker.admit(NAME, now=at + PROBE_SECONDS).probe


def test_a_probe_that_was_called_off_is_followed_at_once(breaker: Breaker) -> None:
    record(breaker, Verdict.TRIP)
    at = NOW + FIRST_PAUSE_SECONDS
    assert breaker.admit(NAME, now=at).probe
    breaker.record(NAME, Verdict.UNKNOWN, probe=True, now=at)
    assert breaker.admit(NAME, now=at).probe


def test_a_brands_own_key_has_a_breaker_of_its_own() -> None:
    own = name_of("acme", key="brand", brand_id=BRAND)  # type: ignore[arg-type]
    assert own != name_of("acme", key="installation", brand_id=BRAND) == NAME  # type: ignore[arg-type]
    assert BRAND in own


def test_without_redis_everything_may_be_asked_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    alone = Breaker(Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2))
    assert alone.admit(NAME).allowed
    assert not alone.record(NAME, Verdict.TRIP)
    assert alone.rests([NAME, NAME]) == [0, 0]
    assert sum("Redis is away" in record.message for record in caplog.records) == 1
