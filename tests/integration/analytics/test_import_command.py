"""History from files on this machine, with the command that operators run."""

import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from analytics.models import DailyCount, DeadLetter, Event, EventImport
from analytics.services import import_runs, local_imports
from brands.tenancy.scope import brand_scope
from tests.databases import CHECKOUT
from tests.factories import Tenant
from tests.waiting import wait_until


def history(folder: Path, rows: int, *, bad: int | None = None) -> Path:
    lines = [
        json.dumps({"event": "visit", "user_id": f"u{n % 7}", "at": 1_700_000_000 + n, "properties": {"n": n}})
        for n in range(rows)
    ]
    if bad is not None:
        lines[bad] = "broken"
    file = folder / "history.ndjson"
    file.write_text("\n".join(lines))
    return file


def run(tenant: Tenant, file: Path, *options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("import_events", str(tenant.id), str(file), *options, stdout=out)
    except SystemExit as stopped:
        return int(str(stopped.code)), out.getvalue()
    return 0, out.getvalue()


def stored(tenant: Tenant) -> list[int]:
    with brand_scope(tenant.brand):
        return sorted(each["n"] for each in Event.objects.values_list("properties", flat=True))


def test_each_row_is_stored_once_and_bad_ones_are_dead_letters_with_their_line(ours: Tenant, tmp_path: Path) -> None:
    file = history(tmp_path, 25, bad=3)
    code, said = run(ours, file, "--batch", "10")
    assert (code, "25 rows, 24 stored, 0 were here already, 1 rejected" in said) == (3, True)
    assert stored(ours) == [n for n in range(25) if n != 3]
    with brand_scope(ours.brand):
        letter = DeadLetter.objects.get()
        assert (letter.source, letter.code, letter.reason[:7]) == ("import", "malformed", "Line 4:")
    assert "This file is in already" in run(ours, file)[1]
    assert "0 stored, 24 were here already" in run(ours, file, "--again")[1]
    assert len(stored(ours)) == 24


def test_a_dry_run_stores_nothing_and_tells_what_is_wrong(ours: Tenant, tmp_path: Path) -> None:
    code, said = run(ours, history(tmp_path, 9, bad=3), "--dry-run")
    assert (code, stored(ours)) == (3, [])
    assert "8 of 9 rows are events" in said
    assert "Line 4: Not JSON" in said


def test_it_goes_on_where_it_was_and_the_slow_one_writes_no_more(ours: Tenant, tmp_path: Path) -> None:
    file = history(tmp_path, 50)
    with file.open("rb") as opened:
        job = local_imports.begin(
            brand_id=ours.id, file=opened, name="x", size=file.stat().st_size, format="NDJSON", mapping={}
        )
        slow = import_runs.claim(brand_id=ours.id, import_id=job.pk)
        assert slow is not None
        running = import_runs.run(slow, opened, size=10)
        assert [next(running).rows_done for _ in range(2)] == [10, 20]
        assert import_runs.claim(brand_id=ours.id, import_id=job.pk) is None
        code, said = run(ours, file)
        assert (code, "Going on behind row 20" in said) == (0, True)
        with pytest.raises(import_runs.TakenOver):
            next(running)
    assert stored(ours) == list(range(50))
    with brand_scope(ours.brand):
        assert EventImport.objects.get().stored == 50
        assert sum(DailyCount.objects.values_list("events", flat=True)) == 50


def test_killed_and_started_again_every_row_is_there_once(committed: None, ours: Tenant, tmp_path: Path) -> None:
    file = history(tmp_path, 3_000)
    command = [sys.executable, "manage.py", "import_events", str(ours.id), str(file), "--batch", "20"]

    def done() -> int:
        with brand_scope(ours.brand):
            return EventImport.objects.values_list("rows_done", flat=True).first() or 0

    process = subprocess.Popen(command, cwd=CHECKOUT, env=os.environ, stdout=subprocess.DEVNULL)
    wait_until(lambda: done() >= 100 or process.poll() is not None, "some rows are in")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 100 <= done() < 3_000
    code, said = run(ours, file)
    assert (code, "Going on behind row" in said) == (0, True)
    assert stored(ours) == list(range(3_000))


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("", [], "The file is empty."),
        ("a,b\n1,2\n", ["--format", "csv"], "No column is known as name, distinct_id, at"),
        ("event,user_id,time\n", ["--format", "csv", "--map", "at=when"], "no column when"),
        ("event,user_id,time\n", ["--format", "csv", "--map", "colour=when"], "Not a field of events: colour"),
        ("{}\n" * 1_000, [], "None of the first 1,000 rows is an event"),
    ],
)
def test_what_cannot_be_imported_says_why(
    text: str, options: list[str], sentence: str, ours: Tenant, tmp_path: Path
) -> None:
    file = tmp_path / "x.ndjson"
    file.write_text(text)
    with pytest.raises(CommandError, match=sentence):
        run(ours, file, *options)


def test_a_brand_or_a_file_that_is_not_there_is_told(ours: Tenant, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(ours, tmp_path / "none.csv")
    file = history(tmp_path, 1)
    with pytest.raises(CommandError, match="no such brand"):
        call_command("import_events", "00000000-0000-7000-8000-000000000000", str(file))


@pytest.mark.parametrize(
    "changes",
    [
        {"stored": 1},
        {"status": "RUNNING"},
        {"status": "DONE"},
        {"received_bytes": 9},
        {"size_bytes": 0},
        {"error": "x"},
    ],
)
def test_an_import_that_does_not_add_up_cannot_be_kept(changes: dict[str, Any], ours: Tenant) -> None:
    facts = {"name": "x", "format": "CSV", "size_bytes": 5, "received_bytes": 5, "status": "QUEUED"}
    with brand_scope(ours.brand):
        EventImport.objects.create(brand=ours.brand, **facts)
        with pytest.raises(IntegrityError), transaction.atomic():
            EventImport.objects.create(brand=ours.brand, **facts | changes)
