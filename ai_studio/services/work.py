"""What a worker does when its bell rings."""

import time

from ai_studio import bells, leases, pipeline

TURN_SECONDS = 5.0


def work(*, queue: str) -> int:
    """Do due jobs, fairly chosen, until none is left or the turn is over. Returns how many steps were done.

    A turn is short so that a worker that is asked to stop soon does; it rings once more for what is left.
    """
    ends = time.monotonic() + TURN_SECONDS
    steps = 0
    claim = leases.claim(queue)
    while claim is not None:
        over = time.monotonic() > ends
        claim = pipeline.step(claim, then=None if over else queue)
        steps += 1
        if over:
            bells.ring(queue)
    return steps
