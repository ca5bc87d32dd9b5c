"""What a body may be, and how little of it is believed."""

import gzip
import math
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ingest import bodies
from analytics.ingest.checking import MAX_DEPTH
from brands.errors import InvalidInput, TooLarge, UnsupportedEncoding

LIMIT = 100_000
TEXT = b'{"event": "seen"}'


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (gzip.compress(TEXT, mtime=0), "gzip"),
        (gzip.compress(TEXT, mtime=0), " GZIP "),
        (gzip.compress(TEXT, mtime=0), ""),  # a beacon has no header
        (TEXT, "gzip"),  # a proxy has unpacked it already
        (zlib.compress(TEXT), "deflate"),
        (gzip.compress(TEXT[:5], mtime=0) + gzip.compress(TEXT[5:], mtime=0), "gzip"),
    ],
)
def test_a_body_is_unpacked_by_what_it_is(body: bytes, encoding: str) -> None:
    assert bodies.unpacked(body, encoding=encoding, limit=LIMIT) == TEXT


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress"])
def test_an_encoding_that_is_not_read_here_is_named(encoding: str) -> None:
    with pytest.raises(UnsupportedEncoding):
        bodies.unpacked(TEXT, encoding=encoding, limit=LIMIT)


def test_a_bomb_is_put_out_before_it_fills_the_memory() -> None:
    bomb = gzip.compress(b"0" * 50_000_000, compresslevel=9)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            bodies.unpacked(bomb, limit=LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_members_without_end_are_not_counted_to_the_end() -> None:
    with pytest.raises(InvalidInput, match="pieces"):
        bodies.unpacked(gzip.compress(b"") * 4_000, limit=LIMIT)


def test_a_bomb_of_many_small_members_is_too_large_as_well() -> None:
    with pytest.raises(TooLarge):
        bodies.unpacked(gzip.compress(b"0" * 60_000) * 2, limit=LIMIT)


@pytest.mark.parametrize(
    "body", [gzip.compress(TEXT, mtime=0)[:-9], bodies.GZIP + b"nothing", gzip.compress(TEXT, mtime=0) + b"rest"]
)
def test_a_damaged_body_is_the_senders_fault(body: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"damaged|cut off"):
        bodies.unpacked(body, limit=LIMIT)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"\xff\xfe{\x00}\x00", '{"a": "ä"}'.encode("latin-1"), b"\x00", b"event=1"]
)
def test_what_is_no_json_in_utf8_is_the_senders_fault(text: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"Not UTF-8|Not JSON"):
        bodies.loaded(text)


def test_a_mark_of_byte_order_does_no_harm() -> None:
    assert bodies.loaded(b"\xef\xbb\xbf" + TEXT) == {"event": "seen"}


def is_too_deep(value: object, left: int = MAX_DEPTH) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left < 0 or any(is_too_deep(part, left - 1) for part in parts)


@pytest.mark.parametrize("depth", [41, 900, 5_000, 50_000])
def test_a_deep_neighbour_spoils_nothing_beside_it(depth: int) -> None:
    deep = '{"a":' * depth + "1" + "}" * depth
    worse = "[" * depth + "]" * depth
    text = f"""[{{"event": "good ]}}"}}, {deep}, {{"event": "also \\" good"}}, {worse}]"""
    first, bad, second, also_bad = bodies.loaded(text.encode())
    assert (first, second) == ({"event": "good ]}"}, {"event": 'also " good'})
    assert is_too_deep(bad)
    assert is_too_deep(also_bad)


@pytest.mark.parametrize("text", ["[" * 100_000, "]" * 100_000, '{"a":' * 100_000, "[" * 100_000 + '"'])
def test_brackets_without_end_are_the_senders_fault(text: str) -> None:
    with pytest.raises(InvalidInput):
        bodies.loaded(text.encode())


def test_numbers_are_whole_as_far_as_a_double_can_hold_them() -> None:
    text = '{"a": 12345678901234567890123, "b": %s, "c": -%s}' % ("9" * 400, "9" * 100_000)  # noqa: UP031
    assert bodies.loaded(text.encode()) == {"a": 12345678901234567890123, "b": math.inf, "c": -math.inf}


@given(st.binary(max_size=200), st.sampled_from(["", "gzip", "deflate"]))
def test_no_bytes_break_it(body: bytes, encoding: str) -> None:
    with suppress(InvalidInput, TooLarge, UnsupportedEncoding):
        bodies.loaded(bodies.unpacked(body, encoding=encoding, limit=LIMIT))
