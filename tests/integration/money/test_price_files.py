"""The price files are valid, loaded once, and never changed in place."""

from pathlib import Path

import pytest
from django.core.management import call_command

from ai_studio.models import Price
from ai_studio.prices import files
from ai_studio.prices.files import BadPriceFile
from ai_studio.prices.loading import load

HEADER = ",".join(files.HEADER)
LINE = "acme,one,IMAGE_2D,high,,image,0.04,2026-11-01,https://example.com/prices"


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    (folder / "acme.csv").write_text("\n".join([header, *lines, ""]))
    return folder


@pytest.mark.parametrize("path", sorted(files.DATA.glob("*.csv")), ids=lambda path: path.stem)
def test_each_file_is_valid(path: Path) -> None:
    assert [price for _, price in files._read(path)], "no row"


def test_the_table_has_every_row_of_the_files_wherever_migrations_ran(db: None) -> None:
    assert {files.key_of(price) for price in files.read_all()} <= {files.key_of(price) for price in Price.objects.all()}
    call_command("load_prices")


def test_loading_again_adds_nothing(db: None, tmp_path: Path) -> None:
    written(tmp_path, LINE, LINE.replace("2026-11-01", "2026-12-01").replace("0.04", "0.05"))
    assert (load(folder=tmp_path), load(folder=tmp_path)) == (2, 0)
    assert Price.objects.filter(provider="acme").count() == 2


def test_a_price_changed_in_place_is_refused_and_nothing_is_loaded(db: None, tmp_path: Path) -> None:
    load(folder=written(tmp_path, LINE))
    written(tmp_path, LINE.replace("0.04", "0.05"), LINE.replace("one", "two"))
    with pytest.raises(BadPriceFile, match="add a row"):
        load(folder=tmp_path)
    assert list(Price.objects.filter(provider="acme").values_list("model", flat=True)) == ["one"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (LINE.replace("acme", "other", 1), "not a row of acme"),
        (LINE.replace("IMAGE_2D", "SONG"), "line 2.*type"),
        (LINE.replace("high", "best"), "line 2.*quality"),
        (LINE.replace(",image,", ",,"), "line 2.*unit"),
        (LINE.replace("0.04", "cheap"), "line 2.*unit_price_usd"),
        (LINE.replace("0.04", "0.0000001"), "line 2.*unit_price_usd"),
        (LINE.replace("0.04", "-1"), "negative"),
        (LINE.replace("2026-11-01", "soon"), "line 2.*valid_from"),
        (LINE.replace("https://example.com/prices", "their site"), "line 2.*source_url"),
        (LINE + ",more", "columns"),
        ("acme,one", "columns"),
        (f"{LINE}\n{LINE}", "line 3.*twice"),
    ],
)
def test_a_bad_line_is_refused_by_its_number(tmp_path: Path, wrong: str, sentence: str) -> None:
    with pytest.raises(BadPriceFile, match=sentence):
        files.read_all(written(tmp_path, wrong))


def test_another_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPriceFile, match="first line"):
        files.read_all(written(tmp_path, LINE, header="provider,model"))


@pytest.mark.parametrize("statement", ["UPDATE {} SET unit_price_usd = 0", "DELETE FROM {}"])
def test_the_runtime_role_changes_no_price(db: None, statement: str) -> None:
    from django.db import ProgrammingError, connection

    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement.format("ai_studio_price"))
