"""GET ai/generations/: filters, search, pages."""

import os
import re
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from ai_studio.choices import Status
from ai_studio.models import GenerationTag
from ai_studio.services import search
from brands.models import Membership
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

NOWHERE = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def client(ours):
    return client_for(ours.viewer)


@pytest.fixture
def listed(ours, client):
    """The ids that the list holds under these filters, newest first."""

    def fetch(**filters):
        answer = client.get(studio.url(ours, "generations/"), filters)
        assert answer.status_code == 200, answer.json()
        return [row["id"] for row in answer.json()["results"]]

    return fetch


def ids(*generations):
    return [str(generation.pk) for generation in generations]


def test_the_newest_come_first_and_only_ours(ours, theirs, listed):
    old, new = studio.generation(ours), studio.generation(ours)
    studio.generation(theirs)
    assert listed() == ids(new, old)


def test_pages_follow_each_other_without_gap_or_double(ours, client):
    made = studio.generations(ours, 7)
    url, seen = studio.url(ours, "generations/?limit=3"), []
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
        studio.generation(ours)  # what comes meanwhile belongs before the first page
    assert seen == ids(*reversed(made))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("type", "MODEL_3D"), ("status", "FAILED"), ("model", "other-1"), ("provider", "other")],
)
def test_a_field_narrows_the_list(ours, listed, name, wanted):
    studio.generation(ours)
    found = studio.generation(ours, **{name: wanted})
    assert listed(**{name: wanted}) == ids(found)


def test_a_repeated_filter_means_either(ours, listed):
    failed, cancelled = (studio.generation(ours, status=status) for status in (Status.FAILED, Status.CANCELLED))
    studio.generation(ours)
    assert listed(status=["FAILED", "CANCELLED"]) == ids(cancelled, failed)


def test_one_persons_generations(ours, listed):
    studio.generation(ours)
    mine = studio.generation(ours, user=ours.admin)
    assert listed(user=ours.admin.pk) == ids(mine)


def test_someone_who_left_can_still_be_filtered_by(ours, listed):
    left = studio.generation(ours, user=ours.editor)
    with brand_scope(ours.brand):
        Membership.objects.get(user=ours.editor).delete()
    assert listed(user=ours.editor.pk) == ids(left)


def test_children_of_one_generation(ours, listed):
    parent = studio.generation(ours)
    child = studio.generation(ours, parent=parent, parent_kind="VARIATION")
    assert listed(parent=parent.pk) == ids(child)


def test_the_generations_of_a_shared_collection(ours, listed):
    member = studio.generation(ours)
    studio.generation(ours)
    shared = studio.collection(ours, member, visibility="BRAND")
    assert listed(collection=shared.pk) == ids(member)


def test_a_private_collection_exists_for_its_owner_only(ours, client):
    private = studio.collection(ours, studio.generation(ours), owner=ours.editor)
    url = studio.url(ours, f"generations/?collection={private.pk}")
    assert len(client_for(ours.editor).get(url).json()["results"]) == 1
    assert "collection" in client.get(url).json()["errors"]


def test_between_two_moments(ours, listed):
    now = timezone.now()
    days = [studio.generation(ours, created_at=now - timedelta(days=n)) for n in range(4)]
    window = {
        "created_after": (now - timedelta(days=2)).isoformat(),
        "created_before": (now - timedelta(days=1)).isoformat(),
    }
    assert listed(**window) == ids(days[2])


def test_a_moment_may_have_an_offset_that_postgres_does_not_know(ours, listed):
    made = studio.generation(ours)
    assert listed(created_before="2200-01-01T00:00:00+23:59", created_after="2000-01-01T00:00:00-23:59") == ids(made)


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("mug", ["a red mug", "a blue MUG, large"]),
        ("red", ["a red mug"]),
        ("la", ["a blue MUG, large"]),
        ("mug blue", ["a blue MUG, large"]),
        ("vase", []),
        ("mug vase", []),
        ("'; DROP TABLE", []),
        ("50 %", ["a cup, 50 % off"]),
        ("чашка", ["красная чашка"]),
        (":*", ["a red mug", "a blue MUG, large", "a cup, 50 % off", "красная чашка"]),
    ],
)
def test_words_find_prompts_that_have_words_beginning_with_them(ours, theirs, client, question, found):
    for prompt in ("красная чашка", "a cup, 50 % off", "a blue MUG, large", "a red mug"):
        studio.generation(ours, prompt=prompt)
        studio.generation(theirs, prompt=prompt)
    answer = client.get(studio.url(ours, "generations/"), {"search": question})
    assert [row["prompt"] for row in answer.json()["results"]] == found


@pytest.fixture(params=[0, search.FEW], ids=["frequent words", "rare words"])
def words(request, monkeypatch):
    """Frequent words are looked for in another way than rare ones."""
    monkeypatch.setattr(search, "FEW", request.param)


@pytest.mark.usefixtures("words")
def test_the_brand_marker_in_the_index_finds_nothing(ours, theirs, listed):
    studio.generation(ours)
    studio.generation(theirs)
    assert listed(search=f"brand:{theirs.id}") == []


@pytest.mark.usefixtures("words")
def test_search_finds_tags_and_ids_too(ours, theirs, listed):
    worded, tagged, neither = (studio.generation(ours, prompt=prompt) for prompt in ("spring sale", "a mug", "a vase"))
    foreign = studio.generation(theirs, prompt="a mug")
    for tenant, generation in ((ours, tagged), (theirs, foreign)):
        with brand_scope(tenant.brand):
            GenerationTag.objects.create(brand=tenant.brand, generation=generation, name="spring sale", number=1)
    assert listed(search="Spring  SALE") == ids(tagged, worded)
    assert listed(search=f" {neither.pk} ") == ids(neither)
    assert listed(search=str(foreign.pk)) == []


def test_tags_are_looked_up_by_name_under_row_level_security(ours):
    """Equality of text is leakproof: the name is a condition of the index, whichever index it is."""
    made = studio.generations(ours, 30)
    with brand_scope(ours.brand), connection.cursor() as cursor:
        GenerationTag.objects.bulk_create(
            GenerationTag(brand=ours.brand, generation=generation, name=f"tag {number}", number=number)
            for generation in made
            for number in range(1, 21)
        )
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = GenerationTag.objects.order_by().filter(name="tag 7").values("generation_id").explain()
    assert re.search(r"Index Cond: .*brand_id.*name", plan), plan


def test_words_are_looked_up_in_their_index_by_a_door_through_row_level_security(ours):
    """GIN operators are not leakproof: where policies bind, they only filter what another index found."""
    with brand_scope(ours.brand), connection.cursor() as cursor:
        cursor.execute("SELECT prosecdef, prosrc FROM pg_proc WHERE proname = 'studio_search_generations'")
        is_door, body = cursor.fetchone()
        brand_test, _, words_test = body.replace("$1", "'zebra'").partition("AND")
        assert is_door
        assert "g.brand_id = current_setting('app.brand_id')" in brand_test
        query = f"EXPLAIN SELECT g.id FROM ai_studio_generation g WHERE {words_test}"  # noqa: S608
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(query)
        bound = str(cursor.fetchall())
    with psycopg.connect(os.environ["DATABASE_MAINTENANCE_URL"], dbname=connection.settings_dict["NAME"]) as unbound:
        unbound.execute("SET enable_seqscan = off")
        unbound.execute("SELECT set_config('app.brand_id', %s, false)", [str(ours.id)])
        free = str(unbound.execute(query).fetchall())
    assert "generation_prompt_words" in free
    assert "generation_prompt_words" not in bound


def test_filters_add_up(ours, listed):
    studio.generation(ours, prompt="a red mug")
    failed = studio.generation(ours, prompt="a red mug", status=Status.FAILED)
    studio.generation(ours, prompt="a vase", status=Status.FAILED)
    assert listed(status="FAILED", search="mug", limit=5) == ids(failed)


def test_a_row_shows_a_thumbnail_that_can_be_fetched_without_credentials(ours, client):
    studio.finished(ours)
    (row,) = client.get(studio.url(ours, "generations/")).json()["results"]
    assert row["thumbnail"]["media_type"] == "image/webp"
    assert client_for().get(row["thumbnail"]["url"]).getvalue() == b"RIFF....WEBP"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "SONG"),
        ("status", "DONE"),
        ("user", "me"),
        ("user", "99999999999999999999"),
        ("user", "-1"),
        ("parent", "x"),
        ("parent", NOWHERE),
        ("collection", "x"),
        ("collection", NOWHERE),
        ("created_after", "yesterday"),
        ("created_before", "2026-13-01"),
        ("created_after", "0001-01-01T00:00:00+01:00"),
        ("created_before", "9999-12-31T23:59:59-01:00"),
        ("search", "x" * 201),
        ("search", "a\0b"),
        ("model", "\0"),
        ("cursor", "x"),
        ("cursor", "cD1ub3RhdXVpZA=="),  # p=notauuid
        ("limit", "0"),
        ("limit", "201"),
        ("limit", "many"),
        ("statsu", "FAILED"),
    ],
)
def test_a_bad_filter_is_refused_by_its_name(ours, client, name, value):
    answer = client.get(studio.url(ours, "generations/"), {name: value})
    assert answer.status_code == 400, answer.content
    assert list(answer.json()["errors"]) in ([name], ["non_field_errors"])
