"""The one place that turns errors into HTTP: RFC 9457 problem+json."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpResponse
from psycopg_pool import PoolTimeout
from rest_framework import exceptions
from rest_framework.response import Response

from brands import context
from brands.errors import AtelierError, BodyTooLarge, Forbidden, InvalidInput, NotFound
from brands.middleware import database_away

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
_FROM_DJANGO: dict[type[Exception], type[AtelierError]] = {
    Http404: NotFound,
    PermissionDenied: Forbidden,
    RequestDataTooBig: BodyTooLarge,
}


def problem_response(error: Exception, view_context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler. Whatever was written in the request is rolled back. None: a real 500."""
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return database_away()
    known = _as_atelier_error(error)
    if known is None:
        logger.error("unhandled error", exc_info=error)
        return None
    return _render(known)


def _as_atelier_error(error: Exception) -> AtelierError | None:
    if isinstance(error, AtelierError):
        return error
    if kind := next((known for django, known in _FROM_DJANGO.items() if isinstance(error, django)), None):
        return kind()
    if isinstance(error, exceptions.ValidationError):
        return InvalidInput(fields=flatten(error.detail))
    if isinstance(error, ModelValidationError):
        return InvalidInput(fields={k: list(v) for k, v in _model_messages(error).items()})
    if isinstance(error, exceptions.APIException):
        return _from_drf(error)
    return None


def _model_messages(error: ModelValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}


def _from_drf(error: exceptions.APIException) -> AtelierError:
    code = error.get_codes()
    known = AtelierError(str(error.detail), retry_after=_wait(error))
    known.status = error.status_code
    known.code = code if isinstance(code, str) else error.default_code
    known.title = str(error.default_detail)
    if header := getattr(error, "auth_header", None):
        known.headers["WWW-Authenticate"] = header
    return known


def _wait(error: exceptions.APIException) -> int | None:
    wait = getattr(error, "wait", None)
    return None if wait is None else max(1, round(wait))


def flatten(detail: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested errors as {"items.0.prompt": ["sentence", …]}."""
    if isinstance(detail, dict):
        pairs = [(f"{path}.{key}" if path else str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        pairs = [(f"{path}.{n}" if path else str(n), value) for n, value in enumerate(detail)]
    else:
        sentences = detail if isinstance(detail, list) else [detail]
        return {path or "non_field_errors": [str(sentence) for sentence in sentences]}
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if value:
            found.update(flatten(value, name))
    return found


def _render(error: AtelierError) -> Response:
    body = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "request_id": context.current.get().request_id,
        **({"errors": error.fields} if error.fields else {}),
        **error.extra,
    }
    headers = dict(error.headers)
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Response(body, status=error.status, headers=headers, content_type=PROBLEM)
