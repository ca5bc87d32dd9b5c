"""Storing and settling beside the next job: a slot is for waiting for a provider, and does not wait for our disk."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

from django.db import connection

THREADS = 16


class Aside:
    """Ends jobs of one slot, one at a time, while the slot goes on with its next."""

    def __init__(self) -> None:
        self._last: Future[None] | None = None
        self._error: BaseException | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Begins when the one before has ended."""
        self._wait()
        try:
            self._last = _threads().submit(_run, work)
        except RuntimeError:  # the interpreter is ending and begins no threads: what was paid for is kept all the same
            _run(work)

    def end(self) -> None:
        """Wait for what is under way. Raises the first error there was."""
        self._wait()
        if self._error is not None:
            raise self._error

    def _wait(self) -> None:
        if self._last is not None:
            self._error = self._error or self._last.exception()


@cache
def _threads() -> ThreadPoolExecutor:
    """This process's own: made when first needed, so that a worker's children do not share their parent's."""
    return ThreadPoolExecutor(THREADS, "finishing")


def _run(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connection.close()
