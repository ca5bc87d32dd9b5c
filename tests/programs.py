"""Real processes for integration tests: the same programs that the demo runs."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from config.local import ports
from config.local import programs as launcher
from config.local.api import is_live
from config.local.folder import DataFolder
from config.local.processes import Processes, supervised
from tests.waiting import wait_until

WORKERS = ("ai.io", "ai.render")
NOWHERE = "127.0.0.1:1"

_lives: "list[Live]" = []


@dataclass
class Live:
    """Starts each program when a test first asks for it. Logs are in `processes.folder.logs`."""

    processes: Processes
    environment: Mapping[str, str]
    url: str = ""

    def web(self) -> str:
        if not self.url:
            port = ports.any_free_port()
            url = f"http://{ports.HOST}:{port}"
            self.processes.start(launcher.web({**self.environment, "PUBLIC_URL": url}, port))
            wait_until(lambda: is_live(url), "the web process answers", self._alive)
            self.url = url
        return self.url

    def workers(self) -> None:
        wanted = {program.name: program for program in launcher.workers(self.environment)}
        before = {name: self._starts(name) for name in WORKERS if name not in self.processes.running}
        for name in before:
            self.processes.start(wanted[name])
        for name, starts in before.items():
            wait_until(
                lambda name=name, starts=starts: self._starts(name) > starts, f"the worker {name} is ready", self._alive
            )

    def stop_workers(self) -> None:
        for name in set(WORKERS) & self.processes.running.keys():
            self._kill(name)
            del self.processes.running[name]

    def kill(self, name: str) -> None:
        """SIGKILL, as the kernel does when memory runs out, and start it again."""
        self._kill(name)
        self.revive(name)

    def revive(self, name: str) -> None:
        """Start a worker that has ended again, and wait until it is ready."""
        before = self._starts(name)
        self.processes.restart(name)
        wait_until(lambda: self._starts(name) > before, f"the worker {name} is ready again", self._alive)

    def _kill(self, name: str) -> None:
        _, process = self.processes.running[name]
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _starts(self, name: str) -> int:
        return self.log(name).count(" ready.") if self.processes.log(name).exists() else 0

    def log(self, name: str) -> str:
        return self.processes.log(name).read_text(errors="replace")

    def _alive(self) -> None:
        for program in self.processes.ended():
            raise self.processes.failure(program.name, f"{program.name} ended.")


@contextmanager
def live(folder: Path, *, environment: Mapping[str, str]) -> Iterator[Live]:
    with supervised(DataFolder(folder)) as processes:
        started = Live(processes, {**os.environ, **environment})
        _lives.append(started)
        yield started
        _lives.remove(started)


def away(variable: str) -> dict[str, str]:
    """The environment in which nothing listens at `variable`'s address."""
    parts = urlsplit(os.environ[variable])
    credentials, at, _ = parts.netloc.rpartition("@")
    return {variable: urlunsplit(parts._replace(netloc=f"{credentials}{at}{NOWHERE}", query=""))}


def silence_workers() -> None:
    """A test that did not ask for workers keeps its jobs to itself."""
    for started in _lives:
        started.stop_workers()
