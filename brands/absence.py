import logging
import time

logger = logging.getLogger(__name__)


class Absence:
    """Remembers that Redis was away, so that its absence costs one caller the timeout and not everyone."""

    def __init__(self, *, seconds: float = 5.0) -> None:
        self._seconds = seconds
        self._until = 0.0

    def lasts(self) -> bool:
        return time.monotonic() < self._until

    def noticed(self, error: Exception) -> None:
        self._until = time.monotonic() + self._seconds
        logger.warning("Redis is away; this process works on alone for %s s: %s", self._seconds, error)
