"""A thousand streams: what they cost while nothing happens, and what they are told while the server is restarted."""

import asyncio
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from brands.models import DomainEvent
from brands.tenancy.scope import brand_scope
from config.local import ports, programs
from config.local.api import is_live
from config.local.folder import DATA, DataFolder
from config.local.processes import Processes, supervised
from tests.benchmarks import cpu
from tests.benchmarks.figures import figure, percentile, say
from tests.benchmarks.stream_clients import Client
from tests.factories import Tenant, make_tenant
from tests.waiting import wait_until

OPENERS = 20  # clients that come at the same time
PATIENCE_SECONDS = 90.0
UNSEEN_BY_VIEWERS = "metric."
_BUSY = """
SELECT count(*) FILTER (WHERE state <> 'idle'), count(*) FROM pg_stat_activity
WHERE application_name = 'atelier' AND datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Plan:
    streams: int
    brands: int
    rate: float
    seconds: float
    idle_seconds: float


@dataclass
class Listening:
    """A client, and what it may see."""

    client: Client
    tenant: Tenant
    sees_all: bool


@dataclass
class Restart:
    """When the server was told to end, and when everyone listened again."""

    at: float
    back_at: float


def measure(plan: Plan) -> int:
    with supervised(DataFolder(DATA / "bench-stream")) as processes:
        port = ports.any_free_port()
        url = f"http://{ports.HOST}:{port}"
        processes.start(programs.web({"PUBLIC_URL": url}, port))
        wait_until(lambda: is_live(url), "web answers")
        listening = listeners(plan, url)
        connection.close()
        return asyncio.run(run(plan, processes, url, listening))


def listeners(plan: Plan, url: str) -> list[Listening]:
    """Shared out evenly among the brands, and in each between a key that may do all and one that only looks."""
    parts = urlsplit(url)
    found = []
    for number in range(plan.brands):
        tenant = make_tenant(f"live{number}")
        keys = (tenant.key, tenant.key_with("brand.view", "asset.view"))
        for place in range(plan.streams // plan.brands):
            path = f"{tenant.url}collaboration/stream/"
            client = Client(parts.hostname or "", parts.port or 0, path, keys[place % 2].token)
            found.append(Listening(client, tenant, sees_all=place % 2 == 0))
    return found


async def run(plan: Plan, processes: Processes, url: str, listening: list[Listening]) -> int:
    clients = [one.client for one in listening]
    pid = processes.running["web"][1].pid
    before = resident_bytes(pid)
    began = time.monotonic()
    tasks = await open_all(clients)
    figure("streams", sum(client.open for client in clients))
    figure("opened_per_second", len(clients) / (time.monotonic() - began), digits=0)
    await asyncio.to_thread(idle, plan)
    figure("memory_per_stream_kb", (resident_bytes(pid) - before) / len(clients) / 1024)
    figure("threads", threads(pid))
    restart = await while_it_happens(plan, processes, url, listening)
    for task in tasks:
        task.cancel()
    return await asyncio.to_thread(judged, listening, restart)


async def open_all(clients: list[Client]) -> list["asyncio.Task[None]"]:
    tasks = []
    for start in range(0, len(clients), OPENERS):
        group = clients[start : start + OPENERS]
        tasks += [asyncio.create_task(client.run()) for client in group]
        await until(lambda group=group: all(client.open for client in group), "streams are open")
    return tasks


def idle(plan: Plan) -> None:
    """Connections of the server, looked at twenty times a second."""
    busy, held = [], []
    with connection.cursor() as cursor:
        deadline = time.monotonic() + plan.idle_seconds
        while time.monotonic() < deadline:
            time.sleep(0.05)
            cursor.execute(_BUSY)
            row = cursor.fetchone()
            busy.append(row[0])
            held.append(row[1])
    connection.close()
    figure("idle_connections_in_use_median", percentile(busy, 50), digits=0)
    figure("idle_connections_in_use_mean", sum(busy) / len(busy), digits=3)
    figure("idle_connections_in_pool", max(held))


async def while_it_happens(plan: Plan, processes: Processes, url: str, listening: list[Listening]) -> Restart:
    brands = [str(id_) for id_ in {one.tenant.id: None for one in listening}]
    command = [sys.executable, "-m", "tests.benchmarks.stream_writer", str(plan.rate), str(plan.seconds), *brands]
    writer = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    pid = processes.running["web"][1].pid
    used, told = cpu.seconds(pid), deliveries(listening)
    await asyncio.sleep(plan.seconds / 2)
    used, told = cpu.seconds(pid) - used, deliveries(listening) - told
    figure("web_cpu_seconds_per_1000_deliveries", used / told * 1000, digits=3)
    figure("web_cpu_share", used / plan.seconds * 2, digits=2)
    restart = await restarted(processes, url, [one.client for one in listening])
    written, _ = await writer.communicate()
    say(f"{int(written):,} events at {int(written) / plan.seconds:.0f} a second")
    figure("events_per_second", int(written) / plan.seconds)
    expected = sum(map(len, (await asyncio.to_thread(expectations, listening)).values()))
    await until(
        lambda: sum(len(one.client.told.seqs) for one in listening) >= expected, "all was told", seconds=20, fail=False
    )
    return restart


def deliveries(listening: list[Listening]) -> int:
    return sum(len(one.client.told.seqs) for one in listening)


async def restarted(processes: Processes, url: str, clients: list[Client]) -> Restart:
    """As a new version is rolled out: SIGTERM, and a new process at the same address."""
    began = time.time()
    _, process = processes.running["web"]
    process.send_signal(signal.SIGTERM)
    await until(lambda: process.poll() is not None, "the server has ended")
    figure("server_end_seconds", time.time() - began, digits=2)
    opened = [client.opened for client in clients]
    processes.restart("web")
    waiting = list(zip(clients, opened, strict=True))
    await until(lambda: all(client.open and client.opened > was for client, was in waiting), "all listen again")
    figure("restart_seconds", time.time() - began, digits=2)
    return Restart(began, time.time())


def expectations(listening: list[Listening]) -> dict[int, list[int]]:
    """By place: the numbers that this listener must have been told, in their order."""
    logs: dict[object, list[tuple[int, str]]] = {}
    for tenant in {one.tenant.id: one.tenant for one in listening}.values():
        with brand_scope(tenant.brand):
            logs[tenant.id] = list(DomainEvent.objects.order_by("seq").values_list("seq", "type"))
    connection.close()
    return {
        place: [seq for seq, type_ in logs[one.tenant.id] if one.sees_all or not type_.startswith(UNSEEN_BY_VIEWERS)]
        for place, one in enumerate(listening)
    }


def judged(listening: list[Listening], restart: Restart) -> int:
    expected = expectations(listening)
    lost = doubled = foreign = disordered = 0
    for place, one in enumerate(listening):
        told, wanted = Counter(one.client.told.seqs), Counter(expected[place])
        lost += (wanted - told).total()
        doubled += sum(times - 1 for times in told.values())
        foreign += len(told.keys() - wanted.keys())
        disordered += one.client.told.seqs != sorted(one.client.told.seqs)
    delays = [delay for one in listening for delay in one.client.told.delays]
    calm = [late * 1000 for at, late in delays if not restart.at - 1 < at < restart.back_at]
    figure("delivered", len(delays))
    figure("streams_resumed", sum(one.client.opened > 1 for one in listening))
    for percent in (50, 95, 99):
        figure(f"p{percent}_ms", percentile(calm, percent))
    figure("p95_with_restart_ms", percentile([late * 1000 for _, late in delays], 95))
    figure("refused", sum(one.client.refused for one in listening))
    figure("lost", lost)
    figure("doubled", doubled)
    figure("not_theirs", foreign)
    figure("out_of_order", disordered)
    return 1 if lost or doubled or foreign or disordered else 0


async def until(
    condition: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS, fail: bool = True
) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            if fail:
                raise AssertionError(f"Waited {seconds:.0f} s in vain until {what}.")
            return
        await asyncio.sleep(0.02)


def resident_bytes(pid: int) -> int:
    return int(_status(pid)["VmRSS"].split()[0]) * 1024


def threads(pid: int) -> int:
    return int(_status(pid)["Threads"])


def _status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
