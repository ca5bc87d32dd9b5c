"""The one place that turns errors into HTTP: RFC 9457 problem+json."""

import sys
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from brands import context
from brands.errors import AtelierError, Forbidden, InvalidInput, NotFound
from brands.middleware import DATABASE_AWAY, database_away

PROBLEM = "application/problem+json"
# Where programs, not people with browsers, read the answer.
MACHINE_PATHS = ("/api/", "/auth/", "/health/", "/ingest/")


def problem_response(error: Exception, view_context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler. None: a real 500."""
    if isinstance(error, DATABASE_AWAY):
        return database_away()
    known = as_atelier_error(error)
    if known is None:
        return None
    return Response(document(known), status=known.status, headers=_headers(known), content_type=PROBLEM)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400. Suspicious requests: a wrong Host, too many fields."""
    if not _is_machine(request):
        return defaults.bad_request(request, exception)
    return problem(AtelierError("The request could not be understood."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return problem(Forbidden()) if _is_machine(request) else defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404. The same body as for a row that is not there or not yours."""
    return problem(NotFound()) if _is_machine(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. Also reached when PostgreSQL goes away inside a middleware."""
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        return database_away()
    return problem(ServerError()) if _is_machine(request) else defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    if _is_machine(request):
        return problem(Forbidden(f"CSRF failed: {reason}"))
    from django.views.csrf import csrf_failure as page

    return page(request, reason)


def refusal(request: HttpRequest, error: AtelierError) -> HttpResponse:
    """What a middleware refuses."""
    return problem(error) if _is_machine(request) else defaults.bad_request(request, error)


def problem(error: AtelierError) -> HttpResponse:
    """For views that are not DRF's."""
    return JsonResponse(document(error), status=error.status, headers=_headers(error), content_type=PROBLEM)


class ServerError(AtelierError):
    status = 500
    code = "server_error"
    title = "Something went wrong here"


def as_atelier_error(error: Exception) -> AtelierError | None:
    """The error as one that a caller may see; None for a bug."""
    for known, translate in _TRANSLATIONS:
        if isinstance(error, known):
            return translate(error)
    return None


def document(error: AtelierError) -> dict[str, Any]:
    """The problem document. `errors` names what was wrong, as {field: [sentence, …]}."""
    extra = {name: value for name, value in error.extra.items() if name != "www_authenticate"}
    return {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "request_id": context.current.get().request_id,
        **({"errors": error.fields} if error.fields else {}),
        **extra,
    }


WHOLE = "non_field_errors"


def flatten(detail: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested errors as {"items.0.prompt": ["sentence", …]}."""
    if isinstance(detail, dict):
        pairs = [(_below(path, str(key)), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        pairs = [(f"{path}.{n}" if path else str(n), value) for n, value in enumerate(detail)]
    else:
        sentences = detail if isinstance(detail, list) else [detail]
        return {path or WHOLE: [str(sentence) for sentence in sentences]}
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if value:
            found.update(flatten(value, name))
    return found


def _below(path: str, name: str) -> str:
    """What is wrong with a list or an object as a whole is said of that."""
    if not path:
        return name
    return path if name == WHOLE else f"{path}.{name}"


def _from_model(error: ModelValidationError) -> AtelierError:
    if hasattr(error, "error_dict"):
        return InvalidInput(fields={name: list(sentences) for name, sentences in error.message_dict.items()})
    return InvalidInput(fields={WHOLE: list(error.messages)})


def _from_drf(error: exceptions.APIException) -> AtelierError:
    code = error.get_codes()
    known = AtelierError(str(error.detail), retry_after=_wait(error))
    known.status = error.status_code
    known.code = code if isinstance(code, str) else error.default_code
    known.title = HTTPStatus(error.status_code).phrase
    if header := getattr(error, "auth_header", None):
        known.extra["www_authenticate"] = header
    return known


# The first that fits.
_TRANSLATIONS: tuple[tuple[type[Exception], Any], ...] = (
    (AtelierError, lambda error: error),
    (Http404, lambda error: NotFound()),
    (PermissionDenied, lambda error: Forbidden()),
    (exceptions.ValidationError, lambda error: InvalidInput(fields=flatten(error.detail))),
    (ModelValidationError, _from_model),
    (exceptions.APIException, _from_drf),
)


def _wait(error: exceptions.APIException) -> int | None:
    wait = getattr(error, "wait", None)
    return None if wait is None else max(1, round(wait))


def _headers(error: AtelierError) -> dict[str, str]:
    headers = dict(error.headers)
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if "www_authenticate" in error.extra:
        headers["WWW-Authenticate"] = error.extra["www_authenticate"]
    return headers


def _is_machine(request: HttpRequest) -> bool:
    return request.path.startswith(MACHINE_PATHS)
