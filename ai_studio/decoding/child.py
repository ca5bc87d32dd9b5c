"""One decoding in a process of its own.

A new interpreter, not a fork: workers have threads, whose locks a fork would copy. It takes about a fifth of a second.
Order and answer are files, not pipes: nobody waits for the other to read, and the kernel bounds what the child writes.
"""

import logging
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO

from ai_studio.decoders import wire
from ai_studio.decoders.bounds import GRACE_SECONDS, answer_bytes
from ai_studio.decoders.wire import Order

logger = logging.getLogger(__name__)

_CHECKOUT = Path(__file__).resolve().parents[2]
# Nothing of ours but the way to the code; one thread each: they count as memory.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_LAST_WORDS = 2000
# Fifty waiting threads must not become fifty decoders.
_slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))


class ChildDiedError(Exception):
    """Ended by its limits, or by the file. `killed`: by a signal, ours or the kernel's."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"It ended with {code}.")
        self.killed = code is None or code < 0


def run(order: Order, answer: BinaryIO) -> None:
    """Let a child do `order` and write into `answer`. Raises ChildDiedError; OSError when none can be started."""
    limits = order.limits
    wall_seconds = 2 * limits.cpu_seconds
    bounds = (limits.cpu_seconds, limits.memory_bytes, answer_bytes(limits.bytes), wall_seconds)
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said, _slots:
        wire.send_order(asked, order)
        asked.seek(0)
        code = _wait(_start(bounds, asked, answer, said), wall_seconds + GRACE_SECONDS)
        if code != 0:
            said.seek(0)
            logger.warning("decoding ended with %s: %s", code, said.read(_LAST_WORDS).decode(errors="replace"))
            raise ChildDiedError(code)


def _start(bounds: tuple[int, ...], asked: BinaryIO, answer: BinaryIO, said: BinaryIO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 -- our own interpreter and module
        [sys.executable, "-s", "-m", "ai_studio.decoders", *map(str, bounds)],
        cwd=_CHECKOUT,
        env=_ENVIRONMENT,
        stdin=asked,
        stdout=answer,
        stderr=said,
        start_new_session=True,
    )


def _wait(child: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Its exit status; None when it had to be killed."""
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        child.kill()
        child.wait()
