"""How far an answer is, for whoever listens: usually nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

READING, COUNTING = "READING", "COUNTING"
_listener: ContextVar[Callable[[str], None] | None] = ContextVar("analytics_progress", default=None)


def tell(phase: str) -> None:
    """Raises what the listener raises, such as that nobody waits for the answer any more."""
    if (listener := _listener.get()) is not None:
        listener(phase)


@contextmanager
def told_to(listener: Callable[[str], None]) -> Iterator[None]:
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
