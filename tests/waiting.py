"""The one place in the tests that waits by looking again."""

import time
from collections.abc import Callable

LOOK_SECONDS = 0.02


def wait_until(
    condition: Callable[[], object], what: str, meanwhile: Callable[[], None] | None = None, *, seconds: float = 60.0
) -> None:
    """Return as soon as `condition()` is true; fail naming `what` after `seconds`. `meanwhile` may raise earlier."""
    deadline = time.monotonic() + seconds
    while not condition():
        if meanwhile is not None:
            meanwhile()
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {seconds:.0f} s in vain until {what}.")
        time.sleep(LOOK_SECONDS)
