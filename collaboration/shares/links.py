"""Public links: made, listed, revoked. The token is shown once, and kept as a hash."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now

from brands import audit, bells, events, registry
from brands.clock import database_now
from brands.errors import Conflict, InvalidInput
from brands.models import Grant, GuestSession, ShareLink
from brands.permissions import Actor
from brands.services import guests
from brands.services.grants import check_end
from collaboration.shares.rights import check_ahead, check_given, of_shareable, shareable, whole

LIVES = timedelta(days=7)
LONG = timedelta(days=30)
LONGEST = timedelta(days=365)
MOST_LINKS = 100


class TooManyLinks(Conflict):
    code = "too_many_links"
    title = "This has too many active links; revoke some first"


@dataclass(frozen=True)
class MadeLink:
    """A new link and its token, which is not kept and cannot be shown again."""

    link: ShareLink
    token: str
    warning: str | None

    @property
    def url(self) -> str:
        return f"{settings.PUBLIC_URL}/s/{self.token}/"


def listed(actor: Actor) -> "QuerySet[Any]":
    """Those on resources that `actor` may share, with what their grants give and `guests_inside`."""
    now = Now()
    inside = Count("sessions", filter=Q(sessions__ended_at=None, sessions__expires_at__gt=now))
    links = ShareLink.objects.filter(of_shareable(actor)).select_related("created_by").prefetch_related("grants")
    return links.annotate(guests_inside=inside)


def active(links: "QuerySet[Any]") -> "QuerySet[Any]":
    """That can still be opened, now or later."""
    unspent = Q(max_uses=None) | Q(uses__lt=F("max_uses"))
    return links.filter(unspent, revoked_at=None, expires_at__gt=Now())


def make(
    *,
    actor: Actor,
    resource_type: str,
    resource_id: UUID,
    permissions: Sequence[str] = (),
    password: str = "",
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
    **facts: Any,
) -> MadeLink:
    """A link to a resource, with `facts` such as its label. Lives 7 days unless told otherwise, 365 at most.

    Raises InvalidInput naming what is wrong, such as more rights than one has; Forbidden without the right to share it;
    TooManyLinks.
    """
    row = shareable(actor=actor, resource_type=resource_type, resource_id=resource_id)
    given = whole(permissions)
    _check_each(actor, resource_type, row, given)
    now = database_now()
    starts_at = starts_at or now
    expires_at = expires_at or max(starts_at, now) + LIVES
    _check_times(starts_at, expires_at, now)
    about = {"resource_type": resource_type, "resource_id": resource_id}
    if active(ShareLink.objects.filter(**about)).count() >= MOST_LINKS:
        raise TooManyLinks(f"At most {MOST_LINKS} for one resource.")
    grant = Grant(brand_id=actor.brand_id, permissions=given, created_by_id=actor.person_id, **about)
    grant.expires_at = expires_at
    check_end(actor, grant, row)
    token = secrets.token_urlsafe(32)
    link: ShareLink = ShareLink.objects.create(
        brand_id=actor.brand_id,
        token_sha256=guests.digest(token),
        last4=token[-4:],
        password=make_password(password) if password else "",
        starts_at=starts_at,
        expires_at=expires_at,
        created_by_id=actor.person_id,
        **about,
        **facts,
    )
    grant.share_link = link
    grant.save(force_insert=True)
    _record(actor, "share_link.made", link, permissions=given, has_password=bool(password))
    return MadeLink(link, token, _warning(expires_at - now))


def revoke(*, actor: Actor, link: ShareLink) -> None:
    """End a link at once, with the sessions of all guests who came by it. Revoking twice is revoking once."""
    _require_may_share(actor, link)
    now = database_now()
    if not ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
        return
    ended = GuestSession.objects.filter(link=link, ended_at=None, expires_at__gt=now).update(ended_at=now)
    _record(actor, "share_link.revoked", link, sessions=ended)


def end_session(*, actor: Actor, session: GuestSession) -> None:
    """Send one guest out; the link stays."""
    _require_may_share(actor, session.link)
    if GuestSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=Now()):
        bells.access_changed_on_commit(session.brand_id)
        audit.record(actor=actor, action="guest_session.ended", obj=session, link=str(session.link_id))


def sessions(link: ShareLink) -> "QuerySet[Any]":
    """Whoever came by it, newest first."""
    return GuestSession.objects.filter(link=link)


def _require_may_share(actor: Actor, link: ShareLink) -> None:
    row = registry.resolve(actor=actor, code=link.resource_type, id=link.resource_id)
    registry.require_may_share(actor=actor, code=link.resource_type, row=row)


def _check_each(actor: Actor, resource_type: str, row: Any, given: Sequence[str]) -> None:
    """Naming may_comment and its like."""
    wrong: dict[str, list[str]] = {}
    for permission in given:
        field = f"may_{permission.lower()}"
        try:
            check_given(actor=actor, resource_type=resource_type, row=row, permissions=[permission], field=field)
        except InvalidInput as error:
            wrong |= error.fields
    if wrong:
        raise InvalidInput(fields=wrong)


def _check_times(starts_at: datetime, expires_at: datetime, now: datetime) -> None:
    check_ahead(expires_at, now)
    if expires_at <= starts_at:
        raise InvalidInput(fields={"expires_at": ["It must be after starts_at."]})
    if expires_at > now + LONGEST:
        raise InvalidInput(fields={"expires_at": [f"At most {LONGEST.days} days from now."]})


def _warning(lives: timedelta) -> str | None:
    if lives <= LONG:
        return None
    return (
        f"This link lives {lives.days} days. Whoever has it can open it all that time; most need {LONG.days} or less."
    )


def _record(actor: Actor, action: str, link: ShareLink, **details: Any) -> None:
    about = {"resource_type": link.resource_type, "resource_id": str(link.resource_id)}
    audit.record(actor=actor, action=action, obj=link, **about, **details)
    payload = {**about, "link": str(link.pk), "user": actor.user_id, **details}
    events.append(brand_id=actor.brand_id, type=action, payload=payload)
