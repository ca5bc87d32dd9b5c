"""A whole Atelier with a provider beside it, whose every process can be killed and started again."""

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg

from config.local import ports, running
from config.local.environment import database_addresses, redis_addresses, storage, web_addresses
from config.local.folder import DataFolder
from config.local.processes import Processes, supervised
from tests.providers import adapter
from tests.providers.server import ProviderServer, running_server

WORKERS = ("ai.io", "ai.render")
EMBEDDED: Mapping[str, str] = {}  # never servers that were given: these get killed


@dataclass
class Site:
    url: str
    processes: Processes
    environment: Mapping[str, str]
    provider: ProviderServer
    _connection: psycopg.Connection | None = None

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """The whole process group: a pool's children too."""
        _, process = self.processes.running[name]
        os.killpg(process.pid, number)
        process.wait()

    def kill_one_child(self, name: str) -> bool:
        """As the kernel does when memory runs out. False when there is none yet."""
        _, process = self.processes.running[name]
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if children:
            os.kill(int(children[-1]), signal.SIGKILL)
        return bool(children)

    def restart(self, name: str) -> None:
        self.processes.restart(name)

    def supervise(self) -> None:
        """What a supervisor does: start again what ended by itself."""
        for program in self.processes.ended():
            self.processes.restart(program.name)

    def second_beat(self) -> str:
        program, _ = self.processes.running["beat"]
        schedule = {"CELERY_BEAT_SCHEDULE_FILENAME": str(self.processes.folder.path / "beat-schedule-2")}
        self.processes.start(replace(program, name="beat-2", environment={**program.environment, **schedule}))
        return "beat-2"

    def rows(self, query: str, *params: object) -> Sequence[tuple[Any, ...]]:
        """Of all brands, through the maintenance role; a connection that a fault broke is made anew."""
        for last in (False, True):
            try:
                return self._connected().execute(query, params).fetchall()  # type: ignore[arg-type]
            except psycopg.OperationalError:
                self._connection = None
                if last:
                    raise
        raise AssertionError

    def _connected(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed:
            url = self.environment["DATABASE_MAINTENANCE_URL"]
            self._connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
        return self._connection


@contextmanager
def running_site(folder: DataFolder) -> Iterator[Site]:
    """PostgreSQL writes to disk as in production; Redis keeps nothing, so that killing it forgets everything."""
    with running_server() as provider, supervised(folder) as processes:
        port = ports.any_free_port()
        url = f"http://{ports.HOST}:{port}"
        environment = {**storage(folder), **web_addresses(url), **adapter.environment(provider.url)}
        environment |= {"RATE_LIMIT": "1000000/minute", "DATABASE_POOL_SIZE": "50"}
        environment |= redis_addresses(processes, EMBEDDED, durable=False)
        secret = environment["SECRET_KEY"]
        environment |= database_addresses(processes, EMBEDDED, database="atelier", durable=True, secret=secret)
        running.prepare(processes, environment)
        running.start(processes, environment, port=port, url=url)
        yield Site(url, processes, environment, provider)
