"""Ringing Celery. A message is only a bell: lost, late or doubled, it changes nothing."""

import logging
from functools import cache
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# By name: the task leads to the pipeline, and the pipeline rings.
WORK = "ai_studio.tasks.work"
CALL_OFF = "ai_studio.tasks.call_off"


# Whoever hears a bell works until nothing is due, so more than there are idle workers would only be noise.
ENOUGH = 100
# A message that waits longer would sit in a worker, and be given to another one again and again.
LONGEST_SECONDS = 60.0


def ring(queue: str, *, times: int = 1, after_seconds: float = 0) -> int:
    """Tell the workers of `queue` that something is due; returns how many bells were rung.

    None when ENOUGH are still unheard. With the broker away, and for what is far off, the sweeper rings later.
    """
    if after_seconds > LONGEST_SECONDS:
        return 0
    try:
        missing = times if after_seconds else min(times, ENOUGH - unheard(queue))
        for _ in range(missing):
            current_app.send_task(
                WORK, kwargs={"queue": queue}, queue=queue, countdown=after_seconds or None, retry=False
            )
    except (BrokerAway, RedisError, OSError) as error:
        logger.warning("the bell of %s did not ring: %s", queue, error)
        return 0
    return max(missing, 0)


def unheard(queue: str) -> int:
    """Bells that no worker has taken yet. Raises RedisError when the broker is away."""
    return int(_broker().llen(queue))


@cache
def _broker() -> Redis:
    return Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=1)


def ring_on_commit(queue: str, *, times: int = 1, after_seconds: float = 0) -> None:
    transaction.on_commit(lambda: ring(queue, times=times, after_seconds=after_seconds), robust=True)


def call_off(brand_id: UUID, attempt_id: UUID) -> None:
    """Tell the control queue that a provider is to be told. With the broker away the sweeper rings later."""
    ids = {"brand_id": str(brand_id), "attempt_id": str(attempt_id)}
    try:
        current_app.send_task(CALL_OFF, kwargs=ids, retry=False)
    except (BrokerAway, RedisError, OSError) as error:
        logger.warning("the bell to call %s off did not ring: %s", attempt_id, error)


def call_off_on_commit(brand_id: UUID, attempt_id: UUID) -> None:
    transaction.on_commit(lambda: call_off(brand_id, attempt_id), robust=True)
