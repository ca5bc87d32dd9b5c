"""A whole Atelier on this machine: servers, database, web, workers, beat."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from config.local import ports, programs
from config.local.api import Api, is_live
from config.local.environment import named_database, servers, web_addresses
from config.local.folder import CHECKOUT, DataFolder
from config.local.processes import SERVERS, WEB, Processes, Program, own_environment
from config.local.screen import Screen

PREFERRED_PORT = 8000
PREPARE_SECONDS = 180.0
WEB_SECONDS = 60.0
WATCH_SECONDS = 0.5


@dataclass(frozen=True)
class Site:
    """A running Atelier, and what the demo brand's people need to get in."""

    url: str
    seed: Mapping[str, Any]
    processes: Processes
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def api(self) -> Api:
        return Api(self.url, brand=str(self.seed["brand_id"]), key=str(self.seed["api_key"]))


@contextmanager
def running_site(folder: DataFolder, screen: Screen, *, port: int | None) -> Iterator[Site]:
    with ExitStack() as stack:
        with screen.bars():
            with screen.step("PostgreSQL and Redis"):
                started = stack.enter_context(servers(folder, database=named_database(), durable=True))
            chosen = stack.enter_context(ports.claimed(port, preferred=PREFERRED_PORT))
            url = f"http://{ports.HOST}:{chosen}"
            environment = {**started.environment, **web_addresses(url)}
            with screen.step("Migrations and demo brand"):
                seed = prepare(started.processes, environment)
            with screen.step("Web, workers and beat"):
                start(started.processes, environment, port=chosen, url=url)
        folder.announce(url=url)
        yield Site(url, seed, started.processes, environment)


def prepare(processes: Processes, environment: Mapping[str, str]) -> dict[str, Any]:
    """Migrate and seed; returns what the seed says about the demo brand."""
    answer = processes.folder.path / "demo-brand.json"
    process = processes.start(
        Program(
            name="prepare",
            command=[sys.executable, "-m", "config.local.prepare", str(answer)],
            order=WEB,
            environment=own_environment(**environment),
            directory=CHECKOUT,
        )
    )
    deadline = time.monotonic() + PREPARE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if process.returncode != 0:
        raise processes.failure("prepare", "The database could not be prepared.")
    del processes.running["prepare"]
    seed: dict[str, Any] = json.loads(answer.read_text())
    return seed


def start(processes: Processes, environment: Mapping[str, str], *, port: int, url: str) -> None:
    """Start everything at once and return when web answers; work queues up until the workers are there."""
    process = processes.start(programs.web(environment, port))
    for worker in programs.workers(environment):
        processes.start(worker)
    deadline = time.monotonic() + WEB_SECONDS
    while not is_live(url):
        if process.poll() is not None:
            raise processes.failure("web", "The web process ended.")
        if time.monotonic() > deadline:
            raise processes.failure("web", f"The web process did not answer within {WEB_SECONDS:.0f} s.")
        time.sleep(0.05)


def keep_serving(site: Site, screen: Screen) -> None:
    """Until Ctrl-C: restart what ends by itself, but give up when a server does."""
    while True:
        time.sleep(WATCH_SECONDS)
        for program in site.processes.ended():
            if program.order == SERVERS:
                raise site.processes.failure(program.name, f"{program.name} ended.")
            screen.line(f"{program.name} ended and is started again; see {site.processes.log(program.name)}")
            site.processes.restart(program.name)
