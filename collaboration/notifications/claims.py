"""Who sends which mail: the next that is due, with a lease and a fence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from brands.tenancy.scope import brand_scope
from collaboration.models import NotificationMail
from collaboration.notifications.choices import MailStatus

# Far longer than a mail server is waited for (EMAIL_TIMEOUT): who claimed it is gone by then.
LEASE = timedelta(seconds=120)
# A mail server that is away loses nothing for so long; what is in the app stays for good.
PATIENCE = timedelta(days=3)


@dataclass(frozen=True)
class Claim:
    """A mail that is ours until its lease ends. `lost`: it is over, for every try was the end of its worker."""

    mail: NotificationMail
    at: datetime
    lost: bool = False


def due(at: datetime | Now) -> Q:
    """Of what waits: its time has come, and nobody is at it."""
    return Q(status=MailStatus.WAITING, next_at__lte=at) & (Q(lease_until=None) | Q(lease_until__lte=at))


def claim(*, brand_id: UUID, at: datetime) -> Claim | None:
    """The next one, or None. Committed before anything is sent."""
    with brand_scope(brand_id):
        waiting = NotificationMail.objects.filter(due(at)).order_by("next_at", "id")
        mail: NotificationMail | None = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if mail is None:
            return None
        lost = mail.lease_until is not None and at - mail.created_at > PATIENCE
        mail.fence += 1
        mail.tries += 1
        mail.lease_until = at + LEASE
        if lost:
            mail.status, mail.next_at, mail.lease_until, mail.ended_at = MailStatus.FAILED, None, None, at
            mail.error = "No worker came back from it."
        mail.save()
    return Claim(mail, at, lost)


def ours(claim: Claim) -> "QuerySet[NotificationMail]":
    """The row, if nobody claimed or ended it since. In the brand's scope."""
    mail = claim.mail
    return NotificationMail.objects.filter(pk=mail.pk, fence=mail.fence, status=MailStatus.WAITING)
