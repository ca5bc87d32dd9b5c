"""The breaker as a worker asks it: what is usual costs no round trip.

That a breaker is closed is remembered for REMEMBERED_SECONDS, so one that another worker opens is heard of that much
later; successes are told together. What is unusual (a failure, a probe) is told at once.
"""

import threading
import time
from collections import Counter
from functools import cache
from typing import Any

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ai_studio.routing.breaker import Admission, Breaker, Verdict

REMEMBERED_SECONDS = 0.5
# With a closed breaker these say nothing, and an open one hears its probe only.
WORDLESS = (Verdict.ANSWERED, Verdict.UNKNOWN)


class RememberingBreaker(Breaker):
    def __init__(self, client: Redis) -> None:
        super().__init__(client)
        self._lock = threading.Lock()
        self._closed_until: dict[str, float] = {}
        self._tell_at: dict[str, float] = {}
        self._untold: Counter[str] = Counter()

    def admit(self, name: str, *, now: float | None = None) -> Admission:
        if time.monotonic() < self._closed_until.get(name, 0.0):
            return Admission()
        admission = super().admit(name, now=now)
        if admission.allowed and not admission.probe:
            self._closed_until[name] = time.monotonic() + REMEMBERED_SECONDS
        return admission

    def record(self, name: str, verdict: Verdict, *, probe: bool = False, **facts: Any) -> bool:
        if not probe and verdict in WORDLESS:
            return False
        if not probe and verdict is Verdict.OK:
            return self._is_time_to_tell(name) and self._tell(name, verdict, but=1, **facts)
        self._closed_until.pop(name, None)
        return self._tell(name, verdict, probe=probe, **facts)

    def _is_time_to_tell(self, name: str) -> bool:
        """Counts one more success."""
        with self._lock:
            self._untold[name] += 1
            due = time.monotonic() >= self._tell_at.get(name, 0.0)
            if due:
                self._tell_at[name] = time.monotonic() + REMEMBERED_SECONDS
            return due

    def _tell(self, name: str, verdict: Verdict, *, but: int = 0, **facts: Any) -> bool:
        """With the successes untold, `but` for the one that is told itself."""
        with self._lock:
            untold = self._untold.pop(name, 0)
        return super().record(name, verdict, successes_before=untold - but, **facts)


@cache
def breaker() -> Breaker:
    options: dict[str, Any] = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}
    return RememberingBreaker(Redis.from_url(settings.REDIS_URL, **options))
