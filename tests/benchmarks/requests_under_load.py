"""Kinds of requests, many clients, and what PostgreSQL would do the plain way."""

import base64
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from ai_studio.choices import GenerationType
from ai_studio.models import Generation
from ai_studio.services import search
from brands.tenancy.scope import brand_scope
from config.local import ports
from config.local.api import is_live
from config.local.folder import DATA, DataFolder
from config.local.processes import WEB, Processes, Program, own_environment, supervised
from tests.benchmarks import library
from tests.benchmarks.figures import figure, percentile, say
from tests.benchmarks.sides import GENEROUS, Client
from tests.factories import Tenant, client_for, make_tenant
from tests.waiting import wait_until

WEB_PROCESSES = 2
DEEP = 0.9  # how far down a deep page lies
TIMES = 15

_seeds = count()


@dataclass(frozen=True)
class Kind:
    """A kind of request: its figure's name, and how to ask once."""

    name: str
    method: str
    path: str

    def body(self) -> dict[str, Any] | None:
        if self.method == "GET":
            return None
        return {"type": GenerationType.IMAGE_2D, "prompt": "a red mug", "parameters": {"seed": next(_seeds)}}


def measure(*, rows: int, clients: int, requests: int) -> None:
    tenant = make_tenant("busy", **GENEROUS)
    library.fill(tenant, rows)
    kinds = kinds_of(tenant, rows)
    for kind in kinds:
        figure(f"{kind.name}_queries", queries_of(tenant, kind))
    with supervised(DataFolder(DATA / "bench-api")) as processes, web(processes) as url:
        headers = {"Authorization": f"Bearer {tenant.key.token}"}
        callers = [Client(url, headers) for _ in range(clients)]
        for kind in kinds:
            run(kind, callers, clients * 2)  # every process has its connections and plans
        total, began = 0, time.monotonic()
        for kind in kinds:
            milliseconds = run(kind, callers, requests)
            total += len(milliseconds)
            figure(f"{kind.name}_p50_ms", percentile(milliseconds, 50))
            figure(f"{kind.name}_p95_ms", percentile(milliseconds, 95))
        figure("requests_per_second", total / (time.monotonic() - began))
    compare_with_the_plain_way(tenant, rows)


def kinds_of(tenant: Tenant, rows: int) -> list[Kind]:
    generations = f"{tenant.url}ai/generations/"
    deep = nth_newest(tenant, round(rows * DEEP))
    cursor = base64.b64encode(urlencode({"p": str(deep)}).encode()).decode()
    return [
        Kind("create", "POST", generations),
        Kind("list", "GET", generations),
        Kind("deep_list", "GET", f"{generations}?{urlencode({'cursor': cursor})}"),
        Kind("filtered_list", "GET", f"{generations}?status=FAILED&type=MODEL_3D"),
        Kind("search", "GET", f"{generations}?search={library.RARE_WORD}"),
        Kind("search_frequent", "GET", f"{generations}?search={library.FREQUENT_WORD}"),
        Kind("detail", "GET", f"{generations}{deep}/"),
    ]


def nth_newest(tenant: Tenant, place: int) -> UUID:
    with brand_scope(tenant.brand):
        found: UUID = Generation.objects.order_by("-id").values_list("pk", flat=True)[place]
    return found


def queries_of(tenant: Tenant, kind: Kind) -> int:
    """Through the whole stack, in this process, the second time: what is looked up once a minute was."""
    client = client_for(tenant.key)
    for _ in range(2):
        body = json.dumps(kind.body()) if kind.method == "POST" else ""
        with CaptureQueriesContext(connection) as captured:
            answer = client.generic(kind.method, kind.path, body, "application/json", SERVER_NAME=ports.HOST)
        if answer.status_code >= 300:
            raise RuntimeError(f"{kind.name}: {answer.status_code} {answer.content!r}")
    return len(captured)


def run(kind: Kind, clients: list[Client], requests: int) -> list[float]:
    """`requests` of one kind, shared out evenly; each one's milliseconds."""

    def ask(client: Client) -> list[float]:
        client.close()  # the server may have ended a connection that was idle
        taken = []
        for _ in range(requests // len(clients)):
            began = time.perf_counter()
            client.ask(kind.method, kind.path, kind.body())
            taken.append((time.perf_counter() - began) * 1000)
        return taken

    with ThreadPoolExecutor(len(clients)) as threads:
        return [taken for each in threads.map(ask, clients) for taken in each]


@contextmanager
def web(processes: Processes) -> Iterator[str]:
    """As in the Dockerfile."""
    port = ports.any_free_port()
    url = f"http://{ports.HOST}:{port}"
    command = [sys.executable, "-m", "gunicorn", "config.asgi:application", "--bind", f"{ports.HOST}:{port}"]
    command += ["--worker-class", "uvicorn_worker.UvicornWorker", "--workers", str(WEB_PROCESSES)]
    processes.start(Program("web", command, WEB, own_environment(PUBLIC_URL=url), settings.BASE_DIR))
    wait_until(lambda: is_live(url), "web answers", seconds=60)
    yield url


def compare_with_the_plain_way(tenant: Tenant, rows: int) -> None:
    """The same page of the same rows, by the database alone."""
    place = round(rows * DEEP)
    deep = nth_newest(tenant, place)
    with brand_scope(tenant.brand):
        newest = Generation.objects.order_by("-id")
        pairs: dict[str, tuple[Callable[[], QuerySet[Any]], Callable[[], QuerySet[Any]]]] = {
            "deep_page": (lambda: newest.filter(pk__lt=deep)[:50], lambda: newest[place:][:50]),
            "search": (
                lambda: search.found_by(newest, library.RARE_WORD)[:50],
                lambda: newest.filter(prompt__icontains=library.RARE_WORD)[:50],
            ),
        }
        for name, (ours, plain) in pairs.items():
            fast, slow = _milliseconds(ours), _milliseconds(plain)
            say(f"{name}: {fast:.2f} ms, the plain way {slow:.2f} ms")
            figure(f"{name}_ratio_to_plain", slow / fast)


def _milliseconds(query: Callable[[], "QuerySet[Any]"]) -> float:
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        list(query())
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)
