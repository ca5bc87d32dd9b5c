"""Telling a worker that mails are due. A bell that is lost or doubled changes nothing: beat looks, too."""

import logging
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# By name: the task leads to the services, and these ring.
SEND = "collaboration.tasks.send_notification_mails"
EXPIRE_SECONDS = 60.0


def send(brand_id: UUID) -> None:
    try:
        current_app.send_task(SEND, kwargs={"brand_id": str(brand_id)}, expires=EXPIRE_SECONDS, retry=False)
    except (BrokerAway, RedisError, OSError) as error:
        logger.warning("the bell of brand %s's mails did not ring: %s", brand_id, error)


def send_on_commit(brand_id: UUID) -> None:
    transaction.on_commit(partial(send, brand_id), robust=True)
