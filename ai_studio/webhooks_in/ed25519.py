"""Signatures as fal makes them (docs.fal.ai, webhooks): Ed25519, hex, over request id, user id, timestamp and the
body's SHA-256, a line each; the public keys are a JWKS (RFC 8037)."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ai_studio.providers.base import ForgedLetterError
from ai_studio.webhooks_in.standard import check_age

HEADER = "X-Fal-Webhook-"
MAX_KEYS = 20


def check(keys: Iterable[Ed25519PublicKey], headers: Mapping[str, str], body: bytes, *, at: datetime) -> str:
    """The request id that was signed. Raises ForgedLetterError."""
    request_id, user_id, sent_at, signature = (
        headers.get(HEADER + part, "") for part in ("Request-Id", "User-Id", "Timestamp", "Signature")
    )
    check_age(sent_at, at=at)
    if not request_id or not user_id:
        raise ForgedLetterError("no request or user")
    message = signed_words(request_id, user_id, sent_at, body)
    try:
        proof = bytes.fromhex(signature)
    except ValueError as error:
        raise ForgedLetterError("the signature is no hex") from error
    if not any(_is_by(key, proof, message) for key in keys):
        raise ForgedLetterError("wrong signature")
    return request_id


def signed_words(request_id: str, user_id: str, sent_at: str, body: bytes) -> bytes:
    return "\n".join((request_id, user_id, sent_at, hashlib.sha256(body).hexdigest())).encode()


def read_keys(jwks: Mapping[str, Any]) -> list[Ed25519PublicKey]:
    """Those of a JWKS that are Ed25519's; what else is in it is for others."""
    entries = jwks.get("keys")
    found = [_key(entry) for entry in entries[:MAX_KEYS]] if isinstance(entries, list) else []
    return [key for key in found if key is not None]


def _key(entry: Any) -> Ed25519PublicKey | None:
    if not isinstance(entry, dict) or (entry.get("kty"), entry.get("crv")) != ("OKP", "Ed25519"):
        return None
    try:
        point = str(entry.get("x", ""))
        return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(point + "=" * (-len(point) % 4)))
    except (binascii.Error, ValueError):
        return None


def _is_by(key: Ed25519PublicKey, proof: bytes, message: bytes) -> bool:
    try:
        key.verify(proof, message)
    except InvalidSignature:
        return False
    return True
