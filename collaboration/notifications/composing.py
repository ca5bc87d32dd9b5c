"""An e-mail, written when it is sent: of what its reader may see now, has not read and still wants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format

from brands.errors import NotFound
from brands.models import Brand, User
from brands.permissions import Actor
from brands.services import actors
from collaboration.models import Notification, NotificationMail
from collaboration.notifications import inbox, links, mutes, preferences, titles, unsubscribing
from collaboration.notifications.choices import EmailMode
from collaboration.notifications.preferences import Preferences
from collaboration.notifications.words import FRAME, SENTENCES, THINGS, upper_first

MOST_LINES = 50


@dataclass(frozen=True)
class Line:
    """A notification as it is read: a sentence, when, and where it leads."""

    text: str
    what: str
    at: str
    link: str


def letter(mail: NotificationMail) -> EmailMultiAlternatives | None:
    """In the brand's scope. None when there is nothing to tell: it was read, is hidden, unwanted, or the person left."""
    user = User.objects.get(pk=mail.user_id)
    try:
        actor = actors.for_user(brand_id=mail.brand_id, user=user)
    except NotFound:
        return None
    chosen = preferences.of(brand_id=mail.brand_id, user_ids=[user.pk])[user.pk]
    rows = _rows(actor, mail, chosen) if user.is_active else []
    if not rows:
        return None
    brand = titles.one_line(Brand.objects.values_list("name", flat=True).get(pk=mail.brand_id))
    kinds = sorted({row.kind for row in rows})
    token = unsubscribing.token(brand_id=mail.brand_id, user_id=user.pk, kinds=[] if mail.digest_date else kinds)
    with translation.override(chosen.language):
        return _written(mail, user, rows, _lines(actor, rows, chosen, brand), chosen, brand, token)


def _rows(actor: Actor, mail: NotificationMail, chosen: Preferences) -> list[Notification]:
    unread = inbox.seen(actor).filter(mail=mail, read_at=None).select_related("by", "guest").order_by("id")
    muted = mutes.of(user_ids=[mail.user_id])
    return [
        row for row in unread if chosen.kinds[row.kind].email != EmailMode.OFF and not muted(mail.user_id, row)
    ]


def _lines(actor: Actor, rows: Sequence[Notification], chosen: Preferences, brand: str) -> list[Line]:
    known = titles.of(actor, {row.resource for row in rows if row.resource})
    return [_line(row, known, chosen, brand) for row in rows]


def _line(row: Notification, known: dict[tuple[str, str], str], chosen: Preferences, brand: str) -> Line:
    frame, things = FRAME[chosen.language], THINGS[chosen.language]
    title = known.get(row.resource) if row.resource else None
    what = frame["quoted"].format(title) if title else things.get(row.resource_type, things[""])
    sentence = SENTENCES[chosen.language][row.kind].format(who=_who(row, frame), what=what, brand=brand)
    return Line(upper_first(sentence), what, _moment(row.event_at, chosen), links.to(row))


def _who(row: Notification, frame: Any) -> str:
    if row.by is not None:
        return titles.one_line(row.by)
    return frame["guest"].format(titles.one_line(row.guest)) if row.guest else str(frame["somebody"])


def _moment(at: datetime, chosen: Preferences) -> str:
    return date_format(at.astimezone(chosen.zone), FRAME[chosen.language]["date"])


def _written(
    mail: NotificationMail,
    user: User,
    rows: Sequence[Notification],
    lines: Sequence[Line],
    chosen: Preferences,
    brand: str,
    token: str,
) -> EmailMultiAlternatives:
    frame = FRAME[chosen.language]
    subject = _subject(mail, lines, frame, brand)
    unsubscribe = links.to_unsubscribe(token)
    context = {
        "language": chosen.language,
        "subject": subject,
        "greeting": frame["greeting"].format(brand=brand) if mail.digest_date else "",
        "lines": lines[:MOST_LINES],
        "more": frame["more"].format(count=len(lines) - MOST_LINES) if len(lines) > MOST_LINES else "",
        "why": frame["why"].format(brand=brand),
        "words": frame,
        "all": links.to_all(mail.brand_id),
        "preferences": links.to_preferences(mail.brand_id),
        "unsubscribe": unsubscribe,
    }
    written = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("notifications/mail.txt", context),
        to=[user.email],
        headers={
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            # The same however often it is sent: whoever gets it twice can tell.
            "Message-ID": f"<{mail.pk}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2] or 'atelier'}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    written.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    return written


def _subject(mail: NotificationMail, lines: Sequence[Line], frame: Any, brand: str) -> str:
    if mail.digest_date:
        return str(frame["digest_one" if len(lines) == 1 else "digest"]).format(brand=brand, count=len(lines))
    if len(lines) == 1:
        return lines[0].text
    return upper_first(str(frame["several"]).format(count=len(lines), what=lines[0].what))
