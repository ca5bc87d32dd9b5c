"""Peak memory of this process and everything it started (Linux; elsewhere 0)."""

import contextlib
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROC = Path("/proc")
SAMPLE_SECONDS = 0.5


class Peak:
    megabytes = 0.0


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Samples the sum of proportional set sizes: shared pages are counted once, not once per process."""
    peak, over = Peak(), threading.Event()

    def sample() -> None:
        while not over.wait(SAMPLE_SECONDS):
            peak.megabytes = max(peak.megabytes, sum(map(_proportional_kilobytes, _family())) / 1024)

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _family() -> list[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for stat in PROC.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            children[int(stat.read_text().rpartition(")")[2].split()[1])].append(int(stat.parent.name))
    family = [os.getpid()]
    for member in family:  # grows while it is read
        family += children[member]
    return family


def _proportional_kilobytes(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
