"""What PostgreSQL and Redis say at the moment of the scrape. One number, one place: nothing is counted twice."""

import logging
import math
from collections.abc import Callable, Iterable, Iterator
from typing import cast

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import Now
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from ai_studio.choices import ACTIVE, Queue
from ai_studio.models import Budget, Generation
from ai_studio.services.providers import states
from brands.tenancy.models import MAINTENANCE
from collaboration.stream import census
from config.health import heartbeats
from config.health.checks import all_queues
from config.metrics import outgoing, shared
from config.metrics.totals import REASON, Totals, families
from config.redis_client import redis_client

logger = logging.getLogger(__name__)

# The first count of a process reads all generations; later ones the latest.
STATEMENT_TIMEOUT_MS = 60_000
AWAY = (OperationalError, InterfaceError, PoolTimeout, RedisError)

LEASED = Q(lease_until__gt=Now())
DUE = Q(next_step_at__lte=Now())
STATES = {"waiting": DUE & ~LEASED, "active": LEASED, "delayed": ~DUE & ~LEASED}


totals = Totals()


class StateCollector:
    """For a registry. A source that is away costs its own metrics only, and is said to be away."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("atelier_source_up", "Whether /metrics could read this source.", labels=["source"])
        for name, read in SOURCES.items():
            families = _attempt(name, read)
            up.add_metric([name], float(families is not None))
            yield from families or ()
        yield up


def _attempt(name: str, read: Callable[[], Iterable[Metric]]) -> list[Metric] | None:
    try:
        return list(read())
    except AWAY as error:
        logger.warning("metrics without %s: %s", name, error)
        return None


def from_redis() -> Iterator[Metric]:
    client = redis_client()
    # Our own latest increments too, so that one process's metrics are exact.
    shared.flusher.flush_to(client)
    yield from shared.families(client)
    yield _bells()
    yield _resting()
    yield GaugeMetricFamily("atelier_streams", "Live streams that are open.", value=census.open_streams(client))
    yield from _ages(heartbeats.ages(client))


def _bells() -> Metric:
    """Lengths of Celery's queues: bells that no worker has heard yet."""
    queues = all_queues()
    pipe = redis_client().pipeline(transaction=False)
    for queue in queues:
        pipe.llen(queue)
    family = GaugeMetricFamily("atelier_broker_messages", "Messages waiting in the broker.", labels=["queue"])
    for queue, length in zip(queues, cast(list[int], pipe.execute()), strict=True):
        family.add_metric([queue], length)
    return family


def _resting() -> Metric:
    """Of the installation's keys; a brand's own key is the brand's business."""
    family = GaugeMetricFamily(
        "atelier_provider_rests_seconds", "How long its circuit breaker keeps it from being asked.", labels=["provider"]
    )
    for provider in states():
        family.add_metric([provider.name], provider.rests_seconds)
    return family


def _ages(found: dict[str, float]) -> Iterator[Metric]:
    """Who was never seen is infinitely old: an alert on an age must not wait for a first sign of life."""
    workers = GaugeMetricFamily(
        "atelier_worker_age_seconds", "Since the most lively worker of the queue was seen.", labels=["queue"]
    )
    by_queue = heartbeats.queue_ages(found)
    for queue in all_queues():
        workers.add_metric([queue], by_queue.get(queue, math.inf))
    tasks = GaugeMetricFamily(
        "atelier_scheduled_task_age_seconds", "Since the scheduled task last succeeded.", labels=["task"]
    )
    by_task = heartbeats.task_ages(found)
    for task in sorted(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()):
        tasks.add_metric([task], by_task.get(task, math.inf))
    beat = found.get(heartbeats.BEAT, math.inf)
    yield from (workers, tasks, GaugeMetricFamily("atelier_beat_age_seconds", "Since beat last sent a task.", beat))


def from_database() -> Iterator[Metric]:
    with transaction.atomic(using=MAINTENANCE):
        with connections[MAINTENANCE].cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(STATEMENT_TIMEOUT_MS)])
        yield from _queues()
        yield from families(totals.read())
        yield _reserved()
        yield from outgoing.families()


def _queues() -> Iterator[Metric]:
    rows = {
        row["queue"]: row
        for row in Generation.objects.all_brands(reason=REASON)
        .filter(status__in=ACTIVE)
        .order_by()
        .values("queue")
        .annotate(
            oldest=Min("next_step_at", filter=STATES["waiting"]),
            now=Now(),
            **{state: Count("id", filter=condition) for state, condition in STATES.items()},
        )
    }
    depth = GaugeMetricFamily("atelier_queue_depth", "Generations that are not done.", labels=["queue", "state"])
    oldest = GaugeMetricFamily(
        "atelier_queue_oldest_seconds", "How long the one that waits longest has been due.", labels=["queue"]
    )
    for queue in Queue.values:
        row = rows.get(queue, {})
        for state in STATES:
            depth.add_metric([queue, state], row.get(state, 0))
        since = row.get("oldest")
        oldest.add_metric([queue], (row["now"] - since).total_seconds() if since else 0.0)
    yield from (depth, oldest)


def _reserved() -> Metric:
    held = Budget.objects.all_brands(reason=REASON).aggregate(held=Sum("reserved_usd"))["held"]
    return GaugeMetricFamily("atelier_reserved_usd", "Held for generations under way, US dollars.", value=held or 0)


SOURCES: dict[str, Callable[[], Iterable[Metric]]] = {"redis": from_redis, "database": from_database}
