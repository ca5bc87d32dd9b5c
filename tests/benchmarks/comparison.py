"""Rounds of one side and the other, and what they come to."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from django.db import connections
from django.db.models import Count, Max, Min

from ai_studio.choices import ACTIVE, Status
from ai_studio.models import Generation
from ai_studio.services import invariants
from brands.tenancy.scope import brand_scope
from config.local.folder import DATA, DataFolder
from config.local.processes import Processes, supervised
from tests.benchmarks import cpu
from tests.benchmarks.figures import figure, percentile, say
from tests.benchmarks.sides import SLOTS, Ours, Side, Yardstick, pause_between_posts, slow_provider

IDEAL_JOBS_PER_SECOND = SLOTS / 0.2
WARM_UP_JOBS = 200
LOOK_SECONDS = 0.2


@dataclass
class Measured:
    """One side's rounds: jobs per second, CPU milliseconds per job and process, seconds from POST to start."""

    rates: list[float] = field(default_factory=list)
    cpu_ms: list[dict[str, float]] = field(default_factory=list)
    starts_ms: list[float] = field(default_factory=list)


def compare(*, jobs: int, rounds: int, posts: int) -> int:
    with supervised(DataFolder(DATA / "bench-queue")) as processes, both(processes) as sides:
        seeds = count()
        measured = {side.name: Measured() for side in sides}
        for side in sides:
            measure_rate(side, [next(seeds) for _ in range(WARM_UP_JOBS)], processes)
        for number in range(rounds):
            for side in sides if number % 2 else reversed(sides):
                rate, spent = measure_rate(side, [next(seeds) for _ in range(jobs)], processes)
                measured[side.name].rates.append(rate)
                measured[side.name].cpu_ms.append(spent)
                parts = " ".join(f"{name}={ms:.2f}" for name, ms in spent.items())
                say(f"{side.name}: {rate:.1f} jobs/s; CPU ms per job: {parts}")
        measure_starts(sides, measured, posts, seeds)
    report(measured["atelier"], measured["bullmq"])
    return check(sides)


@contextmanager
def both(processes: Processes) -> Iterator[list[Side]]:
    with slow_provider(processes) as url:
        environment = {"SLOW_PROVIDER_URL": url}
        yield [Ours(processes, environment), Yardstick(processes, environment)]


def measure_rate(side: Side, seeds: Sequence[int], processes: Processes) -> tuple[float, dict[str, float]]:
    side.fill(seeds)
    _know_the_tables()
    parts = {**cpu.servers(), **{name: processes.running[name][1].pid for name in ("provider", *side.programs)}}
    before = {name: cpu.seconds(pid) for name, pid in parts.items()}
    side.run()
    wait_until_done(side)
    spent = {name: (cpu.seconds(pid) - before[name]) * 1000 / len(seeds) for name, pid in parts.items()}
    with brand_scope(side.tenant.brand):
        done = Generation.objects.filter(seed__in=seeds, status=Status.COMPLETED).aggregate(
            first=Min("started_at"), last=Max("completed_at"), jobs=Count("id")
        )
    if done["jobs"] != len(seeds):
        raise RuntimeError(f"{side.name}: {done['jobs']} of {len(seeds)} jobs were completed")
    return len(seeds) / (done["last"] - done["first"]).total_seconds(), spent


def _know_the_tables() -> None:
    """As autovacuum would have it, which has no time to come by: plans of both sides are made by what is there."""
    with connections["migrate"].cursor() as cursor:
        cursor.execute("ANALYZE")


def wait_until_done(side: Side) -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        with brand_scope(side.tenant.brand):
            if not Generation.objects.filter(status__in=ACTIVE).exists():
                return


def measure_starts(sides: Sequence[Side], measured: dict[str, Measured], posts: int, seeds: "count[int]") -> None:
    """Posts alternate between the sides, so that both see the same machine."""
    sent: dict[str, dict[str, float]] = {side.name: {} for side in sides}
    for _ in range(posts):
        for side in sides:
            at = time.time()
            sent[side.name][side.post(next(seeds))] = at
            pause_between_posts()
    for side in sides:
        wait_until_done(side)
        with brand_scope(side.tenant.brand):
            started = list(Generation.objects.filter(pk__in=sent[side.name]).values_list("pk", "started_at"))
        measured[side.name].starts_ms = [(at.timestamp() - sent[side.name][str(pk)]) * 1000 for pk, at in started]


def report(ours: Measured, bullmq: Measured) -> None:
    rate, yardstick = statistics.median(ours.rates), statistics.median(bullmq.rates)
    figure("jobs_per_second", rate)
    figure("bullmq_jobs_per_second", yardstick)
    figure("throughput_ratio_to_bullmq", rate / yardstick, digits=3)
    figure("share_of_ideal", rate / IDEAL_JOBS_PER_SECOND, digits=3)
    figure("cpu_ms_per_job", statistics.median(sum(parts.values()) for parts in ours.cpu_ms), digits=2)
    figure("bullmq_cpu_ms_per_job", statistics.median(sum(parts.values()) for parts in bullmq.cpu_ms), digits=2)
    if ours.starts_ms:
        figure("start_p50_ms", percentile(ours.starts_ms, 50))
        figure("start_p99_ms", percentile(ours.starts_ms, 99))
        figure("bullmq_start_p50_ms", percentile(bullmq.starts_ms, 50))
        figure("bullmq_start_p99_ms", percentile(bullmq.starts_ms, 99))
        ratio = percentile(ours.starts_ms, 50) / percentile(bullmq.starts_ms, 50)
        figure("start_ratio_to_bullmq", ratio, digits=2)


def check(sides: Sequence[Side]) -> int:
    """The invariants of all brands, and that every job was done."""
    violations = list(invariants.check())
    for violation in violations[:20]:
        say(f"VIOLATED {violation.rule}: {violation.row_id}")
    figure("invariant_violations", len(violations))
    return 1 if violations else 0
