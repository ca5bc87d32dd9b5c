"""An e-mail, written when it is sent: of what its reader may see now, has not read and still wants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

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


@dataclass(frozen=True)
class Reader:
    """Whom it is for; `brand` is the brand's name, on one line."""

    user: User
    actor: Actor
    chosen: Preferences
    brand: str

    @property
    def frame(self) -> Mapping[str, str]:
        return FRAME[self.chosen.language]


def letter(mail: NotificationMail) -> EmailMultiAlternatives | None:
    """In the brand's scope. None when there is nothing to tell: it was read, is hidden or unwanted, or they left."""
    reader = _reader(mail)
    rows = _rows(reader, mail) if reader else []
    if reader is None or not rows:
        return None
    kinds = [] if mail.digest_date else sorted({row.kind for row in rows})
    token = unsubscribing.token(brand_id=mail.brand_id, user_id=reader.user.pk, kinds=kinds)
    with translation.override(reader.chosen.language):
        return _written(mail, reader, _lines(reader, rows), links.to_unsubscribe(token))


def _reader(mail: NotificationMail) -> Reader | None:
    user = User.objects.get(pk=mail.user_id)
    try:
        actor = actors.for_user(brand_id=mail.brand_id, user=user)
    except NotFound:
        return None
    chosen = preferences.of(brand_id=mail.brand_id, user_ids=[user.pk])[user.pk]
    brand = titles.one_line(Brand.objects.values_list("name", flat=True).get(pk=mail.brand_id))
    return Reader(user, actor, chosen, brand) if user.is_active else None


def _rows(reader: Reader, mail: NotificationMail) -> list[Notification]:
    unread = inbox.seen(reader.actor).filter(mail=mail, read_at=None).select_related("by", "guest").order_by("id")
    muted = mutes.of(user_ids=[mail.user_id])
    wanted = reader.chosen.kinds
    return [row for row in unread if wanted[row.kind].email != EmailMode.OFF and not muted(mail.user_id, row)]


def _lines(reader: Reader, rows: Sequence[Notification]) -> list[Line]:
    known = titles.of(reader.actor, {row.resource for row in rows if row.resource})
    return [_line(reader, row, known.get(row.resource) if row.resource else None) for row in rows]


def _line(reader: Reader, row: Notification, title: str | None) -> Line:
    language, frame = reader.chosen.language, reader.frame
    things = THINGS[language]
    what = frame["quoted"].format(title) if title else things.get(row.resource_type, things[""])
    words = SENTENCES[language][row.kind]
    if words.startswith("{what}"):
        what = upper_first(what)
    sentence = words.format(who=_who(row, frame), what=what, brand=reader.brand)
    at = date_format(row.event_at.astimezone(reader.chosen.zone), frame["date"])
    return Line(sentence, what, at, links.to(row))


def _who(row: Notification, frame: Mapping[str, str]) -> str:
    if row.by is not None:
        return titles.one_line(row.by)
    return frame["guest"].format(titles.one_line(row.guest)) if row.guest else frame["somebody"]


def _written(mail: NotificationMail, reader: Reader, lines: Sequence[Line], unsubscribe: str) -> EmailMultiAlternatives:
    frame, brand = reader.frame, reader.brand
    context = {
        "language": reader.chosen.language,
        "subject": _subject(mail, reader, lines),
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
        subject=str(context["subject"]),
        body=render_to_string("notifications/mail.txt", context),
        to=[reader.user.email],
        headers=_headers(mail, unsubscribe),
    )
    written.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    return written


def _headers(mail: NotificationMail, unsubscribe: str) -> dict[str, str]:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "atelier"
    return {
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        # The same however often it is sent: whoever gets it twice can tell.
        "Message-ID": f"<{mail.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
    }


def _subject(mail: NotificationMail, reader: Reader, lines: Sequence[Line]) -> str:
    frame = reader.frame
    if mail.digest_date:
        return frame["digest_one" if len(lines) == 1 else "digest"].format(brand=reader.brand, count=len(lines))
    if len(lines) == 1:
        return lines[0].text
    return frame["several"].format(count=len(lines), what=lines[0].what)
