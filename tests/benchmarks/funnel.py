"""Funnels beside plain SQL: python -m tests.benchmarks.funnel [--events 4000000] [--rounds 3]

One run on one server: a large brand and one whose events are mostly one person's. Ours is the whole answer, from the
question to what the API sends, computed anew; SQL answers only how many people reach each step. The floor is the rows
that the answer needs, fetched as Arrow and thrown away. Each figure is the fastest of its rounds; windows must count as
ours does, or the run fails.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from analytics.services.funnels import Asked
    from tests.factories import Tenant

STEPS = (2, 4, 8, 16)
WINDOW_DAYS = 7
GIVEN_UP_SECONDS = 180


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    given = arguments()
    from tests.benchmarks import crowded_brand

    large = crowded_brand.large(given.events)
    tail = crowded_brand.heavy_tail(29_000, 2_000)
    wrong = measure(large, STEPS, given.rounds, "")
    wrong += measure(tail, (4,), given.rounds, "_heavy_tail")
    return 1 if wrong else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.funnel", description=__doc__)
    parser.add_argument("--events", type=int, default=4_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def measure(tenant: "Tenant", all_steps: Sequence[int], rounds: int, suffix: str) -> int:
    """Prints a brand's figures; how many counts were not the same."""
    from tests.benchmarks import funnel_sql
    from tests.benchmarks.figures import figure, say

    wrong = 0
    for steps in all_steps:
        asked = question(tenant, steps)
        entered, window = asked.entered, asked.within.end - asked.entered.end
        span = (tenant.id, steps, entered.start, entered.end, window)
        answer, ours = fastest(lambda asked=asked: computed(asked), rounds)
        _, floor = fastest(lambda asked=asked: fetched(asked), rounds)
        _, joins = fastest(lambda span=span: counted(tenant, *funnel_sql.chained_joins(*span)), 1)
        counts, windows = fastest(lambda span=span: counted(tenant, *funnel_sql.windows(*span)), 1)
        people = [step["people"] for step in answer["steps"]]
        same = counts is None or counts == people
        wrong += not same
        say(
            f"{steps:>2} steps: ours {ours:.2f} s, floor {floor:.2f} s, joins {joins:.2f} s, windows {windows:.2f} s; "
            f"people {people}{'' if same else f', windows {counts}'}"
        )
        if steps == 4:
            figure(f"speedup_to_chained_joins{suffix}", joins / ours, digits=2)
            figure(f"times_the_floor{suffix}", ours / floor, digits=2)
        if steps == 16:
            figure("speedup_to_sql_windows_16_steps", windows / ours, digits=2)
    if not suffix:
        figure("cached_speedup", cached_speedup(question(tenant, 4)), digits=0)
    return wrong


def question(tenant: "Tenant", steps: int) -> "Asked":
    """Who entered in the whole time there is."""
    from datetime import timedelta

    from ai_studio.services.periods import Period
    from analytics.services.funnels import Asked
    from tests.benchmarks.crowded_brand import DAYS, START

    definition = {
        "steps": [{"event": f"step {step}"} for step in range(1, steps + 1)],
        "exclusions": [],
        "order": "ORDERED",
        "entry": "ANY",
        "window_seconds": WINDOW_DAYS * 86_400,
        "tolerance_ms": 0,
        "exclusion_mode": "DROP_USER",
        "breakdown": "",
        "attribution": "FIRST",
        "attribution_step": 0,
    }
    days = Period(START.date(), (START + timedelta(days=DAYS - 1)).date(), "UTC")
    return Asked(tenant.id, definition, days, at=START + timedelta(days=400))


def computed(asked: "Asked") -> dict[str, Any]:
    from django.core.cache import cache

    from analytics.services import funnels

    cache.clear()
    return funnels.report(asked)


def fetched(asked: "Asked") -> None:
    """The same rows, in the same way, and nothing done with them."""
    from analytics.stores.connections import pool

    names = ", ".join(f"'{step['event']}'" for step in asked.definition["steps"])
    statement = (
        f"SELECT person, at, name FROM analytics_event WHERE brand_id = '{asked.brand_id}' "  # noqa: S608
        f"AND person > 0 AND name IN ({names}) AND at >= '{asked.within.start}' AND at < '{asked.within.end}'"
    )
    with pool().transaction(asked.brand_id) as transaction:
        transaction.fetch(statement)


def counted(tenant: "Tenant", query: str, params: Sequence[Any]) -> list[int] | None:
    """None: it was given up."""
    from django.db import OperationalError, connection

    from brands.tenancy.scope import brand_scope

    try:
        with brand_scope(tenant.brand), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{GIVEN_UP_SECONDS}s'")
            cursor.execute(query, params)
            return [count for _, count in cursor.fetchall()]
    except OperationalError:
        return None


def cached_speedup(asked: "Asked") -> float:
    from analytics.services import funnels

    _, anew = fastest(lambda: computed(asked), 1)
    _, again = fastest(lambda: funnels.report(asked), 20)
    return anew / again


def fastest(do: Callable[[], Any], rounds: int) -> tuple[Any, float]:
    """What it gave, and the seconds of its fastest round."""
    best, given = float("inf"), None
    for _ in range(rounds):
        began = time.perf_counter()
        given = do()
        best = min(best, time.perf_counter() - began)
    return given, best


if __name__ == "__main__":
    sys.exit(main())
