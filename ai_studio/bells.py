"""Ringing Celery. A message is only a bell: lost, late or doubled, it changes nothing."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# By name: the task leads to the pipeline, and the pipeline rings.
WORK = "ai_studio.tasks.work"


def ring(queue: str, *, times: int = 1, after_seconds: float = 0) -> None:
    """Tell the workers of `queue` that something is due. With the broker away the sweeper rings later."""
    try:
        for _ in range(times):
            current_app.send_task(
                WORK, kwargs={"queue": queue}, queue=queue, countdown=after_seconds or None, retry=False
            )
    except (BrokerAway, RedisError, OSError) as error:
        logger.warning("the bell of %s did not ring: %s", queue, error)


def ring_on_commit(queue: str, *, times: int = 1, after_seconds: float = 0) -> None:
    transaction.on_commit(lambda: ring(queue, times=times, after_seconds=after_seconds), robust=True)
