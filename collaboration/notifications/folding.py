"""What is told of one thread within a short time is one e-mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from collaboration.models import Notification, NotificationMail
from collaboration.notifications import bells
from collaboration.notifications.choices import MailStatus


def put_into_mails(brand_id: UUID, rows: Sequence[Notification], *, at: datetime) -> None:
    """Give each of the new `rows` its mail: one that nobody began to send, or a new one. Two queries at most."""
    if not rows:
        return
    # Locked: whoever claims it waits, and then sends what was added, too.
    waiting = NotificationMail.objects.select_for_update(of=("self",)).filter(
        user__in={row.user_id for row in rows},
        fold__in={_fold(row) for row in rows},
        status=MailStatus.WAITING,
        tries=0,
        digest_date=None,
    )
    mails = {(mail.user_id, mail.fold): mail for mail in waiting}
    new = []
    for row in rows:
        key = row.user_id, _fold(row)
        if key not in mails:
            mails[key] = _mail(brand_id, row, at)
            new.append(mails[key])
        row.mail = mails[key]
    NotificationMail.objects.bulk_create(new)
    if any(mail.next_at == at for mail in new):
        bells.send_on_commit(brand_id)


def _fold(row: Notification) -> str:
    return f"thread:{row.thread_id}" if row.thread_id else f"one:{row.dedupe_key}"


def _mail(brand_id: UUID, row: Notification, at: datetime) -> NotificationMail:
    wait = timedelta(seconds=settings.NOTIFICATION_FOLD_SECONDS if row.thread_id else 0)
    return NotificationMail(brand_id=brand_id, user_id=row.user_id, fold=_fold(row), next_at=at + wait, created_at=at)
