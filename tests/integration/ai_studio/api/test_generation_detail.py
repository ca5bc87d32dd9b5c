"""GET ai/generations/{id}/ and what hangs below it."""

from decimal import Decimal

import pytest
from django.utils import timezone

from ai_studio.choices import Status
from ai_studio.models import Attempt
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for


@pytest.fixture
def client(ours):
    return client_for(ours.viewer)


@pytest.fixture
def detail(ours, client):
    def fetch(generation, **headers):
        return client.get(studio.url(ours, f"generations/{generation.pk}/"), headers=headers)

    return fetch


def test_a_completed_generation_shows_all_there_is(ours, detail):
    parent = studio.generation(ours)
    done = studio.finished(
        ours,
        parent=parent,
        parent_kind="VERSION",
        version=2,
        routing={"chosen": {"provider": "local"}},
        answer={"understood": [{"word": "mug", "node": "subject"}], "ignored": ["nice"]},
        credits=Decimal("1.50"),
    )
    body = detail(done).json()
    expected = {
        "id": str(done.pk),
        "type": "IMAGE_2D",
        "prompt": "a red mug",
        "status": "COMPLETED",
        "stage": "done",
        "progress": 100,
        "cost_usd": "0.080000",
        "credits": "1.50",
        "quality_score": "0.750",
        "duration_seconds": "2.000",
        "error": None,
        "queue": None,
        "user": {"id": ours.editor.pk, "name": "editor@ours.example"},
        "parent": str(parent.pk),
        "parent_kind": "VERSION",
        "version": 2,
        "routing": done.routing,
        "answer": done.answer,
        "collections": [],
        "versions": [],
        "variations": [],
    }
    assert {name: body[name] for name in expected} == expected
    assert [artifact["role"] for artifact in body["artifacts"]] == ["RESULT", "THUMBNAIL"]
    assert body["result"]["size_bytes"] == len(studio.PNG)
    assert body["result"]["sha256"] == body["artifacts"][0]["sha256"]


def test_a_failed_generation_says_why(ours, detail):
    failed = studio.generation(ours, status=Status.FAILED)
    assert detail(failed).json()["error"] == {"code": "not_renderable", "message": "It cannot be drawn."}


def test_a_waiting_generation_has_a_place_behind_the_more_urgent(ours, detail):
    first, later = studio.generation(ours), studio.generation(ours)
    urgent = studio.generation(ours, priority=9)
    positions = [detail(generation).json()["queue"]["position"] for generation in (urgent, first, later)]
    assert positions == [1, 2, 3]


def test_relatives_and_collections_are_named(ours, detail):
    parent = studio.generation(ours)
    version, variation = (studio.generation(ours, parent=parent, parent_kind=kind) for kind in ("VERSION", "VARIATION"))
    shared = studio.collection(ours, parent, visibility="BRAND")
    studio.collection(ours, parent, name="Secret", owner=ours.admin)
    body = detail(parent).json()
    assert [row["id"] for row in body["versions"]] == [str(version.pk)]
    assert [row["id"] for row in body["variations"]] == [str(variation.pk)]
    assert body["collections"] == [{"id": str(shared.pk), "name": "Spring"}]


def test_what_did_not_change_is_not_sent_again(ours, detail):
    done = studio.finished(ours)
    first = detail(done)
    again = detail(done, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_a_change_is_sent(ours, detail):
    waiting = studio.generation(ours)
    etag = detail(waiting)["ETag"]
    with brand_scope(ours.brand):
        type(waiting).objects.filter(pk=waiting.pk).update(status_seq=2, progress=40)
    changed = detail(waiting, **{"If-None-Match": etag})
    assert (changed.status_code, changed.json()["progress"]) == (200, 40)


def test_a_key_that_may_not_download_gets_no_addresses(ours):
    done = studio.finished(ours)
    client = client_for(ours.key_with("asset.view"))
    body = client.get(studio.url(ours, f"generations/{done.pk}/")).json()
    assert body["result"]["url"] is None
    assert {artifact["url"] for artifact in body["artifacts"]} == {None}


def test_attempts_are_listed_without_the_providers_raw_words(ours, client):
    made = studio.generation(ours)
    with brand_scope(ours.brand):
        for number in (1, 2):
            Attempt.objects.create(
                brand=ours.brand,
                generation=made,
                number=number,
                provider="local",
                model="atelier-local-1",
                fence=number,
                raw_answer={"secret": "words"},
                error_code="busy",
                started_at=timezone.now(),
            )
    answer = client.get(studio.url(ours, f"generations/{made.pk}/attempts/"))
    assert [row["number"] for row in answer.json()["results"]] == [2, 1]
    assert b"words" not in answer.content
    assert {row["cancel_state"] for row in answer.json()["results"]} == {""}


def test_the_whole_family_of_versions_is_listed_from_anywhere(ours, client):
    first = studio.generation(ours)
    second = studio.generation(ours, parent=first, parent_kind="VERSION", version=2)
    branch = studio.generation(ours, parent=first, parent_kind="VERSION", version=2)
    third = studio.generation(ours, parent=second, parent_kind="VERSION", version=3)
    studio.generation(ours, parent=second, parent_kind="VARIATION")
    family = [str(generation.pk) for generation in (third, branch, second, first)]
    for member in (first, branch, third):
        rows = client.get(studio.url(ours, f"generations/{member.pk}/versions/")).json()["results"]
        assert [row["id"] for row in rows] == family


def test_variations_can_be_filtered(ours, client):
    parent = studio.generation(ours)
    kin = {"parent": parent, "parent_kind": "VARIATION"}
    failed = studio.generation(ours, status=Status.FAILED, **kin)
    studio.generation(ours, **kin)
    url = studio.url(ours, f"generations/{parent.pk}/variations/?status=FAILED")
    assert [row["id"] for row in client.get(url).json()["results"]] == [str(failed.pk)]
