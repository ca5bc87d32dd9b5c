"""One request to an endpoint, outside of any transaction, and what came of it."""

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from ai_studio.providers.api import retry_after_seconds
from brands import egress
from brands.egress import EgressError, Network
from brands.egress.network import REAL
from collaboration.models.webhook_delivery import MAX_ANSWER
from collaboration.webhooks import signing
from collaboration.webhooks.claims import Claim

logger = logging.getLogger(__name__)

OK, REDIRECT, GONE = 200, 300, 410


@dataclass(frozen=True)
class Outcome:
    """`status_code` is None without an answer; `error_code` is empty when it was taken. `answer`: its beginning."""

    duration_ms: int
    status_code: int | None = None
    error_code: str = ""
    error: str = ""
    answer: str = ""
    retry_after_seconds: float | None = None

    @property
    def is_delivered(self) -> bool:
        return not self.error_code

    @property
    def is_gone(self) -> bool:
        return self.status_code == GONE


def send(claim: Claim, *, network: Network = REAL) -> Outcome:
    """Never raises for what the other side does. An answer of 2xx is a yes; 3xx is followed by nobody."""
    if not claim.keys:
        return Outcome(0, error_code="secret_unavailable", error="It cannot be signed: its secret cannot be read.")
    started = time.monotonic()
    try:
        answer = egress.tell(
            claim.endpoint.url,
            body=claim.body,
            headers=signing.headers(claim.keys, delivery_id=claim.delivery.pk, body=claim.body, at=claim.at),
            most_bytes=MAX_ANSWER,
            timeout_seconds=settings.WEBHOOK_TIMEOUT_SECONDS,
            network=network,
        )
    except EgressError as error:
        return Outcome(_ms(started), error_code=error.reason, error=error.detail[:300])
    asked = retry_after_seconds(answer.headers, now=datetime.now(UTC))
    code, sentence = _judged(answer.status)
    return Outcome(_ms(started), answer.status, code, sentence, shown(answer.body), asked)


def shown(answer: bytes) -> str:
    """As text, whatever it is: PostgreSQL's cannot hold NUL."""
    return answer.decode("utf-8", "replace").replace("\x00", "\ufffd")[:MAX_ANSWER]


def _judged(status: int) -> tuple[str, str]:
    if OK <= status < REDIRECT:
        return "", ""
    if REDIRECT <= status < 400:  # noqa: PLR2004
        return "redirects", f"It answered {status}: redirects are not followed."
    if status == GONE:
        return "gone", "It answered 410: it wants nothing any more."
    return f"http_{status}", f"It answered {status}."


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
