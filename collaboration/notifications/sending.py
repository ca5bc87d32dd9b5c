"""Giving mails to the mail server, with no transaction open, and writing down what came of it.

A worker that is killed after the mail server took one sends it once more when its lease has ended, under the same
Message-ID. Nothing else is sent twice.
"""

import random
import smtplib
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models.functions import Now

from brands.tenancy.scope import brand_scope
from collaboration.models import NotificationMail
from collaboration.notifications import bells, claims, composing
from collaboration.notifications.choices import MailStatus
from collaboration.notifications.claims import Claim

TURN_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 3600.0
JITTER = 0.1
_PERMANENT = 500
_REASON = "mails that are due"
# Threads of one process that wait for the mail server at the same time.
_slots = threading.BoundedSemaphore(4)


def due() -> list[UUID]:
    """Brands with mails that are due: one query."""
    found = NotificationMail.objects.all_brands(reason=_REASON).filter(claims.due(Now()))
    return list(found.order_by().values_list("brand_id", flat=True).distinct())


def send_due(*, brand_id: UUID, at: Callable[[], datetime]) -> int:
    """Send what is due, one after the other, until nothing is, the turn is over or the mail server is away.

    Returns how many were sent.
    """
    if not _slots.acquire(blocking=False):
        return 0  # beat rings again
    try:
        return _turn(brand_id, at)
    finally:
        _slots.release()


def _turn(brand_id: UUID, at: Callable[[], datetime]) -> int:
    sent, ends = 0, time.monotonic() + TURN_SECONDS
    while (claim := claims.claim(brand_id=brand_id, at=at())) is not None:
        letter = None if claim.lost else _letter(claim)
        if letter is None:
            continue
        error = _send(letter)
        _record(claim, error)
        if error is not None and not _is_permanent(error):
            return sent  # the others would only wait for it, too
        sent += error is None
        if time.monotonic() > ends:
            bells.send(brand_id)
            return sent
    return sent


def resend(*, mail_id: UUID, brand_id: UUID, at: datetime) -> bool:
    """For staff: what was given up waits again. False for what was not."""
    with brand_scope(brand_id):
        again = {"status": MailStatus.WAITING, "next_at": at, "ended_at": None, "created_at": at}
        found = NotificationMail.objects.filter(pk=mail_id, status=MailStatus.FAILED).update(**again)
    bells.send_on_commit(brand_id)
    return bool(found)


def _letter(claim: Claim) -> EmailMultiAlternatives | None:
    """Written apart from the claim: one that cannot be written must not stand in the way of the others."""
    with brand_scope(claim.mail.brand_id):
        letter = composing.letter(claim.mail)
        if letter is None:
            over = {"status": MailStatus.DROPPED, "next_at": None, "lease_until": None, "ended_at": claim.at}
            claims.ours(claim).update(**over)
    return letter


def _send(letter: EmailMultiAlternatives) -> OSError | None:
    """What the mail server said against it. smtplib's errors are OSErrors, as those of connections are."""
    if not connection.in_atomic_block:
        connection.close()  # not needed while the other side works
    try:
        letter.send()
    except OSError as error:
        return error
    return None


def _record(claim: Claim, error: OSError | None) -> None:
    """By whoever still holds it; who took it over writes down what came of theirs."""
    at = claim.at
    with brand_scope(claim.mail.brand_id):
        if error is None:
            over = {"status": MailStatus.SENT, "error": ""}
        elif _is_permanent(error) or at - claim.mail.created_at > claims.PATIENCE:
            over = {"status": MailStatus.FAILED, "error": _words(error)}
        else:
            next_at = at + timedelta(seconds=pause_seconds(claim.mail.tries))
            claims.ours(claim).update(next_at=next_at, lease_until=None, error=_words(error))
            return
        claims.ours(claim).update(next_at=None, lease_until=None, ended_at=at, **over)


def pause_seconds(tries: int, chance: Callable[[], float] = random.random) -> float:
    """After so many tries: twice as long each time, a tenth more or less, an hour at most."""
    return min(FIRST_PAUSE_SECONDS * 2 ** min(tries - 1, 20), LONGEST_PAUSE_SECONDS) * (1 + JITTER * (2 * chance() - 1))


def _is_permanent(error: OSError) -> bool:
    """The server knows the address or the letter, and refuses it for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _PERMANENT


def _words(error: OSError) -> str:
    return f"{type(error).__name__}: {error}"[:300].replace("\x00", "")
