"""From the bytes of a body to the JSON in it, with bounded memory whatever it claims to be."""

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

import orjson

from brands.errors import InvalidInput, TooLarge, UnsupportedEncoding

GZIP = b"\x1f\x8b"
_EITHER_HEADER = zlib.MAX_WBITS | 32  # gzip's or zlib's
_MOST_MEMBERS = 64
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
# No event is nested so deeply, and the store says so; what is deeper still is cut off there.
_DEEP = 40
_MOST_BRACKETS = 500_000  # looking for the deep ones takes time, which nobody shall have for nothing
_LONGEST_NUMBER = 309  # digits: what a double holds


def unpacked(body: bytes, *, encoding: str = "", limit: int) -> bytes:
    """What `body` holds once it is decompressed: gzip by its first bytes, for proxies and beacons lose the header, else
    by `encoding` (Content-Encoding). Raises TooLarge beyond `limit` bytes, UnsupportedEncoding, InvalidInput."""
    if len(body) > limit:
        raise TooLarge(f"At most {limit:,} bytes.")
    named = encoding.strip().lower()
    if named not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise UnsupportedEncoding(fields={"Content-Encoding": ["Only gzip and deflate are read here."]})
    # A header without the bytes is a proxy's that has unpacked the body already.
    return _inflated(body, limit) if body.startswith(GZIP) or named == "deflate" else body


def loaded(text: bytes) -> Any:
    """The JSON in `text`. What is nested far too deeply inside it is cut off at a depth that is still too much, so that
    it spoils nothing beside it; NaN and Infinity are left to whoever reads the events. Whole numbers of more than 64
    bits are as near as a float comes. Raises InvalidInput."""
    try:
        return orjson.loads(text)
    except ValueError:  # what is wrong with it, the patient reader tells, or that nothing is
        pass
    try:
        return _parsed(text)
    except RecursionError:
        return _parsed(b"".join(_cut(text)))


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"), parse_int=_whole)
    except UnicodeDecodeError as error:
        raise _unreadable("Not UTF-8.") from error
    except ValueError as error:
        raise _unreadable(f"Not JSON: {error}.") from error


def _whole(digits: str) -> int | float:
    """Python refuses to read whole numbers of thousands of digits, and cannot count with them as with others: as a
    float such a one is infinite."""
    return int(digits) if len(digits) < _LONGEST_NUMBER else float(digits)


def _cut(text: bytes) -> Iterator[bytes]:
    """`text` with null in the place of each piece that is nested more than _DEEP."""
    depth = kept = 0
    for count, match in enumerate(_BRACKETS.finditer(text)):
        if count == _MOST_BRACKETS:
            raise _unreadable("Nested too deeply.")
        bracket = match[0]
        if bracket in (b"[", b"{"):
            depth += 1
            if depth == _DEEP + 1:
                yield text[kept : match.start()] + b"null"
        elif bracket in (b"]", b"}"):
            depth -= 1
            if depth == _DEEP:
                kept = match.end()
    if depth <= _DEEP:
        yield text[kept:]


def _inflated(body: bytes, limit: int) -> bytes:
    parts, left = [], limit
    for _ in range(_MOST_MEMBERS):
        part, body = _member(body, left)
        parts.append(part)
        left -= len(part)
        if not body:
            return b"".join(parts)
    raise _unreadable(f"Compressed in more than {_MOST_MEMBERS} pieces.")


def _member(body: bytes, most: int) -> tuple[bytes, bytes]:
    """The first of what was compressed one after another, and the rest."""
    stream = zlib.decompressobj(_EITHER_HEADER)
    try:
        part = stream.decompress(body, most + 1)
    except zlib.error as error:
        raise _unreadable("The compressed body is damaged.") from error
    if len(part) > most:
        raise TooLarge("Too large once it is decompressed.")
    if not stream.eof:
        raise _unreadable("The compressed body is cut off.")
    return part, stream.unused_data.lstrip(b"\x00")


def _unreadable(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={"body": [sentence]})
