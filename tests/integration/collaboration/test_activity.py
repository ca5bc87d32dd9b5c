"""What happened, as far as whoever asks may see it now."""

import pytest

from brands.models import Restriction
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from collaboration.activity import feed
from tests import studio
from tests.collaboration import external, guest, opened, replied, url
from tests.factories import client_for
from tests.notifying import happens


@pytest.fixture
def picture(ours):
    return studio.finished(ours, user=ours.owner)


@pytest.fixture
def editor(ours):
    return client_for(ours.editor)


def page(client, tenant, **filters):
    answer = client.get(url(tenant, "activity/"), filters)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def types(client, tenant, **filters):
    return [row["type"] for row in page(client, tenant, **filters)["results"]]


def test_it_says_who_did_what_and_nobodys_words(ours, editor, picture):
    thread = opened(editor, ours, picture, body="a secret handle", mentions=[ours.viewer.pk])
    happens(ours, "generation.completed", generation=str(picture.pk), user=ours.owner.pk, cost_usd="0.08")
    done, added, first, *_ = page(editor, ours)["results"]
    assert (first["type"], added["type"], done["type"]) == ("thread.opened", "comment.added", "generation.completed")
    assert added["by"] == {"kind": "MEMBER", "id": ours.editor.pk, "name": ours.editor.email}
    assert (added["resource_type"], added["resource_id"]) == ("AI_GENERATION", str(picture.pk))
    assert (added["facts"]["thread"], added["facts"]["mentions"]) == (thread["id"], [ours.viewer.pk])
    assert (done["by"], done["facts"]) == (None, {})
    assert "secret" not in str(page(editor, ours))


def test_it_is_filtered_and_read_page_by_page(ours, editor, picture):
    design = external(ours)
    thread = opened(editor, ours, picture)
    replied(client_for(ours.reviewer), ours, thread)
    opened(editor, ours, design)
    happens(ours, "generation.completed", generation=str(picture.pk), user=ours.owner.pk)
    about = {"resource_type": "AI_GENERATION", "resource_id": picture.pk}
    assert types(editor, ours, **about) == ["generation.completed", "comment.added", "comment.added", "thread.opened"]
    assert types(editor, ours, actor=ours.reviewer.pk) == ["comment.added"]
    assert types(editor, ours, type=["thread", "generation.completed"], **about) == [
        "generation.completed",
        "thread.opened",
    ]
    first = page(editor, ours, limit=2, **about)
    second = page(editor, ours, limit=2, cursor=first["next"], **about)
    assert [row["type"] for row in second["results"]] == ["comment.added", "thread.opened"]
    assert page(editor, ours, type="brand")["next"] is None
    for wrong in (
        {"resource_id": picture.pk}, {"resource_type": "DESIGN"}, {"cursor": "x"}, {"cursor": 0}, {"limit": 201},
        {"type": "Com%"}, {"actor": "me"}, {"colour": "red"}, {"cursor": 10**30},
    ):  # fmt: skip
        answer = editor.get(url(ours, "activity/"), wrong)
        assert (answer.status_code, bool(answer.json()["errors"])) == (400, True), wrong


def test_a_page_is_bounded_however_little_of_the_log_fits(ours, editor, picture, monkeypatch):
    opened(editor, ours, picture)
    for _ in range(7):
        happens(ours, "queue.paused")
    monkeypatch.setattr(feed, "STRETCH", 4)
    pages, cursor = 0, {}
    found = []
    while cursor is not None:
        answer = page(editor, ours, type="thread", **cursor)
        found += answer["results"]
        cursor = answer["next"] and {"cursor": answer["next"]}
        pages += 1
    assert [row["type"] for row in found] == ["thread.opened"]
    assert pages > 1


def test_who_may_not_see_it_now_is_not_told_of_it(ours, theirs, editor, picture):
    opened(editor, ours, picture)
    visible = opened(editor, ours, picture, visibility="CLIENT")
    happens(ours, "secret.kept", name="provider.example")
    viewer, visitor = client_for(ours.viewer), guest(ours, "AI_GENERATION", picture.pk)
    assert types(viewer, ours) == ["comment.added", "thread.opened"] * 2
    assert "secret.kept" in types(client_for(ours.owner), ours)
    seen = page(visitor, ours)["results"]
    assert {row["facts"]["thread"] for row in seen} == {visible["id"]}
    assert seen[0]["by"] == {"kind": "MEMBER", "id": None, "name": "Member"}
    assert client_for(theirs.owner).get(url(ours, "activity/")).status_code == 404
    with brand_scope(ours.brand):
        Restriction.objects.create(
            brand=ours.brand, resource_type="AI_GENERATION", resource_id=picture.pk, created_by=ours.owner
        )
    assert types(viewer, ours, resource_type="AI_GENERATION", resource_id=picture.pk) == []
    assert types(viewer, ours, resource_type="NOTHING", resource_id=new_id()) == []


def test_what_somebody_keeps_to_themselves_is_told_to_nobody_else(ours, editor):
    own, of_brand = studio.collection(ours), studio.collection(ours, visibility="BRAND")
    for row in (own, of_brand):
        happens(ours, "share.made", resource_type="COLLECTION", resource_id=str(row.pk), share="s", user=ours.editor.pk)
    happens(ours, "collection.deleted", collection=str(new_id()), visibility="BRAND")
    everybody = (editor, client_for(ours.viewer), client_for(ours.owner))
    shown = [[row["resource_id"] for row in page(client, ours, type="share")["results"]] for client in everybody]
    both = [str(of_brand.pk), str(own.pk)]
    assert shown == [both, both[:1], both[:1]]
    assert "collection.deleted" in types(client_for(ours.viewer), ours)
