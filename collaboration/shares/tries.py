"""Guessing is slow: a few failures per token and per address, then nobody is let in for a while.

Counted in Redis, and in this process while Redis is away. Only failures count: a link that goes to twenty people is
opened by twenty.
"""

from brands.api import throttling
from brands.errors import TooManyRequests

RATE = "5/15 minutes"
_POLICY = "share-link"


class TooManyTries(TooManyRequests):
    code = "too_many_tries"
    title = "Too many tries to open a link"


def check(whom: tuple[str, ...]) -> None:
    """Raises TooManyTries once any of these has used up its tries."""
    if seconds := max(throttling.wait(RATE, _POLICY, one) for one in whom):
        raise TooManyTries(retry_after=seconds)


def failed(whom: tuple[str, ...]) -> None:
    for one in whom:
        throttling.hit(RATE, _POLICY, one)
