"""Ringing Celery: a bell that is lost or doubled changes nothing, beat rings again."""

import logging
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway
from redis.exceptions import RedisError

from collaboration.models import WebhookEndpoint

logger = logging.getLogger(__name__)

# By name: the task leads to the services, and these ring.
DELIVER = "collaboration.tasks.deliver_webhooks"
# So many are sent to one endpoint at once.
PARALLEL = 4
# What is due later is left to beat: a message that waits sits in a worker.
LONGEST_SECONDS = 30.0
# Nobody works: then messages would heap up.
EXPIRE_SECONDS = 60.0


def deliver(*, brand_id: UUID, endpoint_id: UUID, times: int = 1, after_seconds: float = 0) -> None:
    """Whoever hears it sends until nothing is due, so more than PARALLEL would only be noise."""
    if after_seconds > LONGEST_SECONDS:
        return
    ids = {"brand_id": str(brand_id), "endpoint_id": str(endpoint_id)}
    try:
        for _ in range(min(times, PARALLEL)):
            current_app.send_task(
                DELIVER, kwargs=ids, countdown=after_seconds or None, expires=EXPIRE_SECONDS, retry=False
            )
    except (BrokerAway, RedisError, OSError) as error:
        logger.warning("the bell of webhook %s did not ring: %s", endpoint_id, error)


def deliver_on_commit(endpoint: WebhookEndpoint, *, times: int = 1, after_seconds: float = 0) -> None:
    brand_id, endpoint_id = endpoint.brand_id, endpoint.pk
    transaction.on_commit(
        lambda: deliver(brand_id=brand_id, endpoint_id=endpoint_id, times=times, after_seconds=after_seconds),
        robust=True,
    )
