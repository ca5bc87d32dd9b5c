"""Criteria and files of ids that cannot be, refused by their place before anything is asked."""

import io
from typing import Any

import pytest
from rest_framework.serializers import ValidationError

from analytics.api.serializers.criteria import MOST_CONDITIONS
from analytics.api.serializers.segments import CriteriaBody
from analytics.services import segment_uploads
from brands.api.exceptions import flatten
from brands.errors import InvalidInput, TooLarge

BUYERS = {"event": "buy"}
# Criteria, and where they are wrong.
WRONG: list[tuple[Any, str]] = [
    (None, "criteria"),
    ([], "criteria"),
    ({}, "criteria"),
    ({"all": []}, "criteria.all"),
    ({"all": [{"event": ""}]}, "criteria.all.0.event"),
    ({"all": [BUYERS], "any": [BUYERS]}, "criteria.any"),
    ({"not": {"all": [BUYERS, {"event": "a\x00"}]}}, "criteria.not.all.1.event"),
    ({"event": "a", "surprise": 1}, "criteria.surprise"),
    ({"event": "a", "filters": [{"property": "x"}]}, "criteria.filters.0.values"),
    ({"event": "a", "exactly": 1, "at_least": 1}, "criteria.exactly"),
    ({"event": "a", "at_least": 3, "at_most": 2}, "criteria.at_least"),
    ({"event": "a", "at_least": -1}, "criteria.at_least"),
    ({"event": "a", "which": "first", "exactly": 1}, "criteria.exactly"),
    ({"event": "a", "within_days": 1, "from": "2026-01-01"}, "criteria.within_days"),
    ({"event": "a", "from": "2026-02-01", "to": "2026-01-01"}, "criteria.from"),
    ({"event": "a", "within_days": 10**9}, "criteria.within_days"),
    ({"person": "created"}, "criteria.within_days"),
    ({"segment": "nobody"}, "criteria.segment"),
    ({"all": [{"any": [BUYERS] * 20}] * 2}, "criteria"),
    ({"not": {"not": {"not": {"not": {"not": {"not": BUYERS}}}}}}, "criteria.not.not.not.not.not.not"),
]
# Files that are no ids.
UNFIT: list[str | bytes] = [
    "",
    "distinct_id\n",
    "ann,ben\n",
    "ann\nb\x00b\n",
    b"\xff\xfe",
    "x" * 401,
    '"ann',
    "a\n" * 200_001,
]


@pytest.mark.parametrize(("criteria", "field"), WRONG)
def test_criteria_that_cannot_be_are_refused_by_their_place(criteria: Any, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CriteriaBody.read({"criteria": criteria})
    assert list(flatten(refused.value.detail)) == [field]


def test_as_many_conditions_as_there_may_be_are_kept_as_they_were_sent() -> None:
    criteria = {"all": [{"any": [{"event": "buy"}] * (MOST_CONDITIONS // 2)}] * 2}
    assert CriteriaBody.read({"criteria": criteria}) == {"criteria": criteria}


@pytest.mark.parametrize("text", UNFIT)
def test_a_file_that_is_no_column_of_ids_is_refused(text: str | bytes) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InvalidInput) as refused:
        segment_uploads.read(io.BytesIO(data))
    assert list(refused.value.fields) == ["file"]


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        segment_uploads.read(io.BytesIO(b"a" * (segment_uploads.MAX_BYTES + 1)))


def test_ids_are_read_with_or_without_a_heading_and_as_spreadsheets_write_them() -> None:
    for text in ('ann\n"b,en"\n', '\ufeffDistinct_ID\r\nann\r\n\r\n"b,en"', ' ann \n"b,en"'):
        assert segment_uploads.read(io.BytesIO(text.encode())) == ["ann", "b,en"]
