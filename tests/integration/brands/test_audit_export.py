"""The audit trail as a file: verified by its receiver with what README.md says, and nothing else."""

import csv
import io
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.utils import timezone

from brands import audit, context
from brands.audit_chain import FIELDS, FIRST, hash_of
from brands.models import AuditEntry
from brands.services import audit_export
from brands.tenancy.scope import brand_scope
from tests.databases import CHECKOUT
from tests.factories import Tenant, client_for

SECTION = (CHECKOUT / "README.md").read_text().partition("\n## The audit trail\n")[2].partition("\n## ")[0]
(SNIPPET,) = re.findall(r"```python\n(.*?)```", SECTION, flags=re.DOTALL)
# What JSON of several languages writes differently, and what spreadsheets would run.
ODD = {
    "text": "=1+1 \"quoted\" \\ / \b\f\n\r\t\x01\x7f é\u2028\U0001f600 <b>",
    "numbers": [0.1, 1.10, 1e-7, 1e22, -0.0, 10**30, 3],
    "b": None, "aa": {}, "": [True],
}  # fmt: skip


def export(tenant: Tenant, status: int = 200, **query: object) -> HttpResponseBase:
    answer = client_for(tenant.owner).get(f"{tenant.url}audit/export/", query)
    assert answer.status_code == status, answer.content
    return answer


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def entries(tenant: Tenant, **query: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body(export(tenant, **query)).split(b"\n") if line]


def receive(folder: Path, content: bytes) -> tuple[int, str]:
    """(exit code, what it said) of README's snippet."""
    (folder / "audit.ndjson").write_bytes(content)
    done = subprocess.run([sys.executable, "-c", SNIPPET], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def trail(committed: None, ours: Tenant, theirs: Tenant, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """Ours, with odd entries over several pages; the other brand has some, too."""
    monkeypatch.setattr(audit_export, "PAGE_ROWS", 3)
    for tenant in (theirs, ours):
        with brand_scope(tenant.brand):
            for ip in (None, "203.0.113.9", "2001:db8::1", "::ffff:192.0.2.1"):
                token = context.current.set(context.RequestContext("-1+1", ip))
                audit.record(actor=tenant.actor(), action="thing.done", obj=tenant.brand, **ODD)
                context.current.reset(token)
    return ours


def test_a_receiver_verifies_the_file_with_what_the_readme_says(trail: Tenant, tmp_path: Path) -> None:
    answer = export(trail)
    whole = body(answer)
    assert receive(tmp_path, whole) == (0, answer["Audit-Chain-Hash"] + "\n")
    lines = whole.splitlines(keepends=True)
    assert (len(lines), answer["Audit-Chain-Length"]) == (5, "5")
    assert json.loads(lines[0])["prev_hash"] == FIRST
    first, second, third, *rest = lines
    for tampered, named in (
        ([first, second, third.replace(b"thing.done", b"thing.gone"), *rest], 3),
        ([first, second, *rest], 4),
        ([first, third, second, *rest], 3),
    ):
        code, said = receive(tmp_path, b"".join(tampered))
        assert (code, said[:8]) == (1, f"Entry {named} ")


def test_csv_holds_the_same_and_no_formula(trail: Tenant) -> None:
    answer = export(trail, format="csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="audit-1-5.csv"'
    rows = list(csv.DictReader(io.StringIO(body(answer).decode(), newline="")))
    assert {row["request_id"] for row in rows[1:]} == {"'-1+1"}
    plain = [{name: cell.removeprefix("'") for name, cell in row.items()} for row in rows]
    assert plain == [{name: str(value) for name, value in entry.items()} for entry in entries(trail)]
    assert all(hash_of([row[name] for name in FIELDS]) == row["hash"] for row in plain)


def test_a_period_is_a_stretch_without_a_gap(trail: Tenant) -> None:
    with brand_scope(trail.brand):
        times = list(AuditEntry.objects.order_by("seq").values_list("at", flat=True))

    def numbers(**query: datetime) -> list[int]:
        answer = export(trail, **{name.rstrip("_"): at.isoformat() for name, at in query.items()})
        assert answer["Audit-Chain-Length"] == "5"
        return [json.loads(line)["seq"] for line in body(answer).splitlines()]

    assert numbers(from_=times[2]) == [3, 4, 5]
    assert numbers(to=times[2]) == [1, 2]
    assert numbers(from_=times[1], to=times[3]) == [2, 3]
    later = timezone.now() + timedelta(hours=1)
    assert numbers(from_=later) == numbers(to=times[0]) == numbers(from_=later, to=later + timedelta(hours=1)) == []


def test_what_cannot_be_asked_is_named(ours: Tenant) -> None:
    now = timezone.now().isoformat()
    for wrong, field in (
        ({"format": "xml"}, "format"),
        ({"from": "yesterday"}, "from"),
        ({"to": "0001-01-01T00:00:00+14:00"}, "to"),
        ({"from": now, "to": now}, "to"),
        ({"since": now}, "since"),
    ):
        assert list(export(ours, 400, **wrong).json()["errors"]) == [field]


def test_the_list_tells_each_entrys_place_in_the_chain(trail: Tenant) -> None:
    listed = client_for(trail.owner).get(f"{trail.url}audit/").json()["results"]
    chained = [{name: entry[name] for name in ("id", "seq", "prev_hash", "hash")} for entry in entries(trail)]
    assert [{name: entry[name] for name in ("id", "seq", "prev_hash", "hash")} for entry in listed] == chained[::-1]
    head = client_for(trail.owner).head(f"{trail.url}audit/export/")
    assert (head.status_code, head.content, head["Audit-Chain-Hash"]) == (200, b"", chained[-1]["hash"])


def test_the_hash_is_over_every_field_of_an_entry() -> None:
    assert sorted({field.name for field in AuditEntry._meta.fields} - {"hash"}) == sorted(FIELDS)
