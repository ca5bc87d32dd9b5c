from celery import shared_task
from django.db import InterfaceError, OperationalError

from brands import idempotency
from brands.services import audit_verification


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=5)
def forget_idempotency_keys(**_future: object) -> None:
    idempotency.forget_old()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=5)
def watch_audit(**_future: object) -> None:
    audit_verification.watch()
