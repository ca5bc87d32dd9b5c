"""Rate limits per brand and credential, counted in Redis; in the process itself while Redis is away."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from brands.absence import Absence
from brands.errors import TooManyRequests

DEFAULT_POLICY = "default"


class TooManyFailures(TooManyRequests):
    code = "too_many_failures"
    title = "Too many failed sign-ins from this address"


@dataclass(frozen=True)
class Count:
    """What a limiter says after one hit."""

    allowed: bool
    remaining: int
    reset_seconds: int


class Limiter:
    """Sliding windows in Redis, with windows of this process as the spare."""

    def __init__(self, redis_url: str) -> None:
        options: dict[str, Any] = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}
        storage = RedisStorage(redis_url, **options)
        self._shared = SlidingWindowCounterRateLimiter(storage)
        self._local = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._absence = Absence()

    def hit(self, limit: RateLimitItem, *identity: str) -> Count:
        if not self._absence.lasts():
            try:
                return _count(self._shared, limit, identity)
            except RedisError as error:
                self._absence.noticed(error)
        return _count(self._local, limit, identity)

    def left(self, limit: RateLimitItem, *identity: str) -> int:
        """How many more are allowed now; counts nothing."""
        if not self._absence.lasts():
            try:
                return max(0, self._shared.get_window_stats(limit, *identity).remaining)
            except RedisError as error:
                self._absence.noticed(error)
        return max(0, self._local.get_window_stats(limit, *identity).remaining)

    def wait(self, limit: RateLimitItem, *identity: str) -> int:
        """Seconds until one more is allowed, 0 when it is now; counts nothing."""
        if not self._absence.lasts():
            try:
                return _wait(self._shared, limit, identity)
            except RedisError as error:
                self._absence.noticed(error)
        return _wait(self._local, limit, identity)


class BrandKeyThrottle(BaseThrottle):
    """Adds RateLimit and RateLimit-Policy (IETF draft) to the request, for the view to send.

    A view's `rate_limit` ("20/hour") makes a policy of its own, named after the view; with `limited_per_person`
    it counts the person behind whatever key, in whatever brand: both are free to make.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        own = getattr(view, "rate_limit", None)
        policy = type(view).__name__ if own else DEFAULT_POLICY
        limit = _limit(own or settings.RATE_LIMIT)
        count = limiter().hit(limit, policy, *_whom(request, view, own=own))
        self._wait = count.reset_seconds
        request.rate_limit_headers = {  # type: ignore[attr-defined]
            "RateLimit-Policy": f'"{policy}";q={limit.amount};w={limit.get_expiry()}',
            "RateLimit": f'"{policy}";r={count.remaining};t={count.reset_seconds}',
        }
        return count.allowed

    def wait(self) -> float | None:
        return float(max(1, self._wait))


def hit(rate: str, policy: str, *identity: str) -> Count:
    """Count one request of `identity` against `rate` ("20/hour"), for views that are not DRF's."""
    return limiter().hit(_limit(rate), policy, *identity)


def wait(rate: str, policy: str, *identity: str) -> int:
    """Seconds until `hit` would allow one more; counts nothing."""
    return limiter().wait(_limit(rate), policy, *identity)


def count_failed_authentication(request: Request | HttpRequest) -> int | None:
    """Count a refused credential against the caller's address. Seconds to wait once there were too many.

    Whoever shows a good credential is never held up by others behind the same address.
    """
    limit = _limit(settings.FAILED_AUTHENTICATION_RATE_LIMIT)
    count = limiter().hit(limit, "failed-authentication", _address(request))
    return None if count.allowed else max(1, count.reset_seconds)


@cache
def limiter() -> Limiter:
    return Limiter(settings.REDIS_URL)


@cache
def _limit(rate: str) -> RateLimitItem:
    return parse(rate)


def _whom(request: Request, view: Any, *, own: str | None) -> tuple[str, str]:
    """The brand and the credential that a request counts for."""
    per_person = own is not None and getattr(view, "limited_per_person", False)
    if request.user.is_authenticated and (per_person or not hasattr(request, "actor")):
        # In no brand. A stranger may name as many as there are UUIDs: all of them share one count.
        return ("-", f"USER:{request.user.pk}")
    return (str(view.kwargs.get("brand_id", "-")), _credential(request))


def _credential(request: Request) -> str:
    actor = getattr(request, "actor", None)
    if actor is not None:
        return f"{actor.kind}:{actor.id}"
    return f"IP:{_address(request)}"


def _address(request: Request | HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _count(limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, identity: tuple[str, ...]) -> Count:
    allowed = limiter.hit(limit, *identity)
    stats = limiter.get_window_stats(limit, *identity)
    return Count(allowed, max(0, stats.remaining), max(0, round(stats.reset_time - time.time())))


def _wait(limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, identity: tuple[str, ...]) -> int:
    stats = limiter.get_window_stats(limit, *identity)
    return 0 if stats.remaining > 0 else max(1, round(stats.reset_time - time.time()))
