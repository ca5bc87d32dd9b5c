"""Who was last seen when, in one sorted set of Redis: workers by queue, beat, and each scheduled task.

Names are `worker:{queue}:{host name of the worker}`, `beat` and `task:{name}`. Redis's own clock is used for
writing and for reading, so that a machine whose clock is wrong is not taken for dead.
"""

from collections.abc import Mapping
from typing import cast

import redis

KEY = "atelier:heartbeats"
BEAT = "beat"
KEPT_SECONDS = 7 * 86_400

_SEEN = f"""
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
for _, name in ipairs(ARGV) do redis.call('ZADD', KEYS[1], now, name) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - {KEPT_SECONDS})
"""


def worker(queue: str, host: str) -> str:
    return f"worker:{queue}:{host}"


def task(name: str) -> str:
    return f"task:{name}"


def seen(client: redis.Redis, *names: str) -> None:
    """Note that these are alive now."""
    client.eval(_SEEN, 1, KEY, *names)


def gone(client: redis.Redis, *names: str) -> None:
    """Forget them: they said good-bye."""
    client.zrem(KEY, *names)


def ages(client: redis.Redis) -> dict[str, float]:
    """Seconds since each was seen."""
    seconds, microseconds = client.time()
    now = seconds + microseconds / 1_000_000
    scores = cast(list[tuple[bytes, float]], client.zrange(KEY, 0, -1, withscores=True))
    return {name.decode(): max(0.0, now - score) for name, score in scores}


def queue_ages(found: Mapping[str, float]) -> dict[str, float]:
    """Per queue, the seconds since its most lively worker was seen."""
    youngest: dict[str, float] = {}
    for name, age in found.items():
        kind, _, rest = name.partition(":")
        queue = rest.partition(":")[0]
        if kind == "worker":
            youngest[queue] = min(age, youngest.get(queue, age))
    return youngest


def task_ages(found: Mapping[str, float]) -> dict[str, float]:
    """Per scheduled task, the seconds since it last succeeded."""
    return {name.removeprefix("task:"): age for name, age in found.items() if name.startswith("task:")}
