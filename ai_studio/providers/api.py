"""Asking a provider over HTTP, and what each way of failing means for money.

never left, 429, 503 with Retry-After    TRANSIENT: nothing was accepted
4xx                                      PERMANENT: refused, with the provider's own code and sentence
lost, cut, 408, 5xx, garbled             AMBIGUOUS for what is paid, else TRANSIENT: asking again is free
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from django.conf import settings

from ai_studio.providers.base import Fault, ProviderError
from brands import egress
from brands.egress import EgressFailed, EgressRefused

MAX_ANSWER_BYTES = 128 * 1024 * 1024
MAX_FILE_BYTES = 256 * 1024 * 1024
REFUSED_CODES = {401: "key_refused", 402: "no_credit", 403: "key_refused", 404: "not_found", 409: "conflict"}
SHORTEST_KEY = 8
TOO_MANY, UNAVAILABLE, REQUEST_TIMEOUT = 429, 503, 408

# (code, sentence) from the JSON of an error; None for what it does not say.
ReadError = Callable[[Any], tuple[str | None, str | None]]


def base_of(name: str, default: str) -> str:
    """The provider's own address, or the one the installation names instead (STUDIO_PROVIDER_URLS), without a slash at
    its end."""
    return str(settings.STUDIO_PROVIDER_URLS.get(name, default)).rstrip("/")


@dataclass(frozen=True)
class Answer:
    """Of a status below 300. `headers` in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    paid: bool

    def json(self) -> dict[str, Any]:
        """An object. ProviderError when it is something else."""
        try:
            said = json.loads(self.body)
        except ValueError:  # also what is not UTF-8
            said = None
        except RecursionError:
            said = None
        if not isinstance(said, dict):
            raise garbled(paid=self.paid)
        return said


def garbled(*, paid: bool) -> ProviderError:
    """For an answer that makes no sense: whether the work was accepted is not known."""
    return ProviderError(_lost(paid=paid), "answer_garbled", "The provider's answer cannot be read.")


def standard_error(said: Any) -> tuple[str | None, str | None]:
    """The form of OpenAI and many others: {"error": {"code" or "type", "message"}}; else the usual names on top."""
    body = said if isinstance(said, dict) else {}
    error = body.get("error")
    inner = error if isinstance(error, dict) else body
    code = inner.get("code") or inner.get("type") or inner.get("name")
    message = inner.get("message") or inner.get("detail") or (error if isinstance(error, str) else None)
    return (code if isinstance(code, str) else None), (message if isinstance(message, str) else None)


@dataclass(frozen=True)
class Api:
    """`base` without a slash at its end; `headers` go to its addresses only, with the key among them. `codes`: ours
    for those of the provider that say more than its status does."""

    base: str
    headers: Mapping[str, str]
    read_error: ReadError = standard_error
    codes: Mapping[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        *,
        paid: bool = False,
        patience: int = 1,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Answer:
        """`path` below the base, or a whole address that the provider gave; `body` as in requests: json, data,
        files, params. `paid`: the request may cost money, and is never to be sent again when its answer is lost.
        `patience`: how many times STUDIO_ASK_SECONDS is waited for it."""
        url = path if path.startswith(("https://", "http://")) else self.base + path
        if not self._is_own(url):
            raise ProviderError(
                _lost(paid=paid), "foreign_address", "The provider named an address that is not its own."
            )
        seconds = settings.STUDIO_ASK_SECONDS * patience
        with egress.session(max_bytes=MAX_ANSWER_BYTES, timeout_seconds=seconds) as session:
            try:
                response = session.request(method, url, headers={**self.headers, **(headers or {})}, **body)
            except (EgressFailed, EgressRefused) as error:
                raise _not_answered(error, paid=paid) from error
        answer = Answer(response.status_code, response.headers, response.content, paid)
        if not 200 <= answer.status < 300:  # noqa: PLR2004
            raise self._refused(answer)
        return answer

    def _is_own(self, url: str) -> bool:
        """The key goes nowhere else, whatever an answer names."""
        return url.startswith(f"{self.base.split('//', 1)[0]}//") and _host(url) == _host(self.base)

    def _refused(self, answer: Answer) -> ProviderError:
        code, sentence = self._said(answer)
        sentence = sentence or f"The provider answered {answer.status}."
        asked = retry_after_seconds(answer.headers, now=datetime.now(UTC))
        if answer.status == TOO_MANY:
            return ProviderError(Fault.TRANSIENT, "rate_limited", sentence, retry_after=asked)
        if answer.status == UNAVAILABLE and asked is not None:
            return ProviderError(Fault.TRANSIENT, "busy", sentence, retry_after=asked)
        if answer.status >= 500 or answer.status == REQUEST_TIMEOUT:  # noqa: PLR2004
            return ProviderError(_lost(paid=answer.paid), code or f"http_{answer.status}", sentence, retry_after=asked)
        known = self.codes.get(code or "") or REFUSED_CODES.get(answer.status)
        return ProviderError(Fault.PERMANENT, known or code or f"http_{answer.status}", sentence)

    def _said(self, answer: Answer) -> tuple[str | None, str | None]:
        try:
            code, sentence = self.read_error(json.loads(answer.body))
        except (ValueError, RecursionError):
            return None, None
        return code and self._without_key(code), sentence and self._without_key(sentence)

    def _without_key(self, said: str) -> str:
        """Some repeat the key they refuse, and what they say is read by people who may not know it."""
        for word in " ".join(self.headers.values()).split():
            said = said.replace(word, "…") if len(word) >= SHORTEST_KEY else said
        return said


def download(url: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """A file that a provider's answer points to: without the key, which is not for whoever keeps its files.

    TRANSIENT when it may be there later, PERMANENT when it cannot be had.
    """
    try:
        fetched = egress.fetch(url, max_bytes=max_bytes, timeout_seconds=settings.STUDIO_DOWNLOAD_SECONDS)
    except EgressFailed as error:
        raise ProviderError(Fault.TRANSIENT, "file_away", str(error.detail)) from error
    except EgressRefused as error:
        raise ProviderError(Fault.PERMANENT, f"file_{error.reason}", str(error.detail)) from error
    if fetched.status in (404, 410):
        raise ProviderError(Fault.PERMANENT, "file_gone", "The provider no longer has the file.")
    if fetched.status != 200:  # noqa: PLR2004
        raise ProviderError(Fault.TRANSIENT, "file_away", f"The file's address answered {fetched.status}.")
    return fetched.body


def retry_after_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Retry-After in either form (RFC 9110, 10.2.3); None when it is missing or makes no sense."""
    value = headers.get("Retry-After", "").strip()
    try:
        if value.isascii() and value.isdigit():
            return float(value)
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds()) if value else None
    except (ValueError, TypeError, OverflowError):
        return None


def _not_answered(error: EgressFailed | EgressRefused, *, paid: bool) -> ProviderError:
    if error.reason == "not_a_request":
        sentence = "It cannot be sent: the key or the address holds what has no place there."
        return ProviderError(Fault.PERMANENT, "not_sendable", sentence)
    if error.sent:
        return ProviderError(_lost(paid=paid), "answer_lost", str(error.detail))
    fault = Fault.TRANSIENT if isinstance(error, EgressFailed) else Fault.PERMANENT
    return ProviderError(fault, "unreachable", str(error.detail))


def _lost(*, paid: bool) -> Fault:
    return Fault.AMBIGUOUS if paid else Fault.TRANSIENT


def _host(url: str) -> str:
    return url.split("//", 1)[-1].split("/", 1)[0].split("?", 1)[0].lower()
