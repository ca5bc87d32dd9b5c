"""Files of ids are bounded in what they cost, not only in their bytes."""

import io
import tracemalloc

import pytest

from analytics.services import segment_uploads
from brands.errors import InvalidInput


def test_too_many_ids_are_not_read_to_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_uploads, "MAX_ROWS", 10)
    tracemalloc.start()
    with pytest.raises(InvalidInput) as refused:
        segment_uploads.read(io.BytesIO(b"a\n" * 500_000))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.fields == {"file": ["At most 10 ids."]}
    assert most < 12_000_000  # the text, and no list of half a million


def test_as_many_ids_as_may_be_come_with_a_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_uploads, "MAX_ROWS", 2)
    assert segment_uploads.read(io.BytesIO(b"distinct_id\na\n\nb\n")) == ["a", "b"]
