"""How often a provider may be asked: its own limit, or the installation's (STUDIO_PROVIDER_LIMITS). Counted in Redis,
per key, as the provider counts."""

import re
from functools import cache
from uuid import UUID

from django.conf import settings
from limits import RateLimitItem, parse

from ai_studio.providers.registry import provider
from brands.api.throttling import limiter

_SHORT = re.compile(r"(\d+)/(\d*)([smhd])")
_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}


def limit_of(name: str) -> RateLimitItem | None:
    """None: no limit is known."""
    return _parsed(settings.STUDIO_PROVIDER_LIMITS.get(name, provider(name).rate_limit))


@cache
def _parsed(rate: str) -> RateLimitItem | None:
    """`150/10s`, or any form that `limits` reads (`150 per 10 second`). Empty: None."""
    short = _SHORT.fullmatch(rate)
    text = f"{short[1]}/{short[2] or 1} {_UNITS[short[3]]}" if short else rate
    return parse(text) if rate else None


def calls_left(name: str, *, key: str, brand_id: UUID) -> int | None:
    limit = limit_of(name)
    return None if limit is None else limiter().left(limit, *_whose(name, key, brand_id))


def take(name: str, *, key: str, brand_id: UUID) -> float:
    """Count a call; 0 when it may be made, else how many seconds later it may."""
    limit = limit_of(name)
    if limit is None:
        return 0.0
    count = limiter().hit(limit, *_whose(name, key, brand_id))
    return 0.0 if count.allowed else float(max(1, count.reset_seconds))


def _whose(name: str, key: str, brand_id: UUID) -> tuple[str, str, str]:
    return "provider", str(brand_id) if key == "brand" else "-", name
