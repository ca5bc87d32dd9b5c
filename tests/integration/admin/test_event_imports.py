"""Staff bring history in from their browser, in parts, and see how far it is."""

from typing import Any

import pytest
from django.test import Client

from analytics.models import Event
from analytics.services import import_work
from brands.models import User
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant

PAGE = "/admin/analytics/eventimport/"
DATA = b"event,user_id,time\n" + b"visit,ann,2026-05-04\n" * 3


def begin(admin: Client, tenant: Tenant, **changes: Any) -> Any:
    given = {"brand": str(tenant.id), "name": "history.csv", "size_bytes": len(DATA), "format": "", **changes}
    return admin.post(f"{PAGE}begin/", given)


def send(admin: Client, pk: str, offset: int, data: bytes) -> Any:
    kind, headers = "application/octet-stream", {"Upload-Offset": str(offset)}
    return admin.post(f"{PAGE}{pk}/part/", data, content_type=kind, headers=headers)


@pytest.fixture(autouse=True)
def _own_media(media: Any) -> None:
    """The folder of stored files goes away with the tests."""


def test_a_broken_upload_goes_on_when_the_file_is_chosen_again(admin: Client, ours: Tenant) -> None:
    assert b"upload.js" in admin.get(f"{PAGE}add/").content
    pk = begin(admin, ours).json()["id"]
    send(admin, pk, 0, DATA[:30])
    again = begin(admin, ours).json()
    assert (again["id"], again["received_bytes"]) == (pk, 30)
    assert send(admin, pk, 0, DATA).json()["offset"] == 30
    assert send(admin, pk, 30, DATA[30:]).json()["status"] == "QUEUED"
    import_work.work(brand_id=ours.id, import_id=pk)
    told = admin.get(f"{PAGE}{pk}/part/").json()
    assert (told["status"], told["stored"], told["share_done"]) == ("DONE", 3, 1.0)
    with brand_scope(ours.brand):
        assert Event.objects.count() == 3
    assert b"history.csv" in admin.get(PAGE).content
    assert b"DONE" in admin.get(f"{PAGE}{pk}/change/").content


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"brand": "x"}, "brand"), ({"size_bytes": "0"}, "file"), ({"name": "x.xlsx"}, "format"), ({"name": ""}, "file")],
)
def test_what_cannot_be_uploaded_is_told(changes: dict[str, str], field: str, admin: Client, ours: Tenant) -> None:
    answer = begin(admin, ours, **changes)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_onlookers_upload_nothing(onlooker: User, browse: Any, ours: Tenant) -> None:
    client = browse(onlooker)
    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}add/").status_code == 403
    assert begin(client, ours).status_code == 403
