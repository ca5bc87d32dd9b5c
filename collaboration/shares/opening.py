"""A link's token and password are exchanged once for a guest's session.

One answer, NotFound, for whatever does not open: unknown, expired, revoked, used up, not begun yet, a wrong password,
a maker who may no longer share it. Who gives no password to a live link that asks for one is told so (PasswordNeeded):
a page must be able to ask, and it tells nobody more than that the token is good, which its holder knows.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django.db.models import F, Model, Q
from django.db.models.functions import Now

from brands import audit, bells, events, registry
from brands.clock import database_now
from brands.errors import Forbidden, NotFound
from brands.models import GuestSession, ShareLink
from brands.services import actors, guests
from brands.services.guests import GuestCredential
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from collaboration.shares import tries

STAYS = timedelta(hours=12)
Whom = tuple[str, ...]


class PasswordNeeded(Forbidden):
    code = "password_needed"
    title = "This link asks for a password"


@dataclass(frozen=True)
class Opened:
    """A guest's new session. The token is not kept and cannot be shown again."""

    session: GuestSession
    link: ShareLink
    token: str


@dataclass(frozen=True)
class Door:
    """What may be said of a live link before it is opened."""

    asks_password: bool


def door(*, token: str) -> Door | None:
    """None for what cannot be opened. Takes none of its uses."""
    found = _behind(token)
    if found is None:
        return None
    with brand_scope(found[1]):
        link = _live(found[0])
        return Door(bool(link.password)) if link is not None else None


def open_link(*, token: str, password: str = "", name: str = "", address: str) -> Opened:
    """Runs outside any brand's scope. Raises NotFound, PasswordNeeded, TooManyTries."""
    whom = (f"token:{guests.digest(token)}", f"address:{address}")
    tries.check(whom)
    found = _behind(token)
    if found is None:
        raise _refused(password, whom)
    with brand_scope(found[1]):
        link = _live(found[0])
        if link is None:
            raise _refused(password, whom)
        _check_password(link, password, whom)
        return _enter(link, name)


def _behind(token: str) -> tuple[UUID, UUID] | None:
    with connection.cursor() as cursor:
        # Before the brand is known: a SECURITY DEFINER function that gives a link's id and brand.
        cursor.execute("SELECT id, brand_id FROM brands_share_link(%s)", [guests.digest(token)])
        row: tuple[UUID, UUID] | None = cursor.fetchone()
    return row


def _live(pk: UUID) -> ShareLink | None:
    """The link, if it opens and its maker may still show what is behind it."""
    link: ShareLink | None = ShareLink.objects.filter(_openable(), pk=pk).first()
    return link if link is not None and _resource(link, new_id()) is not None else None


def _openable() -> Q:
    """Time is the database's."""
    unspent = Q(max_uses=None) | Q(uses__lt=F("max_uses"))
    return unspent & Q(revoked_at=None, starts_at__lte=Now(), expires_at__gt=Now())


def _resource(link: ShareLink, session_id: UUID) -> Model | None:
    credential = GuestCredential(session_id, link.brand_id, link.pk, "")
    try:
        actor = actors.for_guest(brand_id=link.brand_id, credential=credential)
        return registry.resolve(actor=actor, code=link.resource_type, id=link.resource_id)
    except NotFound:
        return None


def _check_password(link: ShareLink, password: str, whom: Whom) -> None:
    """One at a time for each link: of guesses sent at once, none is looked at that would be one too many."""
    if not link.password:
        return
    if not password:
        raise PasswordNeeded()
    ShareLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    tries.check(whom)
    if not check_password(password, link.password):
        tries.failed(whom)
        raise NotFound()


def _refused(password: str, whom: Whom) -> NotFound:
    """As a wrong password is: counted, and after as long."""
    tries.failed(whom)
    if password:
        check_password(password, _nobodys())
    return NotFound()


@cache
def _nobodys() -> str:
    return make_password(secrets.token_urlsafe(16))


def _enter(link: ShareLink, name: str) -> Opened:
    """One conditional UPDATE takes a use: of many who come at once, no more than are allowed find one."""
    now = database_now()
    if not ShareLink.objects.filter(_openable(), pk=link.pk).update(uses=F("uses") + 1, last_used_at=now):
        raise NotFound()
    token = guests.new_token()
    session: GuestSession = GuestSession.objects.create(
        brand_id=link.brand_id,
        link=link,
        token_sha256=guests.digest(token),
        name=name,
        expires_at=min(now + STAYS, link.expires_at),
    )
    _record(link, session)
    return Opened(session, link, token)


def leave(*, brand_id: UUID, session_id: UUID) -> None:
    """A guest goes. Leaving twice is leaving once."""
    with brand_scope(brand_id):
        if GuestSession.objects.filter(pk=session_id, ended_at=None).update(ended_at=Now()):
            bells.access_changed_on_commit(brand_id)


def _record(link: ShareLink, session: GuestSession) -> None:
    credential = GuestCredential(session.pk, link.brand_id, link.pk, session.name)
    actor = actors.for_guest(brand_id=link.brand_id, credential=credential)
    about = {"resource_type": link.resource_type, "resource_id": str(link.resource_id)}
    audit.record(actor=actor, action="share_link.opened", obj=link, **about)
    # Analytics count guests as people of their own.
    guest = {"guest": str(session.pk), "user": None, "distinct_id": f"guest:{session.pk}"}
    events.append(brand_id=link.brand_id, type="share_link.opened", payload={**about, "link": str(link.pk), **guest})
