"""Celery tasks. They decide nothing."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from ai_studio.tasks import INFRASTRUCTURE
from analytics.services import anomalies, cohorts, import_work, question_work, segment_builds, studio_events, upkeep


@shared_task(**INFRASTRUCTURE)
def keep_events(**_future: object) -> None:
    upkeep.keep_events(now=timezone.now())


@shared_task(**INFRASTRUCTURE, expires=600)
def rebuild_due_cohorts(**_future: object) -> None:
    for brand_id in cohorts.due():
        rebuild_cohorts.delay(str(brand_id))


@shared_task(**INFRASTRUCTURE)
def rebuild_cohorts(brand_id: str, **_future: object) -> None:
    cohorts.rebuild(brand_id=UUID(brand_id), at=timezone.now())


@shared_task(**INFRASTRUCTURE, expires=30)
def read_due_studio_events(**_future: object) -> None:
    for brand_id in studio_events.due():
        read_studio_events.delay(str(brand_id))


@shared_task(**INFRASTRUCTURE, expires=60)
def read_studio_events(brand_id: str, **_future: object) -> None:
    studio_events.read(brand_id=UUID(brand_id), at=timezone.now())


@shared_task(**INFRASTRUCTURE, expires=240)
def refresh_due_segments(**_future: object) -> None:
    for brand_id in segment_builds.due(at=timezone.now()):
        refresh_segments.delay(str(brand_id))


@shared_task(**INFRASTRUCTURE)
def refresh_segments(brand_id: str, **_future: object) -> None:
    segment_builds.refresh_due(brand_id=UUID(brand_id), at=timezone.now())


@shared_task(**INFRASTRUCTURE, expires=600)
def detect_due_anomalies(**_future: object) -> None:
    for brand_id in anomalies.due(at=timezone.now()):
        detect_anomalies.delay(str(brand_id))


@shared_task(**INFRASTRUCTURE)
def detect_anomalies(brand_id: str, **_future: object) -> None:
    anomalies.detect(brand_id=UUID(brand_id), at=timezone.now())


@shared_task(**INFRASTRUCTURE)
def import_events(brand_id: str, pk: str, **_future: object) -> None:
    import_work.work(brand_id=UUID(brand_id), import_id=UUID(pk))


@shared_task(**INFRASTRUCTURE)
def answer_question(brand_id: str, pk: str, **_future: object) -> None:
    from analytics.api import asked

    question_work.work(
        brand_id=UUID(brand_id),
        pk=UUID(pk),
        answer=asked.answer,
        too_slow=asked.too_slow(),
        broken=asked.broken(),
    )


@shared_task(**INFRASTRUCTURE, expires=30)
def resume_imports(**_future: object) -> None:
    import_work.resume()


@shared_task(**INFRASTRUCTURE, expires=10)
def resume_questions(**_future: object) -> None:
    question_work.resume()
