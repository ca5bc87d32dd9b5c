"""Errors that a caller may see. One place turns them into HTTP: brands/api/exceptions.py."""

from typing import Any


class AtelierError(Exception):
    """Base: a stable code, an HTTP status and a sentence for people.

    `fields` names what was wrong, as {field: [sentence, …]}; `extra` joins the problem document as members.
    """

    status = 400
    code = "bad_request"
    title = "Bad request"

    def __init__(
        self,
        detail: str = "",
        *,
        fields: dict[str, list[str]] | None = None,
        retry_after: int | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.fields = fields or {}
        self.retry_after = retry_after
        self.headers = headers or {}
        self.extra = extra


class InvalidInput(AtelierError):
    status = 400
    code = "invalid"
    title = "The request is not valid"


class NotFound(AtelierError):
    """Also what belongs to another brand: the answer must not tell the difference."""

    status = 404
    code = "not_found"
    title = "Not found"


class Forbidden(AtelierError):
    status = 403
    code = "forbidden"
    title = "Not allowed"


class Conflict(AtelierError):
    status = 409
    code = "conflict"
    title = "Conflict"


class IdempotencyInFlight(Conflict):
    code = "idempotency_in_flight"
    title = "A request with this Idempotency-Key is still running"


class IdempotencyMismatch(AtelierError):
    status = 422
    code = "idempotency_mismatch"
    title = "This Idempotency-Key was used with another body"


class TooLarge(AtelierError):
    status = 413
    code = "too_large"
    title = "The body is too large"


class UnsupportedCharset(AtelierError):
    status = 415
    code = "unsupported_charset"
    title = "The text is in a charset that is not read here"


class UnsupportedEncoding(AtelierError):
    status = 415
    code = "unsupported_encoding"
    title = "The body is compressed in a way that is not read here"


class TooManyRequests(AtelierError):
    status = 429
    code = "throttled"
    title = "Too many requests"
