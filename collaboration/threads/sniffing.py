"""What a file may be, by its bytes and never by its name. Nothing is decoded: whatever it is, it is given back for
saving only, and no browser shows it on our address."""

import codecs
import re

from ai_studio.decoders.kinds import GIF, GLB, JPEG, MP4, PNG, WEBM, WEBP, Kind, kind_of

PDF = Kind("PDF", "pdf", "application/pdf")
TEXT = Kind("text", "txt", "text/plain")
KINDS = (PNG, JPEG, WEBP, GIF, GLB, MP4, WEBM, PDF, TEXT)
MAX_NAME = 120
_BINARY = frozenset({PNG, JPEG, WEBP, GIF, GLB, MP4, WEBM})
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]")


def kind(data: bytes) -> Kind | None:
    """One of KINDS, or None for what is not taken."""
    found = kind_of(data)
    if found in _BINARY:
        return found
    if data.startswith(b"%PDF-"):
        return PDF
    return TEXT if _is_text(data) else None


def name(said: str, kind: Kind) -> str:
    """The name without a path and tricks, ending as such a file ends: what is no page is not saved as one."""
    plain = _NOT_IN_NAMES.sub("_", said.replace("\\", "/").rpartition("/")[2]).strip(". ")
    suffix = f".{kind.suffix}"
    alike = {".jpeg"} if kind is JPEG else set()
    fits = plain.lower().endswith((suffix, *alike))
    return (
        (plain or "file") if fits and len(plain) <= MAX_NAME else (plain or "file")[: MAX_NAME - len(suffix)] + suffix
    )


def _is_text(data: bytes) -> bool:
    try:
        codecs.decode(data, "utf-8")
    except UnicodeDecodeError:
        return False
    return _CONTROLS.search(data) is None
