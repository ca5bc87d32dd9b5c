"""Celery tasks. They decide nothing."""

from celery import shared_task
from django.utils import timezone

from ai_studio.tasks import INFRASTRUCTURE
from analytics.services import upkeep


@shared_task(**INFRASTRUCTURE)
def keep_events(**_future: object) -> None:
    upkeep.keep_events(now=timezone.now())
