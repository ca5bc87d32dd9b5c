"""Celery tasks. They decide nothing; retries here are for PostgreSQL or Redis being away."""

from typing import Any
from uuid import UUID

from celery import shared_task, signals
from django.db import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from ai_studio.services import calling_off, queue_history, sweeping
from ai_studio.services import work as worker

INFRASTRUCTURE: dict[str, Any] = {
    "autoretry_for": (OperationalError, InterfaceError, PoolTimeout, RedisError),
    "retry_backoff": True,
    "retry_backoff_max": 30,
    "retry_jitter": True,
    "max_retries": 8,
}


@shared_task(**INFRASTRUCTURE)
def work(queue: str, **_future: object) -> None:
    worker.work(queue=queue)


@shared_task(**INFRASTRUCTURE, expires=30)
def sweep(**_future: object) -> None:
    sweeping.sweep()


@shared_task(**INFRASTRUCTURE, expires=30)
def read_queues(**_future: object) -> None:
    queue_history.read_queues()


@shared_task(**INFRASTRUCTURE)
def clean_up(**_future: object) -> None:
    sweeping.clean_up_all()


@shared_task(**INFRASTRUCTURE)
def call_off(brand_id: str, attempt_id: str, **_future: object) -> None:
    calling_off.tell(brand_id=UUID(brand_id), attempt_id=UUID(attempt_id))


@signals.worker_shutting_down.connect
def stop_working(**_future: object) -> None:
    """Reaches the threads of a worker; the children of a prefork pool end with their turn."""
    worker.stop()
