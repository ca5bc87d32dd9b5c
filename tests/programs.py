"""Real processes for integration tests: the same programs that the demo runs."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.local import ports
from config.local import programs as launcher
from config.local.api import is_live
from config.local.folder import DataFolder
from config.local.processes import Processes, supervised
from tests.waiting import wait_until


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
        for program in launcher.workers(self.environment):
            if program.name == "beat" or program.name in self.processes.running:
                continue
            self.processes.start(program)
        for name in ("ai.io", "ai.render"):
            wait_until(lambda name=name: self._starts(name) > 0, f"the worker {name} is ready", self._alive)

    def kill(self, name: str) -> None:
        """SIGKILL, as the kernel does when memory runs out, and start it again."""
        _, process = self.processes.running[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.revive(name)

    def revive(self, name: str) -> None:
        """Start a worker that has ended again, and wait until it is ready."""
        before = self._starts(name)
        self.processes.restart(name)
        wait_until(lambda: self._starts(name) > before, f"the worker {name} is ready again", self._alive)

    def _starts(self, name: str) -> int:
        return self.log(name).count(" ready.")

    def log(self, name: str) -> str:
        return self.processes.log(name).read_text(errors="replace")

    def _alive(self) -> None:
        for program in self.processes.ended():
            raise self.processes.failure(program.name, f"{program.name} ended.")


@contextmanager
def live(folder: Path, *, environment: Mapping[str, str]) -> Iterator[Live]:
    with supervised(DataFolder(folder)) as processes:
        yield Live(processes, {**os.environ, **environment})
