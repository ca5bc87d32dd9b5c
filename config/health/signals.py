"""Celery's signals become heartbeats: of a worker every two seconds, of beat with every task it sends."""

import logging
from typing import Any

from celery import signals
from django.conf import settings
from redis.exceptions import RedisError

from config.health import heartbeats
from config.redis_client import redis_client

logger = logging.getLogger(__name__)


def connect() -> None:
    signals.heartbeat_sent.connect(_worker_lives, dispatch_uid="health.worker_lives")
    signals.worker_shutdown.connect(_worker_leaves, dispatch_uid="health.worker_leaves")
    signals.task_success.connect(_task_succeeded, dispatch_uid="health.task_succeeded")
    for started in (signals.beat_init, signals.beat_embedded_init):
        started.connect(_beat_starts, dispatch_uid="health.beat_starts")


def _worker_lives(sender: Any, **_future: Any) -> None:
    _note(heartbeats.seen, *_attended_by(sender.eventer.hostname))


def _worker_leaves(sender: Any, **_future: Any) -> None:
    _note(heartbeats.gone, *_attended_by(sender.hostname))


def _task_succeeded(sender: Any, **_future: Any) -> None:
    if sender.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}:
        _note(heartbeats.seen, heartbeats.task(sender.name))


def _beat_starts(**_future: Any) -> None:
    # Only in the process that runs beat is a sent task a sign of beat.
    signals.after_task_publish.connect(_beat_lives, dispatch_uid="health.beat_lives")


def _beat_lives(**_future: Any) -> None:
    _note(heartbeats.seen, heartbeats.BEAT)


def _attended_by(host: str) -> list[str]:
    from config.celery import app

    return [heartbeats.worker(queue, host) for queue in app.amqp.queues.consume_from]


def _note(write: Any, *names: str) -> None:
    try:
        write(redis_client(), *names)
    except RedisError as error:
        # Whoever reads the heartbeats sees their age; the worker's work does not depend on this.
        logger.debug("heartbeat of %s not written: %s", names, error)
