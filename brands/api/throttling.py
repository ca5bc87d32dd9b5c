"""Rate limits per brand and credential, counted in Redis; in the process itself while Redis is away."""

import time
from functools import cache
from typing import Any

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

_local = SlidingWindowCounterRateLimiter(MemoryStorage())


@cache
def _shared() -> SlidingWindowCounterRateLimiter:
    storage = RedisStorage(settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.5)
    return SlidingWindowCounterRateLimiter(storage)


@cache
def _limit(rate: str) -> RateLimitItem:
    return parse(rate)


class BrandKeyThrottle(BaseThrottle):
    """Adds RateLimit and RateLimit-Policy (IETF draft) to the request, for the view to send."""

    def allow_request(self, request: Request, view: Any) -> bool:
        limit = _limit(getattr(view, "rate_limit", None) or settings.RATE_LIMIT)
        identity = (str(view.kwargs.get("brand_id", "-")), _credential(request))
        allowed, remaining, reset = _hit(limit, identity)
        window = limit.get_expiry()
        seconds = max(0, round(reset - time.time()))
        self._wait = seconds
        request.rate_limit_headers = {  # type: ignore[attr-defined]
            "RateLimit-Policy": f'"default";q={limit.amount};w={window}',
            "RateLimit": f'"default";r={remaining};t={seconds}',
        }
        return allowed

    def wait(self) -> float | None:
        return float(max(1, self._wait))


def _credential(request: Request) -> str:
    actor = getattr(request, "actor", None)
    if actor is not None:
        return f"{actor.kind}:{actor.id}"
    if request.user and request.user.is_authenticated:
        return f"USER:{request.user.pk}"
    return f"IP:{request.META.get('REMOTE_ADDR', '')}"


def _hit(limit: RateLimitItem, identity: tuple[str, str]) -> tuple[bool, int, float]:
    try:
        return _count(_shared(), limit, identity)
    except RedisError:
        return _count(_local, limit, identity)


def _count(
    limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, identity: tuple[str, str]
) -> tuple[bool, int, float]:
    allowed = limiter.hit(limit, *identity)
    stats = limiter.get_window_stats(limit, *identity)
    return allowed, max(0, stats.remaining), stats.reset_time
