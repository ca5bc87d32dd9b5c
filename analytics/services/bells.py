"""Ringing Celery: a bell that is lost or doubled changes nothing, beat rings again."""

import logging
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# By name: the tasks lead to the services, and these ring.
IMPORT = "analytics.tasks.import_events"
QUESTION = "analytics.tasks.answer_question"


def ring(task: str, *, brand_id: UUID, pk: UUID) -> None:
    try:
        current_app.send_task(task, kwargs={"brand_id": str(brand_id), "pk": str(pk)}, retry=False)
    except (BrokerAway, RedisError, OSError) as error:
        logger.warning("the bell of %s %s did not ring: %s", task, pk, error)


def on_commit(task: str, *, brand_id: UUID, pk: UUID) -> None:
    transaction.on_commit(lambda: ring(task, brand_id=brand_id, pk=pk), robust=True)
