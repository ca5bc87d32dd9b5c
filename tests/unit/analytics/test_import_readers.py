"""Files of history, row by row: what is wrong with one row spoils no other, and says where it is."""

import gzip
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from analytics.imports import columns
from analytics.imports.events import Events
from analytics.imports.opening import format_of, reader
from analytics.imports.sets import Unreadable
from analytics.ingest.incoming import Identity, IncomingEvent, Rejected
from brands.errors import InvalidInput

NOW = datetime(2026, 5, 5, tzinfo=UTC)


def read(data: bytes, format_: str, *, skip: int = 0, size: int = 2, **mapping: str) -> list[IncomingEvent | Rejected]:
    found = reader(io.BytesIO(data), size=len(data), format=format_)
    made = Events(mapping, "f" * 64, text_only=format_ == "CSV")
    sets = found.sets(skip=skip, size=size)
    return [event for each in sets for event in made.of(each.rows, start=each.start, received_at=NOW)]


def one(data: str, format_: str = "CSV", **mapping: str) -> Any:
    [event] = read(data.encode(), format_, **mapping)
    return event


def as_parquet(rows: list[dict[str, Any]], **options: Any) -> bytes:
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), out, **options)
    return out.getvalue()


def test_columns_that_are_no_fields_are_properties_and_numbers_are_numbers() -> None:
    event = one("event,user_id,timestamp,plan,seats,zip,empty\nbuy,17,2026-05-04T10:00:00Z,pro,3,01234,\n")
    assert (event.name, event.distinct_id, event.at) == ("buy", "17", datetime(2026, 5, 4, 10, tzinfo=UTC))
    assert event.properties == {"plan": "pro", "seats": 3, "zip": "01234"}
    assert event.insert_id == f"{'f' * 32}-0"


def test_a_column_of_properties_holds_them_all() -> None:
    event = one('name;distinct_id;at;properties;revenue;x\nbuy;ann;1777888800;"{""a"": [1]}";9.90;left out\n')
    assert (event.properties, event.revenue, event.at.hour) == ({"a": [1]}, Decimal("9.90"), 10)


def test_columns_with_other_names_are_mapped() -> None:
    event = one("what,who,when\nbuy,ann,2026-05-04\n", name="what", distinct_id="who", at="when")
    assert (event.name, event.distinct_id, event.properties) == ("buy", "ann", {})


def test_who_is_who_is_understood_as_posthog_says_it() -> None:
    properties = '{"event": "$identify", "distinct_id": "ann", "at": 1, "properties": {"$anon_distinct_id": "device"}}'
    event = one(properties.replace('"at": 1', '"at": 1777888800'), "NDJSON")
    assert (event.identity, event.alias) == (Identity.IDENTIFY, "device")


def test_lines_count_as_editors_count_them_also_behind_cells_of_several_lines() -> None:
    data = 'event,user_id,time,note\na,1,2026-05-04,"two\nlines"\n\nb,,2026-05-04,x\nc,3,never,x\nd,4\n'
    found = read(data.encode(), "CSV")
    assert [type(each) for each in found] == [IncomingEvent, Rejected, Rejected, Rejected]
    assert [each.reason.split(":")[0] for each in found[1:]] == ["Line 5", "Line 6", "Line 7"]
    assert [each.code for each in found[1:]] == ["bad_distinct_id", "bad_at", "wrong_cells"]


def test_what_is_not_utf8_or_too_long_is_one_bad_row() -> None:
    start = b'{"event": "a", "user_id": "u", "at": 1777888800, "note": "'
    lines = [start + b'ok"}', start + b'caf\xe9"}', start + b"x" * 1_000_001 + b'"}', b"[1]", b"{", start + b'ok"}']
    found = read(b"\xef\xbb\xbf" + b"\n".join(lines), "NDJSON")
    codes = [getattr(each, "code", "good") for each in found]
    assert codes == ["good", "bad_encoding", "too_large", "not_an_object", "malformed", "good"]
    assert "Line 2: It is not UTF-8: byte 0xe9" in found[1].reason


def test_a_quote_that_is_never_closed_is_one_bad_row() -> None:
    data = 'event,user_id,time\na,1,2026-05-04\nb,"2,2026-05-04\n' + "c,3,2026-05-04\n" * 10_000
    found = read(data.encode(), "CSV", size=5_000)
    bad = [each for each in found if isinstance(each, Rejected)]
    assert (bad[0].code, bad[0].reason[:7]) == ("malformed", "Line 3:")
    assert len(found) > 1_000


def test_gzip_is_unpacked_and_what_is_cut_off_says_so() -> None:
    data = gzip.compress(b"event,user_id,time\n" + b"a,1,2026-05-04\n" * 9)
    assert len(read(data, "CSV")) == 9
    with pytest.raises(Unreadable, match="cut off after line 10"):
        read(data[:-6], "CSV")


def test_parquet_has_types_of_its_own() -> None:
    at = datetime(2026, 5, 4, 10, 0, 0, 5, tzinfo=UTC)
    row = {"event": "buy", "user_id": 17, "time": at, "revenue": Decimal("9.99"), "score": float("nan"), "tags": ["a"]}
    table = pa.Table.from_pylist([row]).set_column(2, "time", pa.array([at], pa.timestamp("ns", "UTC")))
    out = io.BytesIO()
    parquet.write_table(table, out)
    [event] = read(out.getvalue(), "PARQUET")
    assert (event.distinct_id, event.at, event.revenue, event.properties) == (
        "17",
        at,
        Decimal("9.99"),
        {"tags": ["a"]},
    )


@pytest.mark.parametrize("depth", [20, 300, 600, 1000, 5000])
@pytest.mark.parametrize("fields", ['"at": "2026-05-04", "properties": ', '"at": "2026-05-04", "x": ', '"x": '])
def test_a_line_that_is_nested_too_deeply_is_one_bad_row(fields: str, depth: int) -> None:
    good = '{"name": "a", "distinct_id": "b", "at": "2026-05-04"}'
    deep = '{"name": "a", "distinct_id": "b", ' + fields + '{"y": ' + "[" * depth + "]" * depth + "}}"
    found = read(f"{deep}\n{good}".encode(), "NDJSON")
    assert [type(each) for each in found] == [Rejected, IncomingEvent]


def test_rows_of_parquet_that_python_cannot_hold_are_bad_rows() -> None:
    moments = pa.array([2**62, 0, -(2**62)], pa.timestamp("us"))
    out = io.BytesIO()
    parquet.write_table(
        pa.table({"event": ["a", "b", "c"], "user_id": ["x"] * 3, "seen": moments, "at": ["2026-05-04"] * 3}), out
    )
    first, second, third = read(out.getvalue(), "PARQUET")
    assert isinstance(second, IncomingEvent)
    assert isinstance(first, Rejected)
    assert isinstance(third, Rejected)
    assert (first.code, first.reason[:6]) == ("unreadable_row", "Row 1:")


@pytest.mark.parametrize("format_", ["CSV", "NDJSON", "PARQUET"])
def test_reading_goes_on_behind_any_row_with_the_same_ids(format_: str) -> None:
    rows = [{"event": f"e{n}", "user_id": "ann", "time": "2026-05-04"} for n in range(11)]
    data = {
        "CSV": b"event,user_id,time\n" + b"".join(b"e%d,ann,2026-05-04\n" % n for n in range(11)),
        "NDJSON": b"".join(b'{"event": "e%d", "user_id": "ann", "time": "2026-05-04"}\n' % n for n in range(11)),
        "PARQUET": as_parquet(rows, row_group_size=4),
    }[format_]
    whole = read(data, format_, size=3)
    assert [event.name for event in whole if isinstance(event, IncomingEvent)] == [f"e{n}" for n in range(11)]
    for skip in range(12):
        assert read(data, format_, skip=skip, size=3) == whole[skip:]


@pytest.mark.parametrize(
    ("data", "format_", "sentence"),
    [
        (b"", "CSV", "empty"),
        (b"", "PARQUET", "empty"),
        (b"\n", "CSV", "Line 1 does not name columns"),
        (b"a,a\n", "CSV", "twice: a"),
        ("event,user_id\n".encode("utf-16"), "CSV", "UTF-16"),
        (b"caf\xe9,b\n", "CSV", "Line 1, which names the columns, is not UTF-8"),
        (b"PAR1....", "CSV", "Parquet"),
        (b"event,user_id\n", "PARQUET", "no Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, format_: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(data, format_)


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidInput) as missing:
        columns.require(["event", "moment"], {})
    assert missing.value.fields["map"] == [
        "No column is known as distinct_id, at: say which it is. The file has event, moment."
    ]
    with pytest.raises(InvalidInput) as absent:
        columns.require(["event", "user_id", "time"], {"at": "when"})
    assert "no column when" in absent.value.fields["map"][0]


@pytest.mark.parametrize("column", ["a\x00", "x" * 201])
def test_what_cannot_be_a_columns_name_is_refused(column: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        columns.checked({"name": column})
    assert "for name" in refused.value.fields["map"][0]


def test_a_file_says_its_format_by_its_name() -> None:
    names = ["a.csv", "a.CSV.gz", "x.jsonl", "x.ndjson.gz", "y.parquet"]
    assert [format_of(name).lower() for name in names] == ["csv", "csv", "ndjson", "ndjson", "parquet"]
    with pytest.raises(InvalidInput):
        format_of("events.xlsx")
