"""Events into a running server: how fast, at what cost, and what is left of them after it was killed."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import connection

from brands.tenancy.scope import brand_scope
from config.local.api import is_live
from config.local.folder import DATA, DataFolder
from config.local.processes import Processes, supervised
from tests.benchmarks import cpu, store_floor
from tests.benchmarks.figures import figure, percentile, say
from tests.benchmarks.ingest_clients import Told, send_all
from tests.benchmarks.requests_under_load import web
from tests.benchmarks.shop_events import ROUND, Batch, Shop
from tests.factories import Tenant, make_tenant
from tests.waiting import wait_until

KILLS = 2
WARM_UP_ROUNDS = 1
FLOOR_EVENTS = 60_000
ROUND_EVENTS = sum(size for _, size in ROUND)
_EVENTS = """
SELECT count(*), count(DISTINCT insert_id),
       (SELECT count(*) FROM unnest(%(sent)s::text[]) AS sent (id)
        WHERE id NOT IN (SELECT insert_id FROM analytics_event)),
       (SELECT coalesce(sum(events), 0) FROM analytics_dailycount)
FROM analytics_event
"""


def measure(*, events: int, seconds: float, clients: int) -> int:
    with supervised(DataFolder(DATA / "bench-ingest")) as processes, web(processes) as url:
        wrong = at_full_speed(processes, url, events=events, clients=clients)
        wrong += while_killed(processes, url, seconds=seconds, clients=clients)
    return 1 if wrong else 0


def at_full_speed(processes: Processes, url: str, *, events: int, clients: int) -> int:
    tenant, shop = shop_of("busy")
    for _ in range(WARM_UP_ROUNDS):  # every process has its connections and plans
        send_all(url, list(islice(shop.batches(), len(ROUND) * 2)), clients=clients)
    batches = list(islice(shop.batches(), max(1, round(events / ROUND_EVENTS)) * len(ROUND)))
    families = {"web": processes.running["web"][1].pid, **cpu.servers()}
    before = counted(tenant, [])
    used = {name: cpu.seconds(pid) for name, pid in families.items()}
    began = time.perf_counter()
    told = send_all(url, batches, clients=clients)
    taken = time.perf_counter() - began
    used = {name: cpu.seconds(pid) - used[name] for name, pid in families.items()}
    after = counted(tenant, told.sent)
    rate = report_speed(told, taken, used)
    report_floor(tenant, shop, rate, used["postgres"] / len(told.sent) * 1000)
    return judged(told, after, after["events"] - before["events"], "_at_full_speed")


def report_speed(told: Told, taken: float, used: dict[str, float]) -> float:
    """Events per second."""
    rate, total = len(told.sent) / taken, sum(used.values())
    figure("events_per_second", rate, digits=0)
    figure("megabytes_per_second", told.sent_bytes / taken / 1e6)
    for percent in (50, 99):
        figure(f"batch_p{percent}_ms", percentile(told.milliseconds, percent))
    figure("cpu_seconds_per_1000_events", total / len(told.sent) * 1000, digits=4)
    for name, seconds in used.items():
        figure(f"{name}_cpu_share", seconds / total, digits=3)
    say(f"{len(told.sent):,} events in {len(told.milliseconds):,} batches took {taken:.1f} s; CPU seconds {used}")
    return rate


def report_floor(tenant: Tenant, shop: Shop, rate: float, postgres_cpu: float) -> None:
    size = ROUND[0][1]
    rows, floor_cpu = store_floor.measure(tenant.id, [shop.batch("native", size) for _ in range(FLOOR_EVENTS // size)])
    figure("floor_rows_per_second", rows, digits=0)
    figure("share_of_the_floor", rate / rows, digits=2)
    figure("postgres_cpu_times_the_floor", postgres_cpu / floor_cpu, digits=2)


def while_killed(processes: Processes, url: str, *, seconds: float, clients: int) -> int:
    tenant, shop = shop_of("unlucky")
    over = threading.Event()
    killer = threading.Thread(target=kill_and_start, args=(processes, url, seconds, over))
    killer.start()
    told = send_all(url, until(over, shop.batches()), clients=clients)
    killer.join()
    say(f"{len(told.sent):,} events sent while the server was killed {KILLS} times; {told.again} batches sent again")
    found = counted(tenant, told.sent)
    figure("kills", KILLS)
    figure("sent_while_killed", len(told.sent))
    figure("sent_again", told.again)
    return judged(told, found, found["events"], "")


def kill_and_start(processes: Processes, url: str, seconds: float, over: threading.Event) -> None:
    """SIGKILL for all of its processes at once, as when a machine runs out of memory."""
    try:
        for _ in range(KILLS):
            time.sleep(seconds / (KILLS + 1))
            _, process = processes.running["web"]
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            processes.restart("web")
            wait_until(lambda: is_live(url), "web answers again", seconds=60)
        time.sleep(seconds / (KILLS + 1))
    finally:
        over.set()


def until(over: threading.Event, batches: Iterator[Batch]) -> Iterator[Batch]:
    while not over.is_set():
        yield next(batches)


def judged(told: Told, found: dict[str, int], stored: int, suffix: str) -> int:
    """Prints what is missing and what is there too often."""
    figure(f"lost{suffix}", found["missing"])
    figure(f"doubled{suffix}", found["events"] - found["ids"])
    figure(f"rolled_up_wrongly{suffix}", abs(found["events"] - found["rolled_up"]))
    unequal = stored - len(told.sent)
    return found["missing"] + found["events"] - found["ids"] + abs(found["events"] - found["rolled_up"]) + abs(unequal)


def counted(tenant: Tenant, sent: list[str]) -> dict[str, Any]:
    with brand_scope(tenant.brand), connection.cursor() as cursor:
        cursor.execute(_EVENTS, {"sent": sent})
        return dict(zip(("events", "ids", "missing", "rolled_up"), map(int, cursor.fetchone()), strict=True))


def shop_of(name: str) -> tuple[Tenant, Shop]:
    tenant = make_tenant(name)
    return tenant, Shop(tenant.key_with("event.write").token, seed=len(name))
