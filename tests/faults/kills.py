"""Random SIGKILLs, and how long it takes until an interrupted job is in somebody's hands again."""

import random
import time
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tests.faults.site import WORKERS, Site

PAUSE_SECONDS = (1.5, 4.5)
CHILD_SHARE = 0.2
LOOK_SECONDS = 0.1

_INTERRUPTED = """
SELECT id, fence, clock_timestamp() FROM ai_studio_generation
WHERE queue = %s AND status = 'PROCESSING' AND lease_until > clock_timestamp()
"""
_NOW = "SELECT id, fence, claimed_at, status IN ('PENDING', 'PROCESSING') FROM ai_studio_generation WHERE id = ANY(%s)"


@dataclass
class Recovery:
    """Jobs whose worker was killed, until they are claimed again; by the database's clock."""

    site: Site
    waiting: dict[UUID, tuple[int, datetime]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def interrupted(self, queue: str) -> None:
        for id_, fence, at in self.site.rows(_INTERRUPTED, queue):
            # Killed twice while it waits: it is the first kill that its owner waits since.
            since = self.waiting.get(id_, (fence, at))[1]
            self.waiting[id_] = (fence, since)

    def look(self) -> None:
        for id_, fence, claimed_at, active in self.site.rows(_NOW, list(self.waiting)):
            before, since = self.waiting[id_]
            if fence > before:
                self.seconds.append((claimed_at - since).total_seconds())
            if fence > before or not active:
                del self.waiting[id_]

    def p95(self) -> float:
        ordered = sorted(self.seconds)
        return ordered[max(0, -(-95 * len(ordered) // 100) - 1)] if ordered else 0.0


def kill_at_random(site: Site, chance: random.Random, *, seconds: float, at_least: int) -> tuple[int, Recovery]:
    """Kill workers for `seconds` and until it was done `at_least` so often, each started again at once. Returns how
    often, and the recoveries."""
    recovery, kills = Recovery(site), 0
    ends = time.monotonic() + seconds
    while time.monotonic() < ends or kills < at_least:
        wait(site, recovery, chance.uniform(*PAUSE_SECONDS))
        name = chance.choice(WORKERS)
        if name == "ai.render" and chance.random() < CHILD_SHARE:
            kills += site.kill_one_child(name)
            continue
        site.kill(name)
        recovery.interrupted(name)
        site.restart(name)
        kills += 1
    return kills, recovery


def wait(site: Site, recovery: Recovery, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        recovery.look()
        site.supervise()
        time.sleep(LOOK_SECONDS)
