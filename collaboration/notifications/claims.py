"""Who sends which mail: the next that is due, with a lease and a fence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from brands.tenancy.scope import brand_scope
from collaboration.models import NotificationMail
from collaboration.notifications import composing
from collaboration.notifications.choices import MailStatus

# Far longer than a mail server is waited for (EMAIL_TIMEOUT): who claimed it is gone by then.
LEASE = timedelta(seconds=120)


@dataclass(frozen=True)
class Claim:
    """A mail that is ours until its lease ends. No letter: there was nothing to tell, and it is over."""

    mail: NotificationMail
    letter: EmailMultiAlternatives | None
    at: datetime


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
        letter = composing.letter(mail)
        mail.fence += 1
        mail.tries += 1
        if letter is None:
            mail.status, mail.next_at, mail.lease_until, mail.ended_at = MailStatus.DROPPED, None, None, at
        else:
            mail.lease_until = at + LEASE
        mail.save(update_fields=["fence", "tries", "status", "next_at", "lease_until", "ended_at"])
    return Claim(mail, letter, at)


def ours(claim: Claim) -> "QuerySet[NotificationMail]":
    """The row, if nobody claimed or ended it since. In the brand's scope."""
    mail = claim.mail
    return NotificationMail.objects.filter(pk=mail.pk, fence=mail.fence, status=MailStatus.WAITING)
