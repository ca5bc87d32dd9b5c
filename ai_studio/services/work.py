"""What a worker does when its bell rings."""

import random
import threading
import time

from ai_studio import bells, leases, pipeline

# A thread that never ended its turn would leave none to the other queues of its worker. Threads that began
# together should not end together: while they change places nothing is done.
TURN_SECONDS = (5.0, 15.0)

_stopping = threading.Event()


def stop() -> None:
    """This process was asked to end: begin no further job."""
    _stopping.set()


def work(*, queue: str) -> int:
    """Do due jobs, fairly chosen, until none is left or the turn is over. Returns how many steps were done.

    Rings once more for what is left.
    """
    ends = time.monotonic() + random.uniform(*TURN_SECONDS)  # noqa: S311 - no secret
    steps = 0
    claim = leases.claim(queue)
    while claim is not None:
        over = _stopping.is_set() or time.monotonic() > ends
        claim = pipeline.step(claim, then=None if over else queue)
        steps += 1
        if over:
            bells.ring(queue)
    return steps
