"""What signatures are checked against, kept in this process for a while: never in Redis, for some of it is secret."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """By name, for so many seconds. `again` fetches anew, but not more often than every `pause_seconds`: a sender
    may have new keys, and a forger must not make us ask for them all the time."""

    def __init__(self, *, keep_seconds: float, pause_seconds: float = 60.0, most: int = 1000) -> None:
        self._keep_seconds, self._pause_seconds, self._most = keep_seconds, pause_seconds, most
        self._known: dict[Hashable, tuple[float, T]] = {}
        self._lock = threading.Lock()

    def get(self, name: Hashable, fetch: Callable[[], T], *, again: bool = False) -> T:
        """What `fetch` gave; its errors are not kept."""
        keep_seconds = self._pause_seconds if again else self._keep_seconds
        with self._lock:
            at, value = self._known.get(name, (float("-inf"), None))
        if value is not None and time.monotonic() - at < keep_seconds:
            return value
        fetched = fetch()
        with self._lock:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[name] = (time.monotonic(), fetched)
        return fetched

    def forget(self) -> None:
        with self._lock:
            self._known.clear()
