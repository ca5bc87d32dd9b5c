"""What a worker does when its bell rings."""

import random
import threading
import time

from ai_studio import bells, pipeline, settlement
from ai_studio.finishing import Aside

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
    aside = Aside()
    steps = 0
    over = False
    claim = settlement.next_job(queue)
    try:
        while claim is not None:
            over = _stopping.is_set() or time.monotonic() > ends
            pipeline.step(claim, aside=aside)
            steps += 1
            claim = None if over else settlement.next_job(queue)
    finally:
        if _stopping.is_set():
            settlement.hand_back(queue)
        aside.end()
    if over:
        bells.ring(queue)
    return steps
