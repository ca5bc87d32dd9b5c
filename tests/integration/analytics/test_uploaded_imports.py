"""Files of history over HTTP: sent in parts, imported by a worker, with nothing lost or doubled when one dies."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.models import DeadLetter, Event, EventImport
from analytics.services import import_runs, import_work, imports
from brands.tenancy.keys import storage_key
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for
from tests.programs import Live
from tests.waiting import wait_until

HEADER = b"event,user_id,time,plan\n"
PART = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def _own_media(media: Path) -> None:
    """The folder of stored files goes away with the tests."""


def file_of(rows: int) -> bytes:
    return HEADER + b"".join(b"visit,u%d,2026-05-04T10:00:00Z,pro%d\n" % (n % 5, n) for n in range(rows))


def begin(tenant: Tenant, data: bytes, status: int = 201, role: str = "OWNER", **facts: Any) -> Any:
    body = {"name": "history.csv", "size_bytes": len(data), **facts}
    answer = client_for(tenant.person(role)).post(f"{tenant.url}analytics/imports/", body, format="json")
    assert answer.status_code == status, answer.content
    return answer.json()


def send(tenant: Tenant, pk: str, offset: Any, data: bytes, kind: str = PART) -> Any:
    url = f"{tenant.url}analytics/imports/{pk}/"
    return client_for(tenant.owner).patch(url, data, content_type=kind, headers={"Upload-Offset": str(offset)})


def uploaded(tenant: Tenant, data: bytes, part: int = 1_000, **facts: Any) -> str:
    pk: str = begin(tenant, data, **facts)["id"]
    for offset in range(0, len(data), part):
        assert send(tenant, pk, offset, data[offset : offset + part]).status_code == 200
    return pk


def shown(tenant: Tenant, pk: str) -> Any:
    return client_for(tenant.owner).get(f"{tenant.url}analytics/imports/{pk}/").json()


def work(tenant: Tenant, pk: str) -> Any:
    import_work.work(brand_id=tenant.id, import_id=pk)  # type: ignore[arg-type]
    return shown(tenant, pk)


def plans(tenant: Tenant) -> list[str]:
    with brand_scope(tenant.brand):
        return sorted(each["plan"] for each in Event.objects.values_list("properties", flat=True))


def kept_parts(tenant: Tenant, pk: str) -> int:
    try:
        return len(default_storage.listdir(storage_key(tenant.id, "imports", pk))[1])
    except FileNotFoundError:
        return 0


def test_a_broken_upload_goes_on_where_the_server_says(ours: Tenant) -> None:
    data = file_of(50)
    pk = begin(ours, data)["id"]
    assert send(ours, pk, 0, data[:400]).json()["received_bytes"] == 400
    wrong = send(ours, pk, 0, data[:400])
    assert (wrong.status_code, wrong.json()["code"], wrong["Upload-Offset"]) == (409, "wrong_offset", "400")
    asked = client_for(ours.owner).head(f"{ours.url}analytics/imports/{pk}/")
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("400", str(len(data)))
    assert send(ours, pk, 400, data[400:]).json()["status"] == "QUEUED"
    done = work(ours, pk)
    assert (done["status"], done["rows"], done["stored"], done["progress_percent"]) == ("DONE", 50, 50, 100.0)
    assert plans(ours) == sorted(f"pro{n}" for n in range(50))


def test_files_go_when_they_are_in(committed: None, ours: Tenant) -> None:
    pk = uploaded(ours, file_of(100))
    assert kept_parts(ours, pk) > 1
    work(ours, pk)
    assert kept_parts(ours, pk) == 0


@pytest.mark.parametrize("place", ["before", "inside"])
def test_a_killed_workers_import_goes_on_with_another(
    place: str, ours: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_runs, "SET_ROWS", 10)
    pk = uploaded(ours, file_of(60))
    killed = import_runs.claim(brand_id=ours.id, import_id=pk)  # type: ignore[arg-type]
    assert killed is not None
    if place == "inside":
        from analytics.imports import stored

        with stored.opened(brand_id=ours.id, parts=killed.parts) as file:
            import_work._is_what_was_said(killed, file)
            going = import_runs.run(killed, file, size=10)
            next(going), next(going)
    assert work(ours, pk)["status"] == "RUNNING"  # its lease lasts
    with brand_scope(ours.brand):
        EventImport.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    done = work(ours, pk)
    assert (done["status"], done["stored"], done["duplicates"]) == ("DONE", 60, 0)
    assert len(plans(ours)) == 60


def test_a_file_that_kills_its_workers_is_given_up(ours: Tenant) -> None:
    pk = uploaded(ours, file_of(3))
    for _ in range(import_runs.MOST_STALLED + 1):
        import_runs.claim(brand_id=ours.id, import_id=pk)  # type: ignore[arg-type]
        with brand_scope(ours.brand):
            EventImport.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    failed = work(ours, pk)
    assert (failed["status"], "workers in a row were lost" in failed["error"]) == ("FAILED", True)


def test_a_real_worker_imports_what_was_uploaded(workers: Live, ours: Tenant) -> None:
    pk = uploaded(ours, file_of(300) + b"broken\n", part=5_000)
    wait_until(lambda: shown(ours, pk)["status"] == "DONE", "the import is done")
    with brand_scope(ours.brand):
        assert (Event.objects.count(), DeadLetter.objects.get().reason[:9]) == (300, "Line 302:")


def test_what_fails_says_why_and_can_be_tried_again(ours: Tenant) -> None:
    data = b"when,who\n1,2\n"
    failed = work(ours, uploaded(ours, data))
    assert (failed["status"], "No column is known as name" in failed["error"]) == ("FAILED", True)
    other = work(ours, uploaded(ours, file_of(1), sha256="0" * 64))
    assert "not what was announced" in other["error"]
    url = f"{ours.url}analytics/imports/{failed['id']}/retry/"
    assert client_for(ours.owner).post(url).json()["status"] == "QUEUED"
    assert client_for(ours.owner).post(url).json()["code"] == "import_over"


def test_what_is_called_off_takes_nothing_more(ours: Tenant) -> None:
    pk = uploaded(ours, file_of(3))
    claimed = import_runs.claim(brand_id=ours.id, import_id=pk)  # type: ignore[arg-type]
    assert client_for(ours.owner).delete(f"{ours.url}analytics/imports/{pk}/").status_code == 204
    assert claimed is not None
    with pytest.raises(import_runs.TakenOver):
        import_runs.renew(claimed)
    assert (work(ours, pk)["status"], plans(ours)) == ("CANCELLED", [])


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "events.xlsx"}, "format"),
        ({"size_bytes": 0}, "size_bytes"),
        ({"mapping": {"colour": "x"}}, "map"),
        ({"sha256": "x"}, "sha256"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_cannot_be_begun_is_refused_by_field(facts: dict[str, Any], field: str, ours: Tenant) -> None:
    assert field in begin(ours, b"x", status=400, **facts)["errors"]


def test_parts_that_do_not_fit_are_refused(ours: Tenant) -> None:
    pk = begin(ours, b"x" * 10)["id"]
    for offset, data, kind, status in (
        (0, b"x" * 11, PART, 413),
        (0, b"", PART, 400),
        ("", b"x", PART, 400),
        (0, b"x", "text/csv", 415),
    ):
        assert send(ours, pk, offset, data, kind).status_code == status
    assert shown(ours, pk)["received_bytes"] == 0


def test_a_file_comes_in_only_so_many_parts(ours: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MOST_PARTS", 2)
    pk = begin(ours, b"x" * 10)["id"]
    answers = [send(ours, pk, offset, b"x") for offset in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert "larger ones" in answers[2].json()["errors"]["body"][0]


def test_only_so_many_are_under_way_and_analysts_bring_nothing_in(ours: Tenant) -> None:
    begin(ours, b"x", status=403, role="ANALYST")
    begin(ours, b"x", status=403, role="VIEWER")
    for _ in range(imports.MOST_OPEN):
        begin(ours, b"x")
    assert begin(ours, b"x", status=409)["code"] == "too_many_imports"


def test_uploads_that_were_left_are_forgotten(committed: None, ours: Tenant) -> None:
    pk = begin(ours, b"xx")["id"]
    send(ours, pk, 0, b"x")
    failed = work(ours, uploaded(ours, b"x"))["id"]
    for days, status, parts in ((6, "UPLOADING", 1), (8, "CANCELLED", 0)):
        imports.forget_old(now=timezone.now() + timedelta(days=days))
        assert (shown(ours, pk)["status"], kept_parts(ours, pk), kept_parts(ours, failed)) == (status, parts, parts)


def test_the_list_costs_the_same_queries_however_long(ours: Tenant) -> None:
    costs = []
    for _ in range(2):
        begin(ours, b"x")
        client_for(ours.key).get(ours.url)
        with CaptureQueriesContext(connection) as queries:
            client_for(ours.key).get(f"{ours.url}analytics/imports/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 9
