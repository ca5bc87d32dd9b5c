"""Celery tasks: each makes one call."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from ai_studio.tasks import INFRASTRUCTURE
from collaboration.reviews import asking_again, reminding, versions


@shared_task(**INFRASTRUCTURE, expires=10)
def follow_new_versions(**_future: object) -> None:
    for brand_id, review_id in versions.followed():
        follow_new_version.delay(str(brand_id), str(review_id))


@shared_task(**INFRASTRUCTURE, expires=60)
def follow_new_version(brand_id: str, review_id: str, **_future: object) -> None:
    asking_again.follow(brand_id=UUID(brand_id), review_id=UUID(review_id), at=timezone.now())


@shared_task(**INFRASTRUCTURE, expires=60)
def remind_due_reviewers(**_future: object) -> None:
    for brand_id in reminding.brands_to_remind(at=timezone.now()):
        remind_reviewers.delay(str(brand_id))


@shared_task(**INFRASTRUCTURE)
def remind_reviewers(brand_id: str, **_future: object) -> None:
    reminding.remind(brand_id=UUID(brand_id), at=timezone.now())
