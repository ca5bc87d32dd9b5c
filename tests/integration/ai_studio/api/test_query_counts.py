"""An endpoint asks the database the same number of questions for 1 row and for 50."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ai_studio.models import Attempt, Favourite, GenerationTag
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

PATHS = [
    "generations/",
    "generations/?search=mug&status=PENDING&status=COMPLETED",
    "generations/?tag=mug&favourite=false",
    "collections/",
    "prompt-templates/",
    "tags/",
    "models/",
    "queue/",
    "ledger/",
]


@pytest.fixture
def client(ours):
    return client_for(ours.key)


@pytest.fixture
def queries(ours, client):
    def count(path):
        client.get(studio.url(ours, path))  # what is looked up, or marked as used, once
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(studio.url(ours, path))
        assert answer.status_code == 200, answer.json()
        return len(captured)

    return count


def fill(tenant, client, count, **facts):
    """Rows of every kind, of several people."""
    for n in range(count):
        person = (tenant.editor, tenant.admin)[n % 2]
        labelled(tenant, studio.finished(tenant, user=person, **facts), n)
        studio.generation(tenant, user=person, **facts)
    items = [{"type": "IMAGE_2D", "prompt": "a mug"}] * count
    client.post(studio.url(tenant, "generations/batch/"), {"items": items})

    for n in range(count):
        body = {"name": f"Template {n} of {count}", "body": "a mug"}
        assert client.post(studio.url(tenant, "prompt-templates/"), body).status_code == 201


def labelled(tenant, generation, n):
    studio.collection(tenant, generation, visibility="BRAND", owner=(tenant.editor, tenant.admin)[n % 2])
    with brand_scope(tenant.brand):
        for number, name in enumerate(("mug", f"tag {n}"), 1):
            GenerationTag.objects.create(brand=tenant.brand, generation=generation, name=name, number=number)
        for person in (tenant.owner, tenant.viewer)[: n % 3]:
            Favourite.objects.create(brand=tenant.brand, generation=generation, user=person)


def test_a_list_costs_the_same_for_one_and_for_fifty(ours, client, queries):
    fill(ours, client, 1)
    few = {path: queries(path) for path in PATHS}
    fill(ours, client, 49)
    assert {path: queries(path) for path in PATHS} == few


def test_what_is_in_a_collection_costs_the_same_for_one_and_for_fifty(ours, queries):
    costs = []
    for count in (1, 50):
        collection = studio.collection(ours, *(studio.finished(ours) for _ in range(count)), visibility="BRAND")
        costs.append(queries(f"collections/{collection.pk}/items/"))
    assert costs[0] == costs[1]


def test_a_detail_costs_the_same_for_one_and_for_fifty_relatives(ours, client, queries):
    parent = studio.finished(ours)
    below = ("", "variations/", "versions/", "tree/", "attempts/")
    paths = [f"generations/{parent.pk}/{path}" for path in below]
    grow(ours, parent, range(1, 2))
    few = {path: queries(path) for path in paths}
    grow(ours, parent, range(2, 51))
    assert {path: queries(path) for path in paths} == few


def grow(tenant, parent, numbers):
    for n in numbers:
        for kind in ("VERSION", "VARIATION"):
            studio.finished(tenant, parent=parent, parent_kind=kind)
        studio.collection(tenant, parent, name=f"Set {n}", visibility="BRAND")
        studio.artifact(parent, role="EXTRA", name=f"extra-{n}.png")
        with brand_scope(tenant.brand):
            Attempt.objects.create(brand=tenant.brand, generation=parent, number=n, fence=n, started_at=timezone.now())


def test_a_batch_costs_the_same_for_one_and_for_fifty(ours, client):
    fill(ours, client, 1)
    costs = []
    for count in (1, 50):
        items = [{"type": "IMAGE_2D", "prompt": "a mug"}] * count
        with CaptureQueriesContext(connection) as captured:
            assert client.post(studio.url(ours, "generations/batch/"), {"items": items}).status_code == 202
        costs.append(len(captured))
    assert costs[0] == costs[1]
