"""Request context, and PostgreSQL being away."""

import re
from collections.abc import Callable
from ipaddress import ip_address

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.middleware.common import CommonMiddleware
from psycopg_pool import PoolTimeout

from brands import context
from brands.tenancy.models import new_id

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
RETRY_AFTER_SECONDS = 5
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestContextMiddleware:
    """Gives each request an id (the caller's X-Request-ID if it is a plain one) and repeats it in the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.headers.get("X-Request-ID", "")
        request_id = wanted if _REQUEST_ID.fullmatch(wanted) else str(new_id())
        request.request_id = request_id  # type: ignore[attr-defined]
        token = context.current.set(context.RequestContext(request_id, _address(request)))
        try:
            response = self.get_response(request)
        finally:
            context.current.reset(token)
        response["X-Request-ID"] = request_id
        return response


class SameRequestElsewhere(HttpResponsePermanentRedirect):
    status_code = 308


class SlashMiddleware(CommonMiddleware):
    """Whoever forgot the last slash is told where to go with the same request. After Django's own 301 a POST
    comes again as a GET, and is answered as if all were well."""

    response_redirect_class = SameRequestElsewhere


class DatabaseAwayMiddleware:
    """PostgreSQL away is 503 with Retry-After, wherever in the request it was noticed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DATABASE_AWAY):
            return database_away()
        return None


def _address(request: HttpRequest) -> str | None:
    """The caller's address as PostgreSQL takes it: none behind a socket file, and no IPv6 zone."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "").partition("%")[0]))
    except ValueError:
        return None


def database_away() -> HttpResponse:
    forget_lost_connections()
    return JsonResponse(
        {
            "type": "about:blank",
            "title": "The database is away",
            "status": 503,
            "code": "database_away",
            "detail": "Nothing was changed. Try again shortly.",
            "request_id": context.current.get().request_id,
        },
        status=503,
        content_type="application/problem+json",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def forget_lost_connections() -> None:
    """After a restart every idle connection is lost. The pool finds that out one by one, with a growing pause
    after each, so that a few dozen would go on holding requests up for minutes: look at all of them now."""
    if pool := getattr(connection, "pool", None):
        pool.check()
