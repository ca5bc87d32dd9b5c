"""Celery tasks: each makes one call. Time is the database's: the clocks of workers differ."""

from uuid import UUID

from celery import shared_task, signals

from ai_studio.tasks import INFRASTRUCTURE
from brands.clock import database_now
from collaboration.notifications import digests, tidying
from collaboration.notifications import reading as notifying
from collaboration.notifications import sending as mailing
from collaboration.reviews import asking_again, reminding, versions
from collaboration.webhooks import reading, turns, upkeep


@shared_task(**INFRASTRUCTURE, expires=30)
def sweep_webhooks(**_future: object) -> None:
    for brand_id in reading.due():
        read_webhook_events.delay(str(brand_id))
    turns.sweep()


@shared_task(**INFRASTRUCTURE, expires=60)
def read_webhook_events(brand_id: str, **_future: object) -> None:
    reading.read(brand_id=UUID(brand_id), at=database_now())


@shared_task(**INFRASTRUCTURE)
def deliver_webhooks(brand_id: str, endpoint_id: str, **_future: object) -> None:
    turns.deliver(brand_id=UUID(brand_id), endpoint_id=UUID(endpoint_id))


@shared_task(**INFRASTRUCTURE)
def keep_webhooks(**_future: object) -> None:
    upkeep.keep(at=database_now())


@signals.worker_shutting_down.connect
def stop_webhooks(**_future: object) -> None:
    turns.stop()


@shared_task(**INFRASTRUCTURE, expires=10)
def follow_new_versions(**_future: object) -> None:
    for brand_id, review_id in versions.followed():
        follow_new_version.delay(str(brand_id), str(review_id))


@shared_task(**INFRASTRUCTURE, expires=60)
def follow_new_version(brand_id: str, review_id: str, **_future: object) -> None:
    asking_again.follow(brand_id=UUID(brand_id), review_id=UUID(review_id), at=database_now())


@shared_task(**INFRASTRUCTURE, expires=60)
def remind_due_reviewers(**_future: object) -> None:
    for brand_id in reminding.brands_to_remind(at=database_now()):
        remind_reviewers.delay(str(brand_id))


@shared_task(**INFRASTRUCTURE)
def remind_reviewers(brand_id: str, **_future: object) -> None:
    reminding.remind(brand_id=UUID(brand_id), at=database_now())


@shared_task(**INFRASTRUCTURE, expires=30)
def sweep_notifications(**_future: object) -> None:
    for brand_id in notifying.due():
        read_notification_events.delay(str(brand_id))
    for brand_id in mailing.due():
        send_notification_mails.delay(str(brand_id))


@shared_task(**INFRASTRUCTURE, expires=60)
def read_notification_events(brand_id: str, **_future: object) -> None:
    notifying.read(brand_id=UUID(brand_id), at=database_now())


@shared_task(**INFRASTRUCTURE, expires=60)
def send_notification_mails(brand_id: str, **_future: object) -> None:
    mailing.send_due(brand_id=UUID(brand_id), at=database_now)


@shared_task(**INFRASTRUCTURE, expires=60)
def make_due_digests(**_future: object) -> None:
    for brand_id in digests.waiting():
        make_digests.delay(str(brand_id))


@shared_task(**INFRASTRUCTURE, expires=60)
def make_digests(brand_id: str, **_future: object) -> None:
    digests.make(brand_id=UUID(brand_id), at=database_now())


@shared_task(**INFRASTRUCTURE)
def keep_notifications(**_future: object) -> None:
    tidying.keep(at=database_now())
