"""Many brands on one set of workers, one of them with far too much work."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from django.utils import timezone

from ai_studio.models import Generation
from ai_studio.services import invariants, queue
from brands.tenancy.scope import brand_scope
from config.local.folder import DATA, DataFolder
from config.local.processes import supervised
from tests.benchmarks.estimates import Estimates
from tests.benchmarks.figures import figure, percentile, say
from tests.benchmarks.plain_claim import first_come_first_served
from tests.benchmarks.sides import GENEROUS, Ours, bells_are_heard, request, slow_provider
from tests.benchmarks.turns import active, running, turns, waiting
from tests.factories import Tenant, make_tenant
from tests.waiting import wait_until

POST_EVERY_SECONDS = 0.25


@dataclass(frozen=True)
class Plan:
    """How many waiting jobs the flooding brand has, how many brands have how many each, and how often."""

    flood: int
    brands: int
    jobs: int
    rounds: int
    plain_seconds: float


@dataclass
class Lived:
    """What a neighbour saw, in milliseconds from sending the POST, and each round's turns per brand."""

    start_ms: list[float] = field(default_factory=list)
    done_ms: list[float] = field(default_factory=list)
    turns: list[list[int]] = field(default_factory=list)


class Crowd:
    """The neighbour is the brand of `ours`; the flood is filled once and waits, paused."""

    def __init__(self, ours: Ours, plan: Plan) -> None:
        self.ours = ours
        self.plan = plan
        self.seeds = count()
        self.steady = [make_tenant(f"steady{n}", **GENEROUS) for n in range(plan.brands)]
        self.flood = make_tenant("flood", **GENEROUS)
        began = time.monotonic()
        self.fill(self.flood, plan.flood)
        say(f"{plan.flood} jobs of one brand were asked for in {time.monotonic() - began:.1f} s")

    def fill(self, tenant: Tenant, jobs: int) -> None:
        with brand_scope(tenant.brand):
            queue.pause(actor=tenant.actor())
        request(tenant, [next(self.seeds) for _ in range(jobs)])

    def go(self, tenants: Sequence[Tenant]) -> datetime:
        wait_until(bells_are_heard, "the workers have heard that the queues are paused")
        for tenant in tenants:
            with brand_scope(tenant.brand):
                queue.resume(actor=tenant.actor())
        return timezone.now()

    def stop_flood(self) -> None:
        with brand_scope(self.flood.brand):
            queue.pause(actor=self.flood.actor())
        wait_until(lambda: not running(self.flood), "the flood's running jobs are done")

    def post_while(self, tenants: Sequence[Tenant], lived: Lived, estimates: Estimates | None = None) -> None:
        """The neighbour asks for one job after another until one of `tenants` has nothing waiting any more."""
        sent: dict[str, float] = {}
        self.ours.reconnect()
        while all(waiting(tenant) for tenant in tenants):
            at = time.time()
            sent[self.ours.post(next(self.seeds))] = at
            if estimates is not None:
                estimates.ask(tenants)
            time.sleep(max(0.0, at + POST_EVERY_SECONDS - time.time()))
        wait_until(lambda: not active([self.ours.tenant]), "the neighbour's jobs are done")
        with brand_scope(self.ours.tenant.brand):
            rows = Generation.objects.filter(pk__in=sent).values_list("pk", "started_at", "completed_at")
            for pk, started_at, completed_at in rows:
                lived.start_ms.append((started_at.timestamp() - sent[str(pk)]) * 1000)
                lived.done_ms.append((completed_at.timestamp() - sent[str(pk)]) * 1000)


def measure(plan: Plan) -> int:
    with supervised(DataFolder(DATA / "bench-fairness")) as processes, slow_provider(processes) as url:
        crowd = Crowd(Ours(processes, {"SLOW_PROVIDER_URL": url}), plan)
        calm, flooded, estimates = Lived(), Lived(), Estimates()
        for number in range(plan.rounds):
            for with_flood in (False, True) if number % 2 == 0 else (True, False):
                lived = flooded if with_flood else calm
                live_through(crowd, lived, with_flood=with_flood, estimates=estimates if with_flood else None)
        report(calm, flooded)
        estimates.report()
        plain_way(crowd)
    return check()


def live_through(crowd: Crowd, lived: Lived, *, with_flood: bool, estimates: Estimates | None) -> None:
    for tenant in crowd.steady:
        crowd.fill(tenant, crowd.plan.jobs)
    busy = [*crowd.steady, crowd.flood] if with_flood else crowd.steady
    began = crowd.go(busy)
    crowd.post_while(busy, lived, estimates)
    lived.turns.append(turns(busy, began, timezone.now()))
    wait_until(lambda: not active(crowd.steady), "the steady brands' jobs are done")
    if with_flood:
        crowd.stop_flood()
    jobs = sum(lived.turns[-1])
    say(f"{'with' if with_flood else 'without'} the flood: {jobs} turns, each brand's {sorted(lived.turns[-1])}")


def plain_way(crowd: Crowd) -> None:
    """The flood was there first, so it is served first."""
    for tenant in crowd.steady:
        crowd.fill(tenant, crowd.plan.jobs)
    busy = [*crowd.steady, crowd.flood]
    crowd.ours.reconnect()
    with first_come_first_served():
        began = crowd.go([crowd.flood, *crowd.steady])
        post = crowd.ours.post(next(crowd.seeds))
        time.sleep(crowd.plan.plain_seconds)
        served = turns(busy, began, timezone.now())
        with brand_scope(crowd.ours.tenant.brand):
            late = Generation.objects.get(pk=post).started_at is None
        crowd.stop_flood()
    say(f"first come, first served: each brand's turns {served}")
    figure("plain_flood_share", served[-1] / max(sum(served), 1), digits=3)
    figure("plain_others_turns", sum(served[:-1]))
    figure("plain_neighbour_waits_longer_than_seconds", crowd.plan.plain_seconds if late else 0.0)
    wait_until(lambda: not active([*crowd.steady, crowd.ours.tenant]), "all other jobs are done")


def report(calm: Lived, flooded: Lived) -> None:
    figure("max_min_share", max(max(round_) / max(min(round_), 1) for round_ in flooded.turns), digits=3)
    figure("flood_share", sum(round_[-1] for round_ in flooded.turns) / sum(map(sum, flooded.turns)), digits=3)
    figure("neighbour_posts", len(flooded.done_ms))
    for name, values in (("start", "start_ms"), ("done", "done_ms")):
        for percent in (50, 95):
            before, after = (percentile(getattr(lived, values), percent) for lived in (calm, flooded))
            figure(f"neighbour_{name}_p{percent}_ms_without_flood", before)
            figure(f"neighbour_{name}_p{percent}_ms", after)
    ratio = percentile(flooded.done_ms, 95) / percentile(calm.done_ms, 95)
    figure("neighbour_p95_ratio", ratio, digits=3)


def check() -> int:
    violations = list(invariants.check())
    for violation in violations[:20]:
        say(f"VIOLATED {violation.rule}: {violation.row_id}")
    figure("invariant_violations", len(violations))
    return 1 if violations else 0
