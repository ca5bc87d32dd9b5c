"""What every process counts, added up in Redis.

Any module counts with prometheus-client as usual, under a name that begins with `atelier_`. In every process a
thread adds what is new to one hash in Redis, and /metrics reads that hash: web and workers, on one machine or
many, are one target, and a restart loses nothing but its last seconds. prometheus-client's multiprocess mode
would need a folder that all of them share, and names its files by process id, which repeat between containers.

Only counters and histograms: their values add up. While Redis is away the increments wait in the process.
"""

import atexit
import json
import logging
import os
import threading
from collections.abc import Iterator
from typing import Any, cast

import redis
from prometheus_client import REGISTRY, Metric
from redis.exceptions import RedisError

from config.redis_client import redis_client

logger = logging.getLogger(__name__)

VALUES = "atelier:metrics:values"
FAMILIES = "atelier:metrics:families"
PREFIX = "atelier_"
FLUSH_SECONDS = 5.0
ADDABLE = ("counter", "histogram")

# A sample's field in the hash: its family, its own name, its labels. A series: a family and labels but for `le`.
Field = str
Series = str


class Flusher:
    """Adds this process's increments to the sums; `flushed` is what it has added already."""

    def __init__(self) -> None:
        self.flushed: dict[Field, float] = {}
        self.lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Flush every few seconds and at the end of the process; starting twice is starting once."""
        with self.lock:
            if self._thread is not None:
                return
            self._thread = threading.Thread(target=self._run, name="metrics-flusher", daemon=True)
            self._thread.start()
        atexit.register(self.flush)

    def flush(self) -> None:
        try:
            self.flush_to(redis_client())
        except RedisError as error:
            logger.debug("metrics not flushed: %s", error)

    def flush_to(self, client: redis.Redis) -> None:
        """All increments or none. Raises RedisError; the increments are then part of the next flush."""
        with self.lock:
            families, values = counted()
            pipe = client.pipeline(transaction=True)
            for samples in values.values():
                new = {field: value - self.flushed.get(field, 0.0) for field, value in samples.items()}
                # All of a series or nothing: without its empty buckets a histogram has no quantiles.
                for field, increment in new.items() if any(new.values()) else ():
                    pipe.hincrbyfloat(VALUES, field, increment)
            if len(pipe):
                pipe.hset(FAMILIES, mapping=cast(Any, families))
                pipe.execute()
            self.flushed = by_field(values)

    def forget_parent(self) -> None:
        """In a forked child, which inherits the lock taken: what the parent counted is the parent's to add."""
        self._thread = None
        self.flushed = by_field(counted()[1])
        self.lock.release()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(FLUSH_SECONDS):
            self.flush()


def counted() -> tuple[dict[str, str], dict[Series, dict[Field, float]]]:
    """This process's families (name → JSON of type and help) and its samples' present values, by series."""
    families: dict[str, str] = {}
    values: dict[Series, dict[Field, float]] = {}
    for family in REGISTRY.collect():
        if family.type not in ADDABLE or not family.name.startswith(PREFIX):
            continue
        families[family.name] = json.dumps([family.type, family.documentation])
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                series = json.dumps([family.name, _without_bound(sample.labels)], sort_keys=True)
                field = json.dumps([family.name, sample.name, sample.labels], sort_keys=True)
                values.setdefault(series, {})[field] = sample.value
    return families, values


def by_field(values: dict[Series, dict[Field, float]]) -> dict[Field, float]:
    return {field: value for samples in values.values() for field, value in samples.items()}


def _without_bound(labels: dict[str, str]) -> dict[str, str]:
    return {label: value for label, value in labels.items() if label != "le"}


def families(client: redis.Redis) -> Iterator[Metric]:
    """The sums over all processes."""
    pipe = client.pipeline(transaction=False)
    pipe.hgetall(FAMILIES)
    pipe.hgetall(VALUES)
    described, values = cast(tuple[dict[bytes, bytes], dict[bytes, bytes]], pipe.execute())
    found = {name.decode(): Metric(name.decode(), help_, type_) for name, (type_, help_) in _decoded(described)}
    samples = ((*json.loads(field), float(value)) for field, value in values.items())
    for family, name, labels, value in sorted(samples, key=_reading_order):
        found[family].add_sample(name, labels, value)
    yield from found.values()


def _decoded(described: dict[bytes, bytes]) -> Iterator[tuple[bytes, tuple[str, str]]]:
    for name, description in sorted(described.items()):
        type_, help_ = json.loads(description)
        yield name, (type_, help_)


def _reading_order(sample: tuple[str, str, dict[str, str], float]) -> tuple[object, ...]:
    """Series together, buckets by their bound."""
    family, name, labels, _ = sample
    return (family, sorted(_without_bound(labels).items()), name, float(labels.get("le", 0)))


flusher = Flusher()
# Nobody forks while the thread counts: a child would inherit prometheus-client's locks as they are then.
os.register_at_fork(
    before=flusher.lock.acquire,
    after_in_parent=flusher.lock.release,
    after_in_child=flusher.forget_parent,
)
