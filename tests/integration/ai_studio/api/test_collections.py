"""ai/collections/: whose they are, what is in them, in which order."""

import threading

import pytest
from django.db import connection

from ai_studio.models import Collection, CollectionItem, Generation
from ai_studio.models import collection as limits
from ai_studio.services import collection_items
from brands.choices import Role
from brands.models import AuditEntry, DomainEvent, Membership
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

NOWHERE = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def client(ours):
    return client_for(ours.editor)


def url(tenant, collection=None, below=""):
    return studio.url(tenant, f"collections/{f'{collection.pk}/{below}' if collection else ''}")


def item_url(tenant, collection, generation):
    return url(tenant, collection, f"items/{generation.pk}/")


def names(answer):
    assert answer.status_code == 200, answer.json()
    return [row["name"] for row in answer.json()["results"]]


def order(client, tenant, collection):
    rows = client.get(url(tenant, collection, "items/")).json()["results"]
    assert [row["position"] for row in rows] == list(range(len(rows)))
    return [row["generation"]["id"] for row in rows]


def ids(*generations):
    return [str(generation.pk) for generation in generations]


def told(tenant):
    """The events and audit entries about collections."""
    with brand_scope(tenant.brand):
        events = DomainEvent.objects.filter(type__startswith="collection.").order_by("seq")
        audited = AuditEntry.objects.filter(action__startswith="collection.").order_by("id")
        return list(events.values_list("type", flat=True)), list(audited.values_list("action", flat=True))


def test_a_new_collection_is_private_empty_and_its_makers(ours, client):
    answer = client.post(url(ours), {"name": " Spring "})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["description"], made["visibility"], made["items_count"]) == ("Spring", "", "PRIVATE", 0)
    assert made["owner"]["id"] == ours.editor.pk
    assert client.get(answer.headers["Location"]).json() == made


def test_the_same_idempotency_key_makes_one_collection(ours, client):
    for _ in range(2):
        answer = client.post(url(ours), {"name": "Spring"}, headers={"Idempotency-Key": "spring"})
        assert answer.status_code == 201
    assert names(client.get(url(ours))) == ["Spring"]


def test_a_private_collection_exists_for_its_owner_only(ours, client):
    made = studio.generation(ours)
    private = studio.collection(ours, made, name="Mine")
    for role in set(Role.values) - {Role.EDITOR}:
        other = client_for(ours.person(role))
        assert names(other.get(url(ours))) == []
        assert other.get(url(ours, private)).status_code == 404
        assert other.get(url(ours, private, "items/")).status_code == 404
    owner = client_for(ours.owner)
    refused = [
        owner.patch(url(ours, private), {"name": "Taken"}),
        owner.delete(url(ours, private)),
        owner.post(url(ours, private, "items/"), {"generations": ids(made)}),
        owner.patch(item_url(ours, private, made), {"before": str(made.pk)}),
        owner.delete(item_url(ours, private, made)),
    ]
    assert [answer.status_code for answer in refused] == [404] * 5
    assert names(client.get(url(ours))) == ["Mine"]


def test_nobody_is_told_of_a_private_collection(ours, client):
    made = client.post(url(ours), {"name": "Mine"}).json()
    mine = Collection(pk=made["id"])
    one, two = studio.generations(ours, 2)
    client.post(url(ours, mine, "items/"), {"generations": ids(one, two)})
    client.patch(item_url(ours, mine, one), {"after": str(two.pk)})
    client.delete(item_url(ours, mine, one))
    client.patch(url(ours, mine), {"name": "Still mine"})
    client.delete(url(ours, mine))
    assert told(ours) == ([], [])


def test_what_happens_to_a_shared_collection_is_told_and_audited(ours, client):
    made = Collection(pk=client.post(url(ours), {"name": "All", "visibility": "BRAND"}).json()["id"])
    one, two = studio.generations(ours, 2)
    client.post(url(ours, made, "items/"), {"generations": ids(one, two)})
    client.post(url(ours, made, "items/"), {"generations": ids(one)})
    client.patch(item_url(ours, made, one), {"after": str(two.pk)})
    client.delete(item_url(ours, made, one))
    client.patch(url(ours, made), {"name": "All"})
    client.patch(url(ours, made), {"name": "Everything"})
    client.delete(url(ours, made))
    events, audited = told(ours)
    assert events == [
        "collection.created",
        "collection.items_added",
        "collection.item_moved",
        "collection.item_removed",
        "collection.changed",
        "collection.deleted",
    ]
    assert audited == ["collection.created", "collection.changed", "collection.deleted"]


def test_a_shared_collection_is_read_by_all_and_changed_by_those_who_may_edit(ours):
    made = studio.generation(ours)
    shared = studio.collection(ours, made, visibility="BRAND")
    for role in Role.values:
        member, edits = client_for(ours.person(role)), role in (Role.OWNER, Role.ADMIN, Role.EDITOR)
        assert order(member, ours, shared) == ids(made)
        assert member.patch(url(ours, shared), {"description": role}).status_code == (200 if edits else 403)
        added = member.post(url(ours, shared, "items/"), {"generations": ids(made)})
        assert added.status_code == (200 if edits else 403)


def test_only_its_owner_hides_a_shared_collection(ours, client):
    shared = studio.collection(ours, visibility="BRAND")
    assert client_for(ours.admin).patch(url(ours, shared), {"visibility": "PRIVATE"}).status_code == 403
    assert client.patch(url(ours, shared), {"visibility": "PRIVATE"}).json()["visibility"] == "PRIVATE"
    assert names(client_for(ours.admin).get(url(ours))) == []
    assert client.patch(url(ours, shared), {"visibility": "BRAND"}).status_code == 200
    assert names(client_for(ours.viewer).get(url(ours))) == ["Spring"]


def test_a_key_sees_what_its_maker_sees(ours):
    studio.collection(ours, name="Hers", owner=ours.owner)
    studio.collection(ours, name="His")
    assert names(client_for(ours.key).get(url(ours))) == ["Hers"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "a", "description": "x" * 1001}, "description"),
        ({"name": "a", "visibility": "WORLD"}, "visibility"),
        ({"name": "a", "owner": 1}, "owner"),
    ],
)
def test_a_bad_collection_is_refused_by_its_field(ours, client, body, field):
    answer = client.post(url(ours), body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert names(client.get(url(ours))) == []


def test_deleting_a_collection_keeps_its_generations(ours, client):
    made = studio.generation(ours)
    collection = studio.collection(ours, made)
    assert client.delete(url(ours, collection)).status_code == 204
    assert client.get(url(ours, collection)).status_code == 404
    with brand_scope(ours.brand):
        assert Generation.objects.filter(pk=made.pk).exists()
        assert not CollectionItem.objects.exists()


def test_the_list_is_narrowed_by_its_filters(ours, client):
    made = studio.generation(ours)
    studio.collection(ours, made, name="Summer sale", visibility="BRAND", owner=ours.admin)
    studio.collection(ours, name="Winter")
    filters = [{"visibility": "BRAND"}, {"owner": ours.admin.pk}, {"generation": made.pk}, {"name": "SALE"}]
    assert [names(client.get(url(ours), wanted)) for wanted in filters] == [["Summer sale"]] * 4
    assert names(client.get(url(ours))) == ["Winter", "Summer sale"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("visibility", "X"), ("owner", "me"), ("generation", NOWHERE), ("name", "x" * 121), ("cursor", "x"), ("nmae", "")],
)
def test_a_bad_filter_is_refused_by_its_name(ours, client, name, value):
    answer = client.get(url(ours), {name: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


@pytest.mark.parametrize("query", ["cursor=cD14", "cursor=cD05OTk5OTk5OTk5", "cursor=cD0tMQ==", "limit=0", "type=X"])
def test_a_bad_page_of_items_is_refused(ours, client, query):
    collection = studio.collection(ours, studio.generation(ours))
    assert client.get(url(ours, collection, f"items/?{query}")).status_code == 400


def test_items_come_in_order_page_by_page_with_their_thumbnails(ours, client):
    made = [studio.finished(ours) for _ in range(5)]
    collection = studio.collection(ours, *made)
    page, seen = url(ours, collection, "items/?limit=2"), []
    while page:
        answer = client.get(page).json()
        seen += answer["results"]
        page = answer["next"]
    assert [row["generation"]["id"] for row in seen] == ids(*made)
    assert client_for().get(seen[0]["generation"]["thumbnail"]["url"]).getvalue() == b"RIFF....WEBP"
    assert client.get(url(ours, collection)).json()["items_count"] == 5


def test_adding_twice_is_adding_once(ours, client):
    one, two, three = studio.generations(ours, 3)
    collection = studio.collection(ours, one)
    answers = [client.post(url(ours, collection, "items/"), {"generations": ids(two, one, two, three)}) for _ in "12"]
    assert [answer.json() for answer in answers] == [{"added": 2}, {"added": 0}]
    assert order(client, ours, collection) == ids(one, two, three)


def test_a_foreign_or_unknown_generation_is_refused_by_its_place_and_nothing_is_added(ours, theirs, client):
    good, foreign = studio.generation(ours), studio.generation(theirs)
    collection = studio.collection(ours)
    said = []
    for bad in (str(foreign.pk), NOWHERE):
        answer = client.post(url(ours, collection, "items/"), {"generations": [*ids(good), bad]})
        assert answer.status_code == 400
        said.append(answer.json()["errors"])
    assert said == [{"generations.1": ["Not found."]}] * 2
    assert order(client, ours, collection) == []


@pytest.mark.parametrize("wanted", [[], None, "x", ["x"], [1], [NOWHERE] * 101])
def test_a_list_of_generations_that_is_none_is_refused(ours, client, wanted):
    collection = studio.collection(ours)
    answer = client.post(url(ours, collection, "items/"), {"generations": wanted})
    assert answer.status_code == 400
    assert all(field.startswith("generations") for field in answer.json()["errors"])


def test_a_full_collection_takes_no_more(ours, client, monkeypatch):
    monkeypatch.setattr(collection_items, "MAX_ITEMS", 2)
    one, two, three = studio.generations(ours, 3)
    collection = studio.collection(ours, one)
    answer = client.post(url(ours, collection, "items/"), {"generations": ids(two, three)})
    assert (answer.status_code, answer.json()["code"]) == (409, "collection_full")
    assert order(client, ours, collection) == ids(one)
    assert limits.MAX_ITEMS == 5000


def test_what_is_taken_out_leaves_no_gap(ours, client):
    one, two, three = studio.generations(ours, 3)
    collection = studio.collection(ours, one, two, three)
    assert client.delete(item_url(ours, collection, two)).status_code == 204
    assert client.delete(item_url(ours, collection, two)).status_code == 404
    assert order(client, ours, collection) == ids(one, three)


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("moved", range(4))
@pytest.mark.parametrize("beside", range(4))
def test_a_move_puts_one_beside_another_and_keeps_the_rest_in_order(ours, client, side, moved, beside):
    made = studio.generations(ours, 4)
    collection = studio.collection(ours, *made)
    answer = client.patch(item_url(ours, collection, made[moved]), {side: str(made[beside].pk)})
    expected = ids(*made)
    if moved != beside:
        expected.remove(str(made[moved].pk))
        expected.insert(expected.index(str(made[beside].pk)) + (side == "after"), str(made[moved].pk))
    assert order(client, ours, collection) == expected
    assert answer.json() == {"position": expected.index(str(made[moved].pk))}


def test_a_bad_move_is_refused_and_moves_nothing(ours, theirs, client):
    one, two, other = studio.generations(ours, 3)
    foreign = studio.generation(theirs)
    collection = studio.collection(ours, one, two)
    path = item_url(ours, collection, two)
    bodies = [{}, {"before": str(one.pk), "after": str(one.pk)}, {"before": None}, {"before": "x"}, {"after": NOWHERE}]
    bodies += [{"after": str(other.pk)}, {"after": str(foreign.pk)}]
    for body in bodies:
        answer = client.patch(path, body)
        assert answer.status_code == 400, body
        assert set(answer.json()["errors"]) <= {"before", "after"}
    assert client.patch(item_url(ours, collection, other), {"before": str(one.pk)}).status_code == 404
    assert order(client, ours, collection) == ids(one, two)


def test_many_at_once_lose_nothing_and_leave_an_order_without_gap_or_double(committed, ours):
    made, extra = studio.generations(ours, 6), studio.generations(ours, 4)
    collection = studio.collection(ours, *made)
    answers, together = [], threading.Barrier(4, timeout=20)

    def work(n):
        mine = client_for(ours.editor)
        together.wait()
        for step in range(5):
            body = {("before", "after")[step % 2]: str(made[(n * 2 + step + 1) % 6].pk)}
            answers.append(mine.patch(item_url(ours, collection, made[(n + step) % 6]), body).status_code)
        answers.append(mine.post(url(ours, collection, "items/"), {"generations": ids(*extra)}).status_code)
        connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 24
    assert sorted(order(client_for(ours.editor), ours, collection)) == sorted(ids(*made, *extra))


def test_who_left_takes_their_private_collections_out_of_sight_and_leaves_the_shared(ours):
    studio.collection(ours, name="Mine")
    studio.collection(ours, name="All", visibility="BRAND")
    with brand_scope(ours.brand):
        Membership.objects.get(user=ours.editor).delete()
    assert names(client_for(ours.owner).get(url(ours))) == ["All"]


def test_another_brands_collection_is_not_there(ours, theirs, client):
    foreign = studio.collection(theirs, studio.generation(theirs), visibility="BRAND")
    assert names(client.get(url(ours))) == []
    for answer in (client.get(url(ours, foreign)), client.delete(url(ours, foreign)), client.get(url(theirs, foreign))):
        assert answer.status_code == 404
