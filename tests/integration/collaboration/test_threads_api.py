"""Threads: opened on a spot of an exact version, resolved, read, found, and seen by the right people."""

import pytest
from django.db import IntegrityError, connection, transaction

from ai_studio.choices import ArtifactRole
from brands.errors import InvalidInput
from brands.models import DomainEvent, Grant, Membership, Restriction
from brands.tenancy.scope import brand_scope
from collaboration.models import ExternalResource, Thread
from collaboration.threads import opening
from tests import studio
from tests.collaboration import REGION, external, guest, opened, replied, url, wish
from tests.factories import client_for


@pytest.fixture
def client(ours):
    return client_for(ours.editor)


@pytest.fixture
def picture(ours):
    return studio.finished(ours)


def listed(client, tenant, **filters):
    answer = client.get(url(tenant, "threads/"), filters)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def numbers(rows):
    return [(row["visibility"], row["number"]) for row in rows]


def told(tenant, *types):
    with brand_scope(tenant.brand):
        rows = DomainEvent.objects.filter(type__in=types) if types else DomainEvent.objects.all()
        return list(rows.order_by("seq").values_list("type", "payload"))


def test_a_thread_is_pinned_to_a_spot_of_the_exact_file(ours, client, picture):
    thread = opened(client, ours, picture, anchor=REGION, type="ISSUE")
    with brand_scope(ours.brand):
        assert thread["version"] == picture.result.sha256
    assert thread["anchor"] == REGION
    assert thread["is_current"] is True
    assert (thread["number"], thread["status"], thread["visibility"]) == (1, "OPEN", "INTERNAL")
    assert thread["first_comment"]["body"] == "The handle is too thin."
    assert thread["author"] == {"kind": "MEMBER", "id": ours.editor.pk, "name": ours.editor.email}
    assert client.get(url(ours, f"threads/{thread['id']}/")).json() == thread


def test_events_tell_facts_and_nobodys_words(ours, client, picture):
    thread = opened(client, ours, picture, mentions=[ours.viewer.pk])
    facts = {
        "resource_type": "AI_GENERATION",
        "resource_id": str(picture.pk),
        "thread": thread["id"],
        "visibility": "INTERNAL",
        "user": ours.editor.pk,
        "guest": None,
        "comment": thread["first_comment"]["id"],
        "annotation": "COMMENT",
        "anchor": "none",
    }
    assert told(ours) == [
        ("thread.opened", facts),
        ("comment.added", {**facts, "number": 1, "first": True, "mentions": [ours.viewer.pk]}),
    ]


def test_what_was_looked_at_must_be_what_is_there_when_it_is_said(ours, client, picture):
    answer = client.post(url(ours, "threads/"), wish(picture, version="0" * 64))
    assert (answer.status_code, answer.json()["code"]) == (409, "version_changed")
    with brand_scope(ours.brand):
        opened(client, ours, picture, version=picture.result.sha256)


def test_numbers_have_no_gap_and_guests_cannot_count_what_is_internal(ours, client, picture):
    for visibility in ("INTERNAL", "CLIENT", "INTERNAL", "CLIENT"):
        opened(client, ours, picture, visibility=visibility)
    assert client.post(url(ours, "threads/"), wish(picture, mentions=[0])).status_code == 400  # takes no number
    visitor = guest(ours, "AI_GENERATION", picture.pk)
    assert numbers(listed(visitor, ours)) == [("CLIENT", 2), ("CLIENT", 1)]
    assert opened(visitor, ours, picture)["number"] == 3
    assert numbers(listed(client, ours)) == [
        ("CLIENT", 3),
        ("CLIENT", 2),
        ("INTERNAL", 2),
        ("CLIENT", 1),
        ("INTERNAL", 1),
    ]


def test_a_guest_sees_what_is_for_clients_and_no_trace_of_the_rest(ours, client, picture):
    internal = opened(client, ours, picture, body="the client is difficult")
    shown = opened(client, ours, picture, visibility="CLIENT")
    visitor = guest(ours, "AI_GENERATION", picture.pk)
    secret = internal["first_comment"]["id"]
    for path in (f"threads/{internal['id']}/", f"threads/{internal['id']}/comments/", f"comments/{secret}/"):
        assert visitor.get(url(ours, path)).status_code == 404
    for path in (f"threads/{internal['id']}/comments/", f"threads/{internal['id']}/resolve/"):
        assert visitor.post(url(ours, path), {"body": "x"}).status_code == 404
    assert visitor.put(url(ours, f"comments/{secret}/reactions/EYES/")).status_code == 404
    assert listed(visitor, ours, search="difficult") == []
    assert listed(visitor, ours, visibility="INTERNAL") == []
    counts = visitor.get(
        url(ours, "threads/counts/"), {"resource_type": "AI_GENERATION", "resource_ids": str(picture.pk)}
    )
    assert counts.json()["results"] == [
        {"resource_id": str(picture.pk), "open": 1, "resolved": 0, "unread_threads": 1, "unread_comments": 1}
    ]
    assert listed(visitor, ours)[0]["author"] == {"kind": "MEMBER", "id": None, "name": "Member"}
    answer = visitor.post(url(ours, "threads/"), wish(picture, visibility="INTERNAL"))
    assert "visibility" in answer.json()["errors"]
    assert replied(visitor, ours, shown)["author"] == {"kind": "GUEST", "id": None, "name": "Gina"}


def test_a_guest_of_a_collection_talks_about_what_it_holds(ours, client, picture):
    other = studio.finished(ours)
    thread = opened(client, ours, picture, visibility="CLIENT", anchor=REGION)
    opened(client, ours, other, visibility="CLIENT")
    visitor = guest(ours, "COLLECTION", studio.collection(ours, picture, visibility="BRAND").pk)
    assert [row["id"] for row in listed(visitor, ours)] == [thread["id"]]
    assert replied(visitor, ours, thread)["author"]["kind"] == "GUEST"
    assert visitor.post(url(ours, "threads/"), wish(other)).status_code == 400


def test_a_guest_who_may_only_look_says_nothing(ours, client, picture):
    thread = opened(client, ours, picture, visibility="CLIENT")
    visitor = guest(ours, "AI_GENERATION", picture.pk, "VIEW")
    assert len(listed(visitor, ours)) == 1
    for answer in (
        visitor.post(url(ours, "threads/"), wish(picture)),
        visitor.post(url(ours, f"threads/{thread['id']}/comments/"), {"body": "hello"}),
    ):
        assert answer.status_code == 403


def test_a_guest_resolves_their_own_threads_only(ours, client, picture):
    visitor = guest(ours, "AI_GENERATION", picture.pk)
    mine, theirs = opened(visitor, ours, picture), opened(client, ours, picture, visibility="CLIENT")
    assert visitor.post(url(ours, f"threads/{mine['id']}/resolve/")).json()["status"] == "RESOLVED"
    assert visitor.post(url(ours, f"threads/{theirs['id']}/resolve/")).status_code == 403


def test_resolving_twice_is_resolving_once(ours, client, picture):
    thread = opened(client, ours, picture)
    first = client.post(url(ours, f"threads/{thread['id']}/resolve/")).json()
    second = client_for(ours.owner).post(url(ours, f"threads/{thread['id']}/resolve/")).json()
    assert first == {**second, "unread": 0}
    assert first["resolved_by"]["id"] == ours.editor.pk
    again = client.post(url(ours, f"threads/{thread['id']}/reopen/")).json()
    assert (again["status"], again["resolved_at"], again["resolved_by"]) == ("OPEN", None, None)
    assert [type_ for type_, _ in told(ours, "thread.resolved", "thread.reopened")] == [
        "thread.resolved",
        "thread.reopened",
    ]


def test_a_new_version_makes_old_pins_old_and_still_shows_them(ours, client, picture):
    thread = opened(client, ours, picture, anchor=REGION)
    facts = {"parent": picture, "parent_kind": "VERSION", "version": 2}
    studio.generation(ours, **facts)  # that is not done
    assert listed(client, ours)[0]["is_current"] is True
    newer = studio.generation(ours, status="COMPLETED", **facts)
    studio.artifact(newer, role=ArtifactRole.RESULT, name="image.png", data=studio.PNG + b"2")
    assert listed(client, ours)[0]["is_current"] is False
    about = {"resource_type": "AI_GENERATION", "resource_id": str(newer.pk)}
    assert listed(client, ours, **about) == []
    opened(client, ours, newer)
    rows = listed(client, ours, **about, all_versions="true")
    assert [(row["resource_id"], row["is_current"]) for row in rows] == [
        (str(newer.pk), True),
        (thread["resource_id"], False),
    ]


def test_a_guest_of_the_old_version_is_not_told_of_the_new_one(ours, client, picture):
    opened(client, ours, picture, visibility="CLIENT")
    studio.generation(ours, status="COMPLETED", parent=picture, parent_kind="VERSION", version=2)
    assert listed(guest(ours, "AI_GENERATION", picture.pk), ours)[0]["is_current"] is True


def test_who_may_not_see_the_resource_sees_no_thread_of_it(ours, theirs, client, picture):
    thread = opened(client, ours, picture)
    with brand_scope(ours.brand):
        Restriction.objects.create(brand=ours.brand, resource_type="AI_GENERATION", resource_id=picture.pk)
    assert listed(client, ours) == []
    assert client.get(url(ours, f"threads/{thread['id']}/")).status_code == 404
    assert client.post(url(ours, "threads/"), wish(picture)).json()["errors"] == {"resource_id": ["Not found."]}
    assert len(listed(client_for(ours.admin), ours)) == 1
    with brand_scope(ours.brand):
        member = Membership.objects.get(user=ours.viewer)
        Grant.objects.create(
            brand=ours.brand,
            membership=member,
            resource_type="AI_GENERATION",
            resource_id=picture.pk,
            permissions=["VIEW", "COMMENT"],
        )
    viewer = client_for(ours.viewer)
    assert len(listed(viewer, ours)) == 1
    replied(viewer, ours, thread)
    assert viewer.post(url(ours, "threads/"), wish(studio.finished(ours))).status_code == 403
    assert client_for(theirs.owner).get(url(ours, "threads/")).status_code == 404


def test_threads_of_reports_need_the_right_to_see_reports(ours, client):
    made = client.post(f"{ours.url}analytics/reports/", {"name": "Loyal", "kind": "COHORTS"}).json()
    body = {"resource_type": "ANALYTICS_REPORT", "resource_id": made["id"], "body": "Why so few?", "anchor": REGION}
    thread = client.post(url(ours, "threads/"), body).json()
    assert thread["is_current"] is True
    assert listed(client_for(ours.viewer), ours) == []
    assert len(listed(client_for(ours.key_with("analytics.view")), ours)) == 1
    client.patch(f"{ours.url}analytics/reports/{made['id']}/", {"name": "Renamed"})
    assert listed(client, ours)[0]["is_current"] is True
    client.patch(f"{ours.url}analytics/reports/{made['id']}/", {"last_days": 30})
    assert listed(client, ours)[0]["is_current"] is False


def test_unread_counts_what_others_said_since(ours, client, picture):
    thread = opened(client, ours, picture)
    owner = client_for(ours.owner)
    replied(owner, ours, thread)
    replied(owner, ours, thread)
    assert listed(client, ours)[0]["unread"] == 2
    assert listed(owner, ours)[0]["unread"] == 1
    read = url(ours, f"threads/{thread['id']}/read/")
    assert client.put(read, {"number": 2}).json() == {"number": 2}
    assert listed(client, ours, unread="true")[0]["unread"] == 1
    assert client.put(read, {}).json() == {"number": 3}
    assert listed(client, ours, unread="true") == []
    assert client.put(read, {"number": 1}).status_code == 200
    assert listed(client, ours)[0]["unread"] == 2
    assert client.put(read, {"number": 4}).json()["errors"] == {"number": ["The last comment is 3."]}


def test_lists_are_narrowed_by_what_people_look_for(ours, client, picture):
    other = external(ours)
    opened(client, ours, picture, body="A thin handle", type="ISSUE", mentions=[ours.owner.pk])
    opened(client, ours, other, body="Handle with care", visibility="CLIENT")
    owner = client_for(ours.owner)
    kinds = {"type": "ISSUE"}, {"mentions": "me"}, {"resource_type": "AI_GENERATION"}, {"search": "handle THIN"}
    for filters in kinds:
        assert [row["resource_id"] for row in listed(owner, ours, **filters)] == [str(picture.pk)], filters
    assert len(listed(owner, ours, search="handle")) == 2
    assert listed(owner, ours, status="RESOLVED") == []
    for wrong in (
        {"status": "MAYBE"},
        {"resource_id": str(picture.pk)},
        {"all_versions": "true"},
        {"resource_type": "COLLECTION"},
        {"colour": "red"},
        {"search": "x" * 201},
        {"cursor": "no"},
    ):
        answer = owner.get(url(ours, "threads/"), wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"], wrong


def test_one_request_counts_the_threads_of_many_resources(ours, client, django_assert_num_queries):
    pictures = [studio.finished(ours) for _ in range(3)]
    for each in pictures[:2]:
        opened(client, ours, each)
    thread = opened(client, ours, pictures[0])
    client.post(url(ours, f"threads/{thread['id']}/resolve/"))
    query = {"resource_type": "AI_GENERATION", "resource_ids": ",".join(str(each.pk) for each in pictures)}
    rows = client_for(ours.owner).get(url(ours, "threads/counts/"), query).json()["results"]
    assert [(row["open"], row["resolved"], row["unread_threads"]) for row in rows] == [(1, 1, 2), (1, 0, 1)]
    for wrong in ("", "no", ",".join([str(pictures[0].pk)] * 101)):
        answer = client.get(url(ours, "threads/counts/"), {**query, "resource_ids": wrong})
        assert list(answer.json()["errors"]) == ["resource_ids"]


def test_a_long_list_costs_as_many_queries_as_a_short_one(ours, client, picture, django_assert_max_num_queries):
    def count():
        with connection.execute_wrapper(counter):
            assert listed(client, ours)
        return seen.pop()

    seen: list[int] = []

    def counter(execute, *args):
        seen[:] = [(seen[0] if seen else 0) + 1]
        return execute(*args)

    thread = opened(client, ours, picture, mentions=[ours.owner.pk])
    few = count()
    for row in (external(ours), external(ours, "ORDER"), studio.finished(ours), picture):
        other = opened(client, ours, row, mentions=[ours.owner.pk, ours.viewer.pk])
        client.put(url(ours, f"comments/{other['first_comment']['id']}/reactions/HEART/"))
    with_externals = count()
    for _ in range(3):
        opened(client, ours, external(ours), mentions=[ours.owner.pk])
        replied(client, ours, thread)
    assert count() == with_externals <= few + 4  # for the other types of resources


def test_a_resource_that_goes_while_a_thread_is_opened_is_named(ours, monkeypatch):
    row = external(ours)

    def goes(*_: object) -> None:
        ExternalResource.objects.filter(pk=row.pk).delete()

    monkeypatch.setattr(opening, "require", goes)
    with brand_scope(ours.brand), pytest.raises(InvalidInput) as refused:
        opening.open_thread(actor=ours.actor(), wanted=opening.Wanted("DESIGN", row.pk, "too late"))
    assert refused.value.fields == {"resource_id": ["Not found."]}


def test_the_same_idempotency_key_opens_one_thread(ours, client, picture):
    answers = [client.post(url(ours, "threads/"), wish(picture), headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_the_database_refuses_a_thread_that_is_not_whole(ours, picture, client, subtests):
    opened(client, ours, picture)
    with brand_scope(ours.brand):
        row = Thread.objects.get()
        for wrong in (
            {"user": None},
            {"number": 0},
            {"resource_type": "COLLECTION"},
            {"visibility": "PUBLIC"},
            {"status": "RESOLVED"},
            {"type": "RANT"},
            {"anchor": {"kind": "smell"}},
            {"anchor": {}},
            {"anchor": {"kind": "none", "more": "x" * 9000}},
        ):
            with subtests.test(str(wrong)[:60]), pytest.raises(IntegrityError), transaction.atomic():
                Thread.objects.filter(pk=row.pk).update(**wrong)
        row.pk = None
        with pytest.raises(IntegrityError, match="thread_number_once"), transaction.atomic():
            row.save(force_insert=True)
