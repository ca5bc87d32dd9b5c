"""Things of the frontend's own systems: registered, found, archived, and talked about like our own."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from brands.models import DomainEvent
from brands.tenancy.scope import brand_scope
from collaboration.models import ExternalResource
from tests.collaboration import REGION, external, guest, opened, url, wish
from tests.factories import client_for

MUG = {"type": "DESIGN", "external_id": "gid://shop/Design/17", "title": "Mug", "url": "https://shop.example/17"}


@pytest.fixture
def client(ours):
    return client_for(ours.editor)


def register(client, tenant, **facts):
    answer = client.post(url(tenant, "resources/"), {**MUG, **facts})
    assert answer.status_code in (200, 201), answer.json()
    return answer.status_code, answer.json()


def listed(client, tenant, **filters):
    answer = client.get(url(tenant, "resources/"), filters)
    assert answer.status_code == 200, answer.json()
    return [row["title"] for row in answer.json()["results"]]


def test_registering_again_says_what_it_is_now(ours, client):
    status, made = register(client, ours, version="1", metadata={"colour": "red"})
    assert status == 201
    again, same = register(client, ours, version="1", metadata={"colour": "red"})
    assert (again, same) == (200, made)
    status, changed = register(client, ours, title="Big mug")
    assert (status, changed["id"], changed["title"]) == (200, made["id"], "Big mug")
    assert (changed["version"], changed["metadata"]) == ("", {})
    with brand_scope(ours.brand):
        told = list(DomainEvent.objects.order_by("seq").values_list("type", "payload"))
    about = {"resource_type": "DESIGN", "resource_id": made["id"], "user": ours.editor.pk, "guest": None}
    assert told == [
        ("resource.registered", about),
        ("resource.changed", {**about, "changed": ["metadata", "title", "version"]}),
    ]


def test_another_version_makes_the_pins_of_before_old(ours, client):
    _, made = register(client, ours, version="1")
    row = ExternalResource(pk=made["id"], kind="DESIGN")
    thread = opened(client, ours, row, anchor=REGION)
    assert (thread["version"], thread["is_current"]) == ("1", True)
    register(client, ours, version="2")
    assert client.get(url(ours, f"threads/{thread['id']}/")).json()["is_current"] is False
    assert opened(client, ours, row)["version"] == "2"


def test_what_is_archived_is_gone_with_its_threads_until_it_is_registered_again(ours, client):
    _, made = register(client, ours)
    row = ExternalResource(pk=made["id"], kind="DESIGN")
    thread = opened(client, ours, row)
    place = url(ours, f"resources/{made['id']}/")
    assert client_for(ours.reviewer).delete(place).status_code == 403
    assert client.delete(place).status_code == 204
    assert client.delete(place).status_code == client.get(place).status_code == 404
    assert listed(client, ours) == []
    assert client.get(url(ours, f"threads/{thread['id']}/")).status_code == 404
    assert client.get(url(ours, f"comments/{thread['first_comment']['id']}/")).status_code == 404
    assert client.post(url(ours, "threads/"), wish(row)).json()["errors"] == {"resource_id": ["Not found."]}
    assert register(client, ours)[0] == 200
    assert client.get(url(ours, f"threads/{thread['id']}/")).status_code == 200


def test_lists_are_narrowed_and_guests_see_what_they_were_shown_without_metadata(ours, client):
    register(client, ours, metadata={"margin": 0.4})
    shown = external(ours, "ORDER", title="An order", external_id="7", metadata={"address": "secret"})
    assert listed(client, ours) == ["An order", "Mug"]
    for filters in ({"type": "ORDER"}, {"external_id": "7"}, {"search": "AN OR"}):
        assert listed(client, ours, **filters) == ["An order"]
    for wrong in ({"type": "SHIP"}, {"colour": "red"}):
        assert client.get(url(ours, "resources/"), wrong).status_code == 400
    visitor = guest(ours, "ORDER", shown.pk)
    assert listed(visitor, ours) == ["An order"]
    assert visitor.get(url(ours, f"resources/{shown.pk}/")).json()["metadata"] == {}
    assert visitor.post(url(ours, "resources/"), MUG).status_code == 403
    assert opened(visitor, ours, shown)["visibility"] == "CLIENT"


def test_bad_facts_are_named(ours, client, subtests):
    for field, value in (
        ("type", "AI_GENERATION"),
        ("external_id", ""),
        ("external_id", "x" * 201),
        ("title", "x" * 201),
        ("url", "javascript:alert(1)"),
        ("url", "//shop.example/17"),
        ("url", "ftp://shop.example/17"),
        ("url", "https://"),
        ("url", "https:///etc/passwd"),
        ("url", "https://shop.example@evil.example/"),
        ("url", "https://shop.example\\@evil.example"),
        ("url", "https://shop.example:99999/"),
        ("url", "https://shop example/"),
        ("url", "https://shop.example/" + "x" * 2000),
        ("thumbnail_url", "data:image/svg+xml,<svg onload=alert(1)>"),
        ("metadata", []),
        ("metadata", {"x": "y" * 9000}),
        ("version", "v" * 81),
        ("brand", "mine"),
    ):
        with subtests.test(f"{field}={str(value)[:40]}"):
            answer = client.post(url(ours, "resources/"), {**MUG, field: value})
            assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_the_database_refuses_what_is_not_whole(ours, subtests):
    row = external(ours)
    with brand_scope(ours.brand):
        for wrong in (
            {"kind": "SHIP"},
            {"title": ""},
            {"external_id": ""},
            {"url": "javascript:alert(1)"},
            {"thumbnail_url": "data:x"},
            {"metadata": []},
        ):
            with subtests.test(str(wrong)), pytest.raises(IntegrityError), transaction.atomic():
                ExternalResource.objects.filter(pk=row.pk).update(**wrong)
        with pytest.raises(IntegrityError, match="external_resource_once"), transaction.atomic():
            external(ours, external_id=row.external_id)


def test_types_are_resources_that_can_be_shared(ours, client):
    codes = {row["code"] for row in client.get(f"{ours.url}resource-types/").json()["results"]}
    assert codes >= {"DESIGN", "PRODUCT", "ORDER", "CUSTOMIZATION"}


def test_eight_who_register_the_same_at_once_make_one(committed, ours):
    barrier, answers = threading.Barrier(8), []

    def run():
        client = client_for(ours.owner)
        barrier.wait()
        answers.append(client.post(url(ours, "resources/"), MUG).status_code)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == [200] * 7 + [201]


def test_eight_who_open_a_thread_at_once_get_eight_numbers_without_a_gap(committed, ours):
    row = external(ours)
    barrier, found = threading.Barrier(8), []

    def run():
        client = client_for(ours.owner)
        barrier.wait()
        found.append(opened(client, ours, row)["number"])
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == list(range(1, 9))
