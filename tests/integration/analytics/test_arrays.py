"""Arrays of our own making are read by PostgreSQL as those that psycopg makes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.ingest import arrays
from analytics.ingest.arrays import Packed, binary_cursor

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - its bounds have none


def read(packed: Packed, kind: str) -> Any:
    """As PostgreSQL understood it."""
    with binary_cursor() as cursor:
        row = cursor.execute(f"SELECT %b::{kind}", [packed]).fetchone()
    assert row is not None
    return row[0]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(TEXTS, max_size=5),
    some=st.lists(st.none() | TEXTS, max_size=5),
    numbers=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5),
    moments=st.lists(MOMENTS, max_size=5),
)
def test_what_is_packed_arrives(
    words: list[str], some: list[str | None], numbers: list[int], moments: list[datetime], db: None
) -> None:
    assert read(arrays.texts(words), "text[]") == words
    assert read(arrays.encoded([word.encode() for word in words]), "text[]") == words
    assert read(arrays.texts_or_nulls(some), "text[]") == some
    assert read(arrays.int8s(numbers), "bigint[]") == numbers
    assert read(arrays.moments(moments), "timestamptz[]") == moments


def test_a_moment_of_another_zone_is_the_same_moment(db: None) -> None:
    here = datetime.fromisoformat("2026-03-29T02:30:00.000001+02:00")
    (found,) = read(arrays.moments([here]), "timestamptz[]")
    assert (found, found.utcoffset()) == (here, timedelta(0))
