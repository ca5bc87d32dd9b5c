"""Signatures as of Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec): HMAC-SHA256, base64, over
id.timestamp.body, under a secret whsec_….

Its own package brings an HTTP client and reads the clock itself; this is all we need of it.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from ai_studio.providers.base import ForgedLetterError

TOLERANCE_SECONDS = 300
PREFIX = "whsec_"
MAX_SIGNATURES = 10


def check(secret: str, headers: Mapping[str, str], body: bytes, *, at: datetime) -> None:
    """Raises ForgedLetterError. `headers` by their names in any case."""
    name, sent_at, signatures = (headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    check_age(sent_at, at=at)
    if not name:
        raise ForgedLetterError("no webhook-id")
    expected = sign(secret, name, sent_at, body).encode()
    offered = [part.encode() for part in signatures.split(" ")[:MAX_SIGNATURES]]
    if not any(hmac.compare_digest(expected, one) for one in offered):
        raise ForgedLetterError("wrong signature")


def sign(secret: str, name: str, sent_at: str, body: bytes) -> str:
    """v1,… as the sender writes it. ForgedLetterError when the secret is none: nothing can be proven by it."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ForgedLetterError("the secret is no base64") from error
    if not key:
        raise ForgedLetterError("the secret is empty")
    message = b".".join((name.encode(), sent_at.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()


def check_age(sent_at: str, *, at: datetime) -> None:
    """Seconds since 1970, near enough to `at`: what is older may be a replay. Raises ForgedLetterError."""
    if not (sent_at.isascii() and sent_at.isdigit() and len(sent_at) <= 12):  # noqa: PLR2004
        raise ForgedLetterError("no timestamp")
    if abs(at.timestamp() - int(sent_at)) > TOLERANCE_SECONDS:
        raise ForgedLetterError("too old, or from the future")
