"""What must work before requests are sent here: each part is really used, all at once, with a short time-out."""

import logging
import math
import socket
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from ai_studio.choices import Queue
from config.health import heartbeats
from config.redis_client import redis_client
from config.remember import remember

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 2.0
# Workers beat every 2 s, beat sends a task every 5 s; both may be late by a garbage collection or a slow Redis.
WORKER_MAX_AGE_SECONDS = 15.0
BEAT_MAX_AGE_SECONDS = 30.0
# Whoever asks without credentials makes us write to the storage no more often than this.
REMEMBERED_SECONDS = 1.0

Facts = dict[str, Any]


class NotReadyError(Exception):
    """A part answers, but not as it must. `facts` join the part's report."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.facts = facts


@dataclass(frozen=True)
class Report:
    ready: bool
    checks: Mapping[str, Facts]


def all_queues() -> list[str]:
    """The queues that must have a worker."""
    return [*Queue.values, settings.CELERY_TASK_DEFAULT_QUEUE]


def check_database() -> Facts:
    """A question over the pool, as the role that serves requests."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return {"role": cursor.fetchone()[0]}
    finally:
        connection.close()  # this thread must not keep one of the pool's connections


def check_redis() -> Facts:
    """A write: a read-only replica, or a server whose disk is full, answers PING."""
    redis_client().set("atelier:health", "ready", ex=60)
    return {}


def check_storage() -> Facts:
    """A file is written, read and deleted."""
    content = uuid.uuid4().bytes
    name = default_storage.save(f"health/{socket.gethostname()}-{uuid.uuid4()}", ContentFile(content))
    try:
        with default_storage.open(name) as file:
            if file.read() != content:
                raise NotReadyError("what was read is not what was written")
    finally:
        default_storage.delete(name)
    return {}


def check_workers() -> Facts:
    ages = heartbeats.queue_ages(heartbeats.ages(redis_client()))
    facts = {queue: round(age, 1) for queue, age in sorted(ages.items())}
    alone = [queue for queue in all_queues() if ages.get(queue, math.inf) > WORKER_MAX_AGE_SECONDS]
    if alone:
        raise NotReadyError(f"no living worker on {', '.join(alone)}", age_seconds=facts)
    return {"age_seconds": facts}


def check_beat() -> Facts:
    age = heartbeats.ages(redis_client()).get(heartbeats.BEAT)
    if age is None or age > BEAT_MAX_AGE_SECONDS:
        raise NotReadyError("beat sends no tasks", age_seconds=age and round(age, 1))
    return {"age_seconds": round(age, 1)}


CHECKS: dict[str, Callable[[], Facts]] = {
    "database": check_database,
    "redis": check_redis,
    "storage": check_storage,
    "workers": check_workers,
    "beat": check_beat,
}

# Twice as many as checks: one round may hang while the next one asks. When both hang, nobody is ready.
_threads = ThreadPoolExecutor(max_workers=2 * len(CHECKS), thread_name_prefix="health")


@remember(seconds=REMEMBERED_SECONDS)
def ready() -> Report:
    """All checks at once; takes at most TIMEOUT_SECONDS, whatever hangs."""
    running = {name: _threads.submit(_run, name, check) for name, check in CHECKS.items()}
    wait(running.values(), timeout=TIMEOUT_SECONDS)
    found = {name: _outcome(future) for name, future in running.items()}
    return Report(all(facts["ok"] for facts in found.values()), found)


def _outcome(future: "Future[Facts]") -> Facts:
    if future.done():
        return future.result()
    future.cancel()
    return {"ok": False, "error": f"no answer within {TIMEOUT_SECONDS:.0f} s"}


def _run(name: str, check: Callable[[], Facts]) -> Facts:
    """Whatever goes wrong is the report; the exception's text may hold addresses and goes to the log only."""
    started = time.monotonic()
    try:
        facts = {"ok": True, **check()}
    except NotReadyError as error:
        facts = {"ok": False, "error": str(error), **error.facts}
    except Exception as error:
        logger.warning("health check %s failed", name, exc_info=error)
        facts = {"ok": False, "error": type(error).__name__}
    return {**facts, "seconds": round(time.monotonic() - started, 3)}
