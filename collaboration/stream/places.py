"""How many streams a process and an actor may have open."""

import threading
from collections import Counter

from django.conf import settings

from brands.errors import TooManyRequests

RETRY_SECONDS = 5


class TooManyStreams(TooManyRequests):
    code = "too_many_streams"
    title = "Too many live streams are open"


class Places:
    """Taken in the thread that answers a request, given back when the stream ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, whose: str) -> None:
        """Raises TooManyStreams."""
        with self._lock:
            if self._taken.total() >= settings.STREAM_MAX_PER_PROCESS:
                raise TooManyStreams("This server has no more for now.", retry_after=RETRY_SECONDS)
            if self._taken[whose] >= settings.STREAM_MAX_PER_ACTOR:
                limit = settings.STREAM_MAX_PER_ACTOR
                raise TooManyStreams(f"You have {limit} open; close one first.", retry_after=RETRY_SECONDS)
            self._taken[whose] += 1

    def give_back(self, whose: str) -> None:
        with self._lock:
            self._taken[whose] -= 1
            if not self._taken[whose]:
                del self._taken[whose]


places = Places()
