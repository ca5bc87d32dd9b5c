"""From a cookie to a guest, and headers of all pages of guests."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from brands.api import throttling
from brands.errors import AtelierError, NotFound
from brands.services import guests
from brands.tenancy.scope import brand_scope
from collaboration.shares import visits
from collaboration.shares.opening import Opened
from collaboration.shares.page.words import WORDS, language_of

COOKIE = "atelier_guest"
View = Callable[..., HttpResponseBase]
TOO_MANY = 429


def page_of(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    language = language_of(request)
    with translation.override(language):
        words = WORDS[language]
        response = render(
            request, f"guest/{template}.html", {"t": words, "language": language, **context}, status=status
        )
    # Django's log of refusals names the path, and the path of a link is its key.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def gone(request: HttpRequest) -> HttpResponse:
    return page_of(request, "gone", status=404)


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Neither kept nor found. The address goes to no other site; to this one it must go, for Django's check of forms
    reads where they come from."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    response["Vary"] = "Accept-Language, Cookie"
    return response


def open_to_all(rate: str) -> Callable[[View], View]:
    """A page before the door, so often for each address."""

    def wrap(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            count = throttling.hit(rate, view.__name__, str(request.META.get("REMOTE_ADDR", "")))
            if not count.allowed:
                return private(_slow(request, count.reset_seconds))
            return private(view(request, **parts))

        return shown

    return wrap


def for_guests(rate: str = "600/minute") -> Callable[[View], View]:
    """A page behind it. The view gets the visit, in the brand's scope; who has none, or none any more, is told so."""

    def wrap(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, session_id: UUID, **parts: Any) -> HttpResponseBase:
            count = throttling.hit(rate, view.__name__, str(session_id))
            if not count.allowed:
                return private(_slow(request, count.reset_seconds))
            try:
                response = _inside(request, session_id, view, parts)
            except NotFound:
                return private(gone(request))
            if response.streaming and not connection.in_atomic_block:
                # The file is sent after this: a slow reader must not keep a database connection.
                connection.close()
            return private(response)

        return shown

    return wrap


def _inside(request: HttpRequest, session_id: UUID, view: View, parts: dict[str, Any]) -> HttpResponseBase:
    credential = guests.authenticate(request.COOKIES.get(COOKIE, ""))
    if credential is None or credential.session_id != session_id:
        raise NotFound()
    with brand_scope(credential.brand_id):
        return view(request, visits.of(credential), **parts)


def _slow(request: HttpRequest, seconds: int) -> HttpResponse:
    response = page_of(request, "wait", status=TOO_MANY)
    response["Retry-After"] = str(max(1, seconds))
    return response


def let_in(response: HttpResponse, opened: Opened, path: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        opened.token,
        path=path,
        expires=opened.session.expires_at,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )
    return response


def sentences(error: AtelierError) -> list[str]:
    """What was wrong, for the reader."""
    return [sentence for said in error.fields.values() for sentence in said] or [error.detail]
