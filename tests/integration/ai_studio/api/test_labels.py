"""Favourites and tags of generations."""

import threading
from base64 import b64encode

import pytest
from django.db import DatabaseError, connection, transaction

from ai_studio.models import Favourite, GenerationTag
from ai_studio.services import labels
from brands.choices import Role
from brands.models import DomainEvent
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for


@pytest.fixture
def client(ours):
    return client_for(ours.editor)


def url(tenant, generation, below=""):
    return studio.url(tenant, f"generations/{generation.pk}/{below}")


def put_tags(client, tenant, generation, tags):
    return client.put(url(tenant, generation, "tags/"), {"tags": tags})


def listed(client, tenant, **filters):
    answer = client.get(studio.url(tenant, "generations/"), filters)
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def counts(client, tenant, query=""):
    answer = client.get(studio.url(tenant, f"tags/{query}"))
    assert answer.status_code == 200, answer.json()
    return {row["name"]: row["generations"] for row in answer.json()["results"]}


def events(tenant):
    with brand_scope(tenant.brand):
        return list(DomainEvent.objects.order_by("seq").values_list("type", "payload"))


def test_a_favourite_is_shown_in_detail_and_list_to_whoever_marked_it_alone(ours, client):
    made, other = studio.generations(ours, 2)
    assert client.put(url(ours, made, "favourite/")).status_code == 204
    for person, marked in ((client, True), (client_for(ours.owner), False)):
        rows = person.get(studio.url(ours, "generations/")).json()["results"]
        assert {row["id"]: row["is_favourite"] for row in rows} == {str(made.pk): marked, str(other.pk): False}
        assert person.get(url(ours, made)).json()["is_favourite"] is marked
    assert events(ours) == []


def test_marking_and_unmarking_twice_is_doing_it_once(ours, client):
    made = studio.generation(ours)
    for method, left in ((client.put, 1), (client.delete, 0)):
        assert [method(url(ours, made, "favourite/")).status_code for _ in "12"] == [204, 204]
        with brand_scope(ours.brand):
            assert Favourite.objects.count() == left


@pytest.mark.parametrize("role", Role.values)
def test_whoever_may_look_may_mark(ours, role):
    member, made = client_for(ours.person(role)), studio.generation(ours)
    assert member.put(url(ours, made, "favourite/")).status_code == 204
    assert listed(member, ours, favourite="true") == [str(made.pk)]


def test_unmarking_leaves_the_favourites_of_others(ours, client):
    made, owner = studio.generation(ours), client_for(ours.owner)
    for person in (client, owner):
        person.put(url(ours, made, "favourite/"))
    client.delete(url(ours, made, "favourite/"))
    assert (listed(client, ours, favourite="true"), listed(owner, ours, favourite="true")) == ([], [str(made.pk)])


def test_the_list_is_narrowed_to_favourites_or_to_the_others(ours, client):
    made, other = studio.generations(ours, 2)
    client.put(url(ours, made, "favourite/"))
    assert listed(client, ours, favourite="true") == [str(made.pk)]
    assert listed(client, ours, favourite="false") == [str(other.pk)]


def test_tags_are_kept_in_small_letters_once_and_in_order(ours, client):
    made = studio.generation(ours)
    answer = put_tags(client, ours, made, ["Spring  Sale ", "MUG", "mug", "STRASSE", "straße", "ﬁne", "ПРИВЕТ", "👩‍🎨"])
    kept = ["spring sale", "mug", "strasse", "fine", "привет", "👩‍🎨"]
    assert (answer.status_code, answer.json()) == (200, {"tags": kept})
    assert client.get(url(ours, made)).json()["tags"] == kept
    assert client.get(studio.url(ours, "generations/")).json()["results"][0]["tags"] == kept


def test_new_tags_replace_the_old_and_an_empty_list_removes_them(ours, client):
    made = studio.generation(ours)
    for tags in (["a", "b"], ["b", "a", "c"], []):
        put_tags(client, ours, made, tags)
        assert client.get(url(ours, made)).json()["tags"] == tags


def test_the_same_tags_again_are_no_event(ours, client):
    made = studio.generation(ours)
    for tags in (["a"], ["A"], ["a", "b"]):
        put_tags(client, ours, made, tags)
    assert events(ours) == [("generation.tagged", {"generation": str(made.pk), "tags": n}) for n in (1, 2)]


@pytest.mark.parametrize(
    ("tags", "field"),
    [
        (None, "tags"),
        ("mug", "tags"),
        (["x"] * 21, "tags"),
        (["good", ""], "tags.1"),
        (["good", "   "], "tags.1"),
        (["good", 1.5e300, None], "tags.2"),
        (["good", "x" * 41], "tags.1"),
        (["good", "ﷺ" * 3], "tags.1"),
        (["a\nb"], "tags.0"),
        (["a\0b"], "tags.0"),
        (["a\u202eb"], "tags.0"),
        (["a\u2028b"], "tags.0"),
        (["\u200d"], "tags.0"),
        ([["a"]], "tags.0"),
    ],
)
def test_a_bad_tag_is_refused_by_its_place_and_nothing_is_changed(ours, client, tags, field):
    made = studio.generation(ours)
    put_tags(client, ours, made, ["kept"])
    answer = put_tags(client, ours, made, tags)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert client.get(url(ours, made)).json()["tags"] == ["kept"]


@pytest.mark.parametrize("name", ["", " mug", "mug ", "mUg", "a\nb", "a\x85b", "x" * 41])
def test_the_database_holds_no_odd_tag(ours, name):
    made = studio.generation(ours)
    with brand_scope(ours.brand), pytest.raises(DatabaseError), transaction.atomic():
        GenerationTag.objects.create(brand=ours.brand, generation=made, name=name, number=1)


def test_a_tag_as_it_is_kept_is_kept_so_again():
    for odd in ("Ⅷ", "ǅ", "İstanbul", "ΣΊΣΥΦΟΣ", "ᏣᎳᎩ", "e\u0301", "①"):
        assert labels.normalised(labels.normalised(odd)) == labels.normalised(odd)


def test_twenty_tags_of_forty_characters_fit(ours, client):
    made = studio.generation(ours)
    tags = [f"{n:02d}" + "x" * 38 for n in range(20)]
    assert put_tags(client, ours, made, tags).json() == {"tags": tags}


@pytest.mark.parametrize("role", Role.values)
def test_only_who_may_edit_sets_tags(ours, role):
    answer = put_tags(client_for(ours.person(role)), ours, studio.generation(ours), ["a"])
    assert answer.status_code == (200 if role in (Role.OWNER, Role.ADMIN, Role.EDITOR) else 403)


def test_the_list_is_narrowed_to_a_tag_however_it_is_written(ours, theirs, client):
    made, other = studio.generations(ours, 2)
    put_tags(client, ours, made, ["spring sale", "mug"])
    put_tags(client, ours, other, ["spring"])
    put_tags(client_for(theirs.editor), theirs, studio.generation(theirs), ["mug"])
    assert listed(client, ours, tag=" Spring  SALE") == [str(made.pk)]
    assert listed(client, ours, tag="mug", search="red") == [str(made.pk)]
    assert listed(client, ours, tag="vase") == []


def test_tags_are_counted_by_name_in_the_brand_alone(ours, theirs, client):
    one, two = studio.generations(ours, 2)
    put_tags(client, ours, one, ["mug", "sale"])
    put_tags(client, ours, two, ["Mug", "art"])
    put_tags(client_for(theirs.editor), theirs, studio.generation(theirs), ["mug", "secret"])
    assert list(counts(client, ours).items()) == [("art", 1), ("mug", 2), ("sale", 1)]


def test_tags_come_page_by_page_without_gap_or_double(ours, client):
    put_tags(client, ours, studio.generation(ours), [f"tag {n}" for n in range(7)])
    page, seen = studio.url(ours, "tags/?limit=3"), []
    while page:
        answer = client.get(page).json()
        seen += [row["name"] for row in answer["results"]]
        page = answer["next"]
    assert seen == [f"tag {n}" for n in range(7)]


@pytest.mark.parametrize("query", ["name=a", "limit=0", "cursor=x", f"cursor={b64encode(b'p=%00').decode()}"])
def test_a_bad_question_about_tags_is_refused(ours, client, query):
    put_tags(client, ours, studio.generation(ours), ["a"])
    assert client.get(studio.url(ours, f"tags/?{query}")).status_code == 400


@pytest.mark.parametrize(
    ("name", "value"), [("favourite", "maybe"), ("favourite", "True"), ("tag", "x" * 201), ("tag", "a\u202eb")]
)
def test_a_bad_filter_is_refused_by_its_name(ours, client, name, value):
    answer = client.get(studio.url(ours, "generations/"), {name: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


def test_another_brands_generation_is_neither_marked_nor_tagged(ours, theirs, client):
    foreign = studio.generation(theirs)
    for tenant in (ours, theirs):
        path = url(tenant, foreign, "favourite/")
        assert [client.put(path).status_code, client.delete(path).status_code] == [404, 404]
        assert put_tags(client, tenant, foreign, ["mine"]).status_code == 404
        with brand_scope(tenant.brand):
            assert (Favourite.objects.count(), GenerationTag.objects.count()) == (0, 0)


def test_several_who_tag_and_mark_at_once_leave_the_tags_of_one(committed, ours):
    made = studio.generation(ours)
    wanted, answers, together = (
        [[f"{n} {m}" for m in range(20)] for n in range(4)],
        [],
        threading.Barrier(4, timeout=20),
    )

    def work(tags):
        mine = client_for(ours.editor)
        together.wait()
        answers.append(put_tags(mine, ours, made, tags).status_code)
        answers.append(mine.put(url(ours, made, "favourite/")).status_code)
        connection.close()

    threads = [threading.Thread(target=work, args=(tags,)) for tags in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 4 + [204] * 4
    body = client_for(ours.editor).get(url(ours, made)).json()
    assert body["tags"] in wanted
    assert body["is_favourite"] is True
