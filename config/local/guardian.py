"""The process that outlives its launcher: stops what the launcher started, however the launcher ended.

The launcher writes every child it starts to a record file and holds the write end of this process's stdin.
When the launcher ends, cleanly or by SIGKILL, the kernel closes that pipe, `read()` returns, and the recorded
children are stopped in their order. There is one way of stopping, so a crash takes the same path as Ctrl-C. A
parent-death signal would not do: Linux clears it when a child changes its user, and macOS has none.

Standard library only, and run by path: it must start in milliseconds and import nothing of the project.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Child:
    """One started process. `mark` is its start time, so that a recycled pid is never mistaken for it."""

    name: str
    pid: int
    mark: str
    order: int
    stop_signal: int
    grace_seconds: float

    def is_alive(self) -> bool:
        return bool(self.mark) and start_mark(self.pid) == self.mark


def start_mark(pid: int) -> str:
    """The start time of a process as the system prints it; empty when it is gone or a zombie."""
    stat = Path(f"/proc/{pid}/stat")
    if sys.platform == "linux":
        try:
            # The command name is in parentheses and may itself contain spaces and parentheses.
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in "ZX" else fields[19]
    listing = subprocess.run(
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, started = listing.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else started.strip()


def append(record: Path, child: Child) -> None:
    with record.open("a") as file:
        file.write(json.dumps(asdict(child)) + "\n")


def recorded(record: Path) -> Iterator[Child]:
    if record.exists():
        for line in record.read_text().splitlines():
            with contextlib.suppress(ValueError, TypeError):  # a line cut short by SIGKILL names no process
                yield Child(**json.loads(line))


def stop_recorded(record: Path) -> None:
    stop_in_order(recorded(record))
    record.unlink(missing_ok=True)


def stop_in_order(children: Iterable[Child]) -> None:
    """Stop what still runs: lowest order first, equal orders together."""
    alive = [child for child in children if child.is_alive()]
    for order in sorted({child.order for child in alive}):
        stop([child for child in alive if child.order == order])


def stop(children: list[Child]) -> None:
    """Ask each process to end, wait for its grace, then kill whatever is left of its process group."""
    started = time.monotonic()
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, child.stop_signal)
    for child in children:
        while child.is_alive() and time.monotonic() - started < child.grace_seconds:
            time.sleep(POLL_SECONDS)
        kill_group(child.pid)
        while child.is_alive():
            time.sleep(POLL_SECONDS)


def kill_group(pid: int) -> None:
    # macOS answers EPERM for a group of which only zombies are left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    stop_recorded(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
