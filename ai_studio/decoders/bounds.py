"""What the kernel holds against this process, from before the first hostile byte is read."""

import contextlib
import resource
import signal
from pathlib import Path

OPEN_FILES = 64
MAX_ANSWER_FACTOR = 2  # a marked result, with a thumbnail beside it
EXTRA_BYTES = 64 * 1024 * 1024
GRACE_SECONDS = 5


class Bad(Exception):
    """The file is not what it should be. The sentence is for the person who asked for it."""


def answer_bytes(result_bytes: int) -> int:
    """The most an answer may weigh."""
    return MAX_ANSWER_FACTOR * result_bytes + EXTRA_BYTES


def bind(*, cpu_seconds: int, memory_bytes: int, file_bytes: int, wall_seconds: int) -> None:
    """No more time, memory, files or processes than this; when memory is short, this process goes first.

    The alarm ends it even when its worker died and nobody waits for it.
    """
    for what, limit in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (wanted, wanted))
    signal.alarm(wall_seconds + GRACE_SECONDS)
    with contextlib.suppress(OSError):  # Linux only
        Path("/proc/self/oom_score_adj").write_text("1000")
