"""Celery workers flush what they counted, like web does; prefork pools in each child, where the work is."""

from typing import Any

from celery import signals

from config.metrics.shared import flusher


def connect() -> None:
    for started in (signals.worker_init, signals.worker_process_init):
        started.connect(_start, dispatch_uid="metrics.start")
    # A child of a prefork pool leaves without atexit.
    signals.worker_process_shutdown.connect(_flush, dispatch_uid="metrics.flush")


def _start(**_future: Any) -> None:
    flusher.start()


def _flush(**_future: Any) -> None:
    flusher.flush()
