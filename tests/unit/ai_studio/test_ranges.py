import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_studio.api.ranges import Span, UnsatisfiableRange, parse


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 1)),
        ("bytes=0-9", Span(0, 10)),
        ("bytes=0-", Span(0, 10)),
        ("bytes=3-5", Span(3, 3)),
        ("bytes=5-100", Span(5, 5)),
        ("bytes=-3", Span(7, 3)),
        ("bytes=-100", Span(0, 10)),
        (" BYTES=0-1 ", Span(0, 2)),
    ],
)
def test_one_range_is_a_span_of_the_file(header, span):
    assert parse(header, size=10) == span


@pytest.mark.parametrize(
    "header", ["", "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "lines=0-1", "bytes=1"]
)
def test_what_is_no_range_is_ignored(header):
    assert parse(header, size=10) is None


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_satisfied(header):
    with pytest.raises(UnsatisfiableRange):
        parse(header, size=10)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=0-0", "bytes=-1"])
def test_nothing_of_an_empty_file_can_be_satisfied(header):
    with pytest.raises(UnsatisfiableRange):
        parse(header, size=0)


@given(
    header=st.one_of(st.text(max_size=40), st.from_regex(r"bytes=\d{0,20}-\d{0,20}", fullmatch=True)),
    size=st.integers(0, 10**12),
)
def test_whatever_is_asked_a_span_lies_within_the_file(header, size):
    try:
        span = parse(header, size=size)
    except UnsatisfiableRange:
        return
    if span is not None:
        assert 0 <= span.start < size
        assert 1 <= span.length <= size - span.start


def test_a_span_names_its_first_and_last_byte():
    assert Span(5, 10).content_range(100) == "bytes 5-14/100"
