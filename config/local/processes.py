"""Child processes with log files, stopped in order by one guardian."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.local import guardian
from config.local.errors import LaunchError
from config.local.folder import DataFolder

# What is stopped first: those who ask, then those who work, then those who remember.
WEB, WORKERS, BEAT, SERVERS = 1, 2, 3, 4
# A stop takes at most the sum of the graces; after it something outside our hands is wrong.
STOP_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOG_TAIL_LINES = 15


@dataclass(frozen=True)
class Program:
    """A program to run: what, as whom, and how it likes to be stopped."""

    name: str
    command: Sequence[str]
    order: int
    environment: Mapping[str, str]
    directory: Path
    stop_signal: int = signal.SIGTERM
    grace_seconds: float = 10.0
    account: tuple[int, int] | None = None  # (uid, gid) to run as, for servers that refuse to be root
    in_terminal: bool = False  # writes to our own output instead of a log file


@dataclass
class Processes:
    """Everything one launcher started. Made by `supervised`."""

    folder: DataFolder
    running: dict[str, tuple[Program, subprocess.Popen[bytes]]] = field(default_factory=dict)
    children: list[guardian.Child] = field(default_factory=list)

    def log(self, name: str) -> Path:
        return self.folder.logs / f"{name}.log"

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        process = spawn(program, None if program.in_terminal else self.log(program.name))
        child = guardian.Child(
            name=program.name,
            pid=process.pid,
            mark=guardian.start_mark(process.pid),
            order=program.order,
            stop_signal=program.stop_signal,
            grace_seconds=program.grace_seconds,
        )
        self.children.append(child)
        guardian.append(self.folder.record, child)
        self.running[program.name] = (program, process)
        return process

    def ended(self) -> list[Program]:
        """The programs that ended although nobody asked them to."""
        return [program for program, process in self.running.values() if process.poll() is not None]

    def restart(self, name: str) -> None:
        program, process = self.running[name]
        guardian.kill_group(process.pid)  # a killed leader may have left its pool behind
        self.start(program)

    def log_tail(self, name: str) -> str:
        lines = self.log(name).read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
        return "\n".join(f"  {name} | {line}" for line in lines)

    def failure(self, name: str, what: str) -> LaunchError:
        return LaunchError(f"{what} Its log is {self.log(name)}; the last lines:\n{self.log_tail(name)}")


def spawn(program: Program, log: Path | None) -> subprocess.Popen[bytes]:
    uid, gid = program.account or (None, None)
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("ab")) if log else None
        return subprocess.Popen(
            list(program.command),
            env=dict(program.environment),
            cwd=program.directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output and subprocess.STDOUT,
            # Its own session: Ctrl-C in the terminal reaches the launcher only, which stops all in order.
            start_new_session=True,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
        )


@contextmanager
def supervised(folder: DataFolder) -> Iterator[Processes]:
    """Own the folder and stop whatever is started in the block, also when this process is killed."""
    with folder.lock() as lock:
        keep_previous_logs(folder)
        guardian.stop_recorded(folder.record)  # left over when launcher and guardian were killed together
        watcher = start_guardian(folder, lock)
        processes = Processes(folder)
        try:
            yield processes
        finally:
            with patience():
                release(watcher, processes)


@contextmanager
def patience() -> Iterator[None]:
    """A second Ctrl-C does not make us leave, and say that all is stopped, before it is; STOP_SECONDS is the limit."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def keep_previous_logs(folder: DataFolder) -> None:
    """One run, one log; the run before stays readable."""
    for log in folder.logs.glob("*.log"):
        log.rename(log.with_suffix(".previous"))


def start_guardian(folder: DataFolder, lock: int) -> subprocess.Popen[bytes]:
    # -I -S: no site-packages and nothing from the environment, so it starts in 20 ms and cannot break with
    # them. It shares the lock: the folder stays owned until the last child is stopped.
    return subprocess.Popen(
        [sys.executable, "-I", "-S", guardian.__file__, str(folder.record)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=[lock],
        cwd="/",
    )


def release(watcher: subprocess.Popen[bytes], processes: Processes) -> None:
    """Let the guardian stop everything and wait until it has."""
    assert watcher.stdin is not None  # noqa: S101 - opened with PIPE above
    watcher.stdin.close()
    deadline = time.monotonic() + STOP_SECONDS
    while watcher.poll() is None and time.monotonic() < deadline:
        for _, process in processes.running.values():
            process.poll()
        time.sleep(guardian.POLL_SECONDS)
    if watcher.returncode != 0:  # killed, or stuck
        watcher.kill()
    # Nothing is left to do here, unless the guardian was killed or somebody deleted the record with the folder.
    guardian.stop_in_order(processes.children)
    processes.folder.record.unlink(missing_ok=True)
    for _, process in processes.running.values():
        process.wait()


def own_environment(**changes: str) -> dict[str, str]:
    return {**os.environ, **changes}
