"""The two pipelines under comparison, behind the same few verbs: fill, run, post."""

import http.client
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from ai_studio.choices import GenerationType, Queue
from ai_studio.services import generations, queue
from ai_studio.services.generations import MAX_BATCH
from ai_studio.services.wish import Wish
from brands.choices import Role
from brands.tenancy.scope import brand_scope
from config.local import ports
from config.local import programs as launcher
from config.local.api import is_live
from config.local.processes import WEB, WORKERS, Processes, Program, own_environment
from config.redis_client import redis_client
from tests.factories import Tenant, make_tenant
from tests.waiting import wait_until

SLOTS = 50
BULLMQ = Path(__file__).parent / "bullmq"
GENEROUS = {
    "monthly_budget_usd": Decimal(100_000),
    "user_monthly_usd": Decimal(100_000),
    "user_monthly_generations": 1_000_000,
    "max_running": 2 * SLOTS,  # BullMQ knows no such limit: the slots are the only one
}


class Side(Protocol):
    """One pipeline. `programs`: names of its worker processes."""

    name: str
    tenant: Tenant
    programs: Sequence[str]

    def fill(self, seeds: Sequence[int]) -> None:
        """Put one job per seed into the queue, which waits."""

    def run(self) -> None:
        """Let the queue go."""

    def post(self, seed: int) -> str:
        """Ask for one over HTTP; the generation's id."""


@dataclass
class Client:
    """One kept-alive connection to a web process."""

    url: str
    headers: Mapping[str, str]

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", **self.headers}
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text!r}")
        parsed: dict[str, Any] = json.loads(text)
        return parsed

    def close(self) -> None:
        """The next request opens a new connection."""
        self._connection.close()


class Ours:
    """Web and Celery workers exactly as the launcher starts them."""

    name = "atelier"

    def __init__(self, processes: Processes, environment: Mapping[str, str]) -> None:
        self.tenant = make_tenant("measured", **GENEROUS)
        port = ports.any_free_port()
        url = f"http://{ports.HOST}:{port}"
        environment = {**environment, "PUBLIC_URL": url}
        processes.start(launcher.web(environment, port))
        started = [program for program in launcher.workers(environment) if "ai.render" not in program.name]
        for program in started:
            processes.start(program)
        self.programs = [program.name for program in started]
        wait_until(lambda: is_live(url), "web answers", seconds=60)
        for name in self.programs:
            if name != "beat":
                wait_until(lambda name=name: " ready." in processes.log(name).read_text(), f"{name} is ready")
        self._client = Client(url, {"Authorization": f"Bearer {self.tenant.key.token}"})

    def fill(self, seeds: Sequence[int]) -> None:
        with brand_scope(self.tenant.brand):
            queue.pause(actor=self.tenant.actor(Role.OWNER))
        request(self.tenant, seeds)
        wait_until(bells_are_heard, "the workers have heard that the queue is paused")

    def run(self) -> None:
        with brand_scope(self.tenant.brand):
            queue.resume(actor=self.tenant.actor(Role.OWNER))

    def reconnect(self) -> None:
        """Web may have ended a connection that was idle."""
        self._client.close()

    def post(self, seed: int) -> str:
        wish = {"type": GenerationType.IMAGE_2D, "prompt": "a red mug", "parameters": {"seed": seed}}
        return str(self._client.ask("POST", f"{self.tenant.url}ai/generations/", wish)["id"])


class Yardstick:
    """BullMQ doing the same. Its brand is paused for good, so that our workers leave its rows alone."""

    name = "bullmq"

    def __init__(self, processes: Processes, environment: Mapping[str, str]) -> None:
        self.tenant = make_tenant("yardstick", **GENEROUS, paused_at=timezone.now())
        port = ports.any_free_port()
        own = {
            "BRAND_ID": str(self.tenant.id),
            "PORT": str(port),
            "CONCURRENCY": str(SLOTS),
            "UV_THREADPOOL_SIZE": str(SLOTS),  # for its files; the default of 4 would be unfair
            "NODE_ENV": "production",
            **environment,
        }
        self.programs = ["bullmq-worker"]
        for name, order in (("bullmq-web", WEB), ("bullmq-worker", WORKERS)):
            script = f"{name.removeprefix('bullmq-')}.js"
            processes.start(Program(name, ["node", script], order, own_environment(**own), BULLMQ))
            wait_until(lambda name=name: "ready" in processes.log(name).read_text(), f"{name} is ready")
        self._client = Client(f"http://{ports.HOST}:{port}", {})

    def fill(self, seeds: Sequence[int]) -> None:
        ids = request(self.tenant, seeds)
        wait_until(bells_are_heard, "our workers have found nothing to do")
        self._client.ask("POST", "/fill", {"ids": ids})

    def run(self) -> None:
        self._client.ask("POST", "/resume", {})

    def post(self, seed: int) -> str:
        body = {"user": self.tenant.owner.pk, "prompt": "a red mug", "seed": seed}
        return str(self._client.ask("POST", "/generations", body)["id"])


def request(tenant: Tenant, seeds: Sequence[int]) -> list[str]:
    """Rows, holds and events of one generation per seed, by our own service for both sides."""
    ids = []
    wishes = [Wish(type=GenerationType.IMAGE_2D, prompt="a red mug", seed=seed) for seed in seeds]
    for first in range(0, len(wishes), MAX_BATCH):
        with brand_scope(tenant.brand):
            made = generations.request_many(actor=tenant.actor(Role.OWNER), wishes=wishes[first:][:MAX_BATCH])
        ids += [str(generation.id) for generation in made]
    return ids


def bells_are_heard() -> bool:
    return not redis_client().llen(Queue.IO)


@contextmanager
def slow_provider(processes: Processes) -> Iterator[str]:
    port = ports.any_free_port()
    command = [sys.executable, "-m", "tests.benchmarks.slow_server", str(port)]
    processes.start(Program("provider", command, WORKERS, own_environment(), settings.BASE_DIR))
    wait_until(lambda: not ports.is_free(port), "the provider listens")
    yield f"http://{ports.HOST}:{port}/"


def pause_between_posts() -> None:
    """Idle-ish: what one post starts is over before the next one comes, but the machine is not asleep."""
    time.sleep(0.03)
