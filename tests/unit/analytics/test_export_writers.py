"""Tables as files: they read back as what was written, whatever their size, in memory that does not follow it."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas
import pytest
from pyarrow import parquet

from analytics.api.files import FORMATS as OFFERED
from analytics.exports.columns import Column, Kind
from analytics.exports.formats import FORMATS

COLUMNS = (
    Column("name"),
    Column("at", Kind.MOMENT),
    Column("n", Kind.INT),
    Column("share", Kind.FLOAT),
    Column("money", Kind.MONEY),
    Column("facts", Kind.JSON),
    Column("day", Kind.DATE),
    Column("over", Kind.BOOL),
    Column("ids", Kind.TEXTS),
)
AT = datetime(2026, 5, 4, 10, 0, 0, 7, tzinfo=UTC)
ROW = ('é, "q"\n2', AT, -5, 0.1, Decimal("9.990000"), '{"a": "b"}', date(2026, 5, 4), True, ["ann", "=b"])
EMPTY = (None,) * len(COLUMNS)


def written(format_: str, *rows: tuple[Any, ...]) -> bytes:
    return b"".join(FORMATS[format_].chunks(COLUMNS, [rows] if rows else []))


def test_csv_reads_back() -> None:
    found = pandas.read_csv(io.BytesIO(written("csv", ROW, EMPTY)), parse_dates=["at", "day"])
    first = found.iloc[0]
    assert (first["name"], first["at"], first["n"], first["share"]) == (ROW[0], AT, -5, 0.1)
    assert (str(first["over"]), first["facts"], json.loads(first["ids"])) == ("True", ROW[5], ROW[8])
    assert found.iloc[1].isna().all()


def test_ndjson_reads_back() -> None:
    first, second = map(json.loads, written("ndjson", ROW, EMPTY).decode().splitlines())
    assert first == {
        "name": ROW[0], "at": AT.isoformat(), "n": -5, "share": 0.1, "money": "9.990000", "facts": {"a": "b"},
        "day": "2026-05-04", "over": True, "ids": ["ann", "=b"],
    }  # fmt: skip
    assert set(second.values()) == {None}


def test_parquet_reads_back() -> None:
    found = parquet.read_table(io.BytesIO(written("parquet", ROW, EMPTY))).to_pylist()
    assert [tuple(row.values()) for row in found] == [ROW, EMPTY]


@pytest.mark.parametrize("format_", OFFERED)
def test_a_table_without_rows_has_its_columns(format_: str) -> None:
    data = written(format_)
    if format_ == "parquet":
        assert parquet.read_schema(io.BytesIO(data)).names == [column.name for column in COLUMNS]
    else:
        assert data == (b"name,at,n,share,money,facts,day,over,ids\r\n" if format_ == "csv" else b"")
    assert set(OFFERED) == set(FORMATS)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1"])
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    [line] = b"".join(FORMATS["csv"].chunks([Column("x")], [[(text,)]])).decode().split("\r\n")[1:2]
    assert line.strip('"').startswith("'")


@pytest.mark.parametrize("format_", OFFERED)
def test_memory_does_not_follow_the_rows(format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.exports.parquet.GROUP_ROWS", 1_500)

    def peak(pages: int) -> int:
        rows = [("visit", AT, n, 0.5, None, '{"plan": "pro"}', None, True, None) for n in range(500)]
        tracemalloc.start()
        for _ in FORMATS[format_].chunks(COLUMNS, (rows for _ in range(pages))):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(6)  # what is loaded is loaded
    least = min(peak(40) for _ in range(3))  # other threads of this process are counted too
    assert least < peak(6) + 300_000  # of a megabyte more


@pytest.mark.parametrize("format_", OFFERED)
def test_a_table_that_fails_raises_and_its_file_is_not_whole(format_: str) -> None:
    def pages() -> Iterator[list[tuple[Any, ...]]]:
        for _ in range(3):
            yield [ROW] * 7_000
        raise OSError("gone")

    got: list[bytes] = []
    with pytest.raises(OSError, match="gone"):
        got.extend(FORMATS[format_].chunks(COLUMNS, pages()))
    if format_ == "parquet":
        with pytest.raises(Exception, match=r"[Pp]arquet"):
            parquet.read_table(io.BytesIO(b"".join(got)))
