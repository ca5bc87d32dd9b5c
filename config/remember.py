import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

T = TypeVar("T")


def remember(*, seconds: float) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Repeat the last result for that long, to all threads of the process; an error is not remembered."""

    def decorate(function: Callable[[], T]) -> Callable[[], T]:
        lock = threading.Lock()
        kept: list[tuple[float, T]] = []

        @wraps(function)
        def remembering() -> T:
            with lock:
                if not kept or time.monotonic() - kept[0][0] >= seconds:
                    kept[:] = [(time.monotonic(), function())]
                return kept[0][1]

        remembering.forget = kept.clear  # type: ignore[attr-defined]
        return remembering

    return decorate
