"""AES-256-GCM under a ring of keys: the first one encrypts, all decrypt."""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from brands.errors import AtelierError

KEY_BYTES = 32
NONCE_BYTES = 12
_ID = re.compile(r"[A-Za-z0-9_.-]{1,32}")


class SecretUnavailable(AtelierError):
    """A secret that cannot be kept or read: a matter of the installation's keys. Names the secret, never its value."""

    status = 503
    code = "secret_unavailable"
    title = "The secret is not available"


class BadKeyRing(ValueError):
    """SECRET_KEY_RING is not what it should be. Says which entry, never a key."""


@dataclass(frozen=True)
class Sealed:
    """`ciphertext` is nonce, ciphertext and tag, in this order."""

    key_id: str
    ciphertext: bytes


@dataclass(frozen=True)
class KeyRing:
    """Keys by id; the first is the one that encrypts."""

    keys: Mapping[str, bytes] = field(repr=False)

    @property
    def first(self) -> str:
        return next(iter(self.keys))

    def seal(self, value: str, *, brand_id: UUID, name: str) -> Sealed:
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = AESGCM(self.keys[self.first])
        return Sealed(self.first, nonce + cipher.encrypt(nonce, value.encode(), _place(brand_id, name)))

    def open(self, sealed: Sealed, *, brand_id: UUID, name: str) -> str:
        """Raises SecretUnavailable when the key is gone, is another one, or the text is not of this brand and name."""
        key = self.keys.get(sealed.key_id)
        if key is None:
            raise SecretUnavailable(f"The secret {name} needs the key {sealed.key_id}, which SECRET_KEY_RING lacks.")
        nonce, ciphertext = sealed.ciphertext[:NONCE_BYTES], sealed.ciphertext[NONCE_BYTES:]
        try:
            return AESGCM(key).decrypt(nonce, ciphertext, _place(brand_id, name)).decode()
        except (InvalidTag, ValueError):  # ValueError: cut to less than a nonce
            raise SecretUnavailable(
                f"The secret {name} does not decrypt with the key {sealed.key_id}: one of the two was changed."
            ) from None


def key_ring(name: str) -> KeyRing:
    """The ring of the settings. Raises SecretUnavailable, naming the secret it was wanted for."""
    try:
        return parsed(settings.SECRET_KEY_RING)
    except BadKeyRing as error:
        raise SecretUnavailable(f"The secret {name} is not available: {error}") from error


def parsed(entries: Sequence[str]) -> KeyRing:
    """`id:base64` of 32 bytes each. Raises BadKeyRing."""
    if not entries:
        raise BadKeyRing("SECRET_KEY_RING is not set.")
    keys: dict[str, bytes] = {}
    for number, entry in enumerate(entries, start=1):
        key_id, _, text = entry.strip().partition(":")
        key = _decoded(text)
        if not _ID.fullmatch(key_id) or key is None:
            raise BadKeyRing(f"Entry {number} of SECRET_KEY_RING is not id:base64 of {KEY_BYTES} bytes.")
        if key_id in keys:
            raise BadKeyRing(f"SECRET_KEY_RING has two keys of the id {key_id}.")
        keys[key_id] = key
    return KeyRing(keys)


def _decoded(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _place(brand_id: UUID, name: str) -> bytes:
    """Authenticated along: a ciphertext copied to another brand or name does not open there."""
    return f"{brand_id}|{name}".encode()
