"""Comments: said, changed and taken back with a trace; reactions, mentions, replies and files."""

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from ai_studio.storage import DurableFileStorage
from analytics.models import Event
from analytics.services import studio_events
from brands.models import DomainEvent, Membership, Restriction, ShareLink
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from collaboration.models import Comment, CommentAttachment, CommentReaction, CommentRevision
from tests import studio
from tests.collaboration import guest, opened, replied, url
from tests.factories import client_for


@pytest.fixture
def client(ours):
    return client_for(ours.editor)


@pytest.fixture
def picture(ours):
    return studio.finished(ours)


@pytest.fixture
def thread(ours, client, picture):
    return opened(client, ours, picture, visibility="CLIENT")


@pytest.fixture
def place(ours, thread):
    """The address of the first comment."""
    return url(ours, f"comments/{thread['first_comment']['id']}/")


def upload(client, place, data, name="notes.txt"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post(f"{place}attachments/", {"file": SimpleUploadedFile(name, data)}, format="multipart")


def types(tenant):
    with brand_scope(tenant.brand):
        return list(DomainEvent.objects.order_by("seq").values_list("type", flat=True))


def test_comments_come_in_the_order_they_were_said(ours, client, thread):
    second = replied(client_for(ours.owner), ours, thread, "Second", reply_to=thread["first_comment"]["id"])
    replied(client, ours, thread, "Third", reply_to=second["id"])
    comments = url(ours, f"threads/{thread['id']}/comments/")
    page = client.get(comments, {"limit": "2"}).json()
    rows = [*page["results"], *client.get(page["next"]).json()["results"]]
    assert [(row["number"], row["body"]) for row in rows] == [
        (1, "The handle is too thin."),
        (2, "Second"),
        (3, "Third"),
    ]
    assert rows[2]["reply_to"] == second["id"]
    assert client.get(url(ours, f"threads/{thread['id']}/")).json()["comments_count"] == 3
    assert client.get(comments, {"cursor": "cD1hYmM="}).json()["errors"]["cursor"]


def test_what_people_write_is_text_and_comes_back_as_it_was(ours, client, thread):
    for body in (
        "<script>alert(1)</script> **bold** & <img src=x onerror=y>",
        "# 标题\n- \U0001f44d\u200d",
        "x" * 10_000,
    ):
        assert replied(client, ours, thread, body)["body"] == body
    assert replied(client, ours, thread, "  one\r\ntwo \n")["body"] == "one\ntwo"
    comments = url(ours, f"threads/{thread['id']}/comments/")
    for body in ("", "  \n ", "x" * 10_001, None, ["a"], "nul \x00"):
        answer = client.post(comments, {"body": body})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["body"]), body


def test_nobody_replies_across_threads(ours, client, picture, thread):
    other = opened(client, ours, picture)
    comments = url(ours, f"threads/{other['id']}/comments/")
    for elsewhere in (thread["first_comment"]["id"], str(new_id())):
        answer = client.post(comments, {"body": "hm", "reply_to": elsewhere})
        assert answer.json()["errors"] == {"reply_to": ["Not a comment of this thread."]}
    broken = pytest.raises(IntegrityError, match="comment_replies_in_its_thread")
    with brand_scope(ours.brand), broken, transaction.atomic():
        Comment.objects.filter(pk=other["first_comment"]["id"]).update(reply_to=thread["first_comment"]["id"])


def test_only_members_who_may_see_it_are_mentioned_and_nobody_learns_who_is_not(ours, theirs, client, picture, thread):
    comments = url(ours, f"threads/{thread['id']}/comments/")
    named = client.post(comments, {"body": "@you", "mentions": [ours.viewer.pk, ours.owner.pk, ours.viewer.pk]}).json()
    assert [row["id"] for row in named["mentions"]] == sorted([ours.viewer.pk, ours.owner.pk])
    nobody = {"mentions.1": ["Nobody here who may see this."]}
    for stranger in (theirs.owner.pk, 2**62):
        answer = client.post(comments, {"body": "@you", "mentions": [ours.owner.pk, stranger]})
        assert (answer.status_code, answer.json()["errors"]) == (400, nobody)
    with brand_scope(ours.brand):
        Restriction.objects.create(brand=ours.brand, resource_type="AI_GENERATION", resource_id=picture.pk)
    answer = client_for(ours.admin).post(comments, {"body": "@you", "mentions": [ours.owner.pk, ours.viewer.pk]})
    assert (answer.status_code, answer.json()["errors"]) == (400, nobody)
    visitor = guest(ours, "AI_GENERATION", picture.pk)
    answer = visitor.post(comments, {"body": "@you", "mentions": [ours.owner.pk]})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["mentions"])
    assert visitor.get(comments).json()["results"][1]["mentions"][0]["id"] is None
    for wrong in ([0], ["x"], [2**63], list(range(1, 23)), 7):
        assert client_for(ours.admin).post(comments, {"body": "x", "mentions": wrong}).status_code == 400, wrong


def test_who_left_since_they_were_mentioned_does_not_keep_a_comment_from_being_changed(ours, client, place):
    both = {"mentions": [ours.viewer.pk, ours.owner.pk]}
    assert client.patch(place, both).status_code == 200
    with brand_scope(ours.brand):
        Membership.objects.get(user=ours.viewer).delete()
    edited = client.patch(place, {"body": "Too thick.", **both})
    assert edited.status_code == 200, edited.json()
    assert len(edited.json()["mentions"]) == 2
    assert client.patch(place, {"mentions": [ours.owner.pk]}).status_code == 200
    assert client.patch(place, both).json()["errors"].keys() == {"mentions.0"}


def test_an_edited_comment_keeps_what_it_was_for_those_who_may_know(ours, client, picture, place):
    assert client.patch(place, {"body": "Too thick."}).json()["body"] == "Too thick."
    assert client.patch(place, {"body": "Too thick."}).status_code == 200  # nothing changed
    edited = client.patch(place, {"mentions": [ours.owner.pk]}).json()
    assert edited["edited_at"] is not None
    for who, status in ((ours.owner, 200), (ours.editor, 200), (ours.reviewer, 403), (ours.viewer, 403)):
        answer = client_for(who).get(f"{place}revisions/")
        assert answer.status_code == status
    rows = client.get(f"{place}revisions/").json()["results"]
    assert [(row["body"], row["trace"]) for row in rows] == [("The handle is too thin.", "EDITED")]
    assert client_for(ours.owner).patch(place, {"body": "Fine."}).status_code == 403
    assert guest(ours, "AI_GENERATION", picture.pk).get(f"{place}revisions/").status_code == 403
    assert types(ours).count("comment.edited") == 2


def test_a_deleted_comment_keeps_its_place_and_its_trace(ours, client, thread, place):
    assert upload(client, place, b"a file").status_code == 201
    client.put(f"{place}reactions/HEART/")
    assert client_for(ours.reviewer).delete(place).status_code == 403
    assert client_for(ours.owner).delete(place).status_code == 204  # who may delete the resource
    shown = client.get(place).json()
    assert (shown["body"], shown["attachments"], shown["reactions"]) == ("", [], [])
    assert shown["deleted_at"] is not None
    rows = client.get(f"{place}revisions/").json()["results"]
    assert [(row["body"], row["trace"], row["by"]["id"]) for row in rows] == [
        ("The handle is too thin.", "DELETED", ours.owner.pk)
    ]
    for answer in (
        client.patch(place, {"body": "again"}),
        client.delete(place),
        client.put(f"{place}reactions/EYES/"),
        upload(client, place, b"late"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "comment_deleted")
    assert client.get(url(ours, f"threads/{thread['id']}/")).json()["comments_count"] == 0
    assert replied(client, ours, thread)["number"] == 2


def test_a_trace_is_only_ever_added_to(ours, client, place):
    client.patch(place, {"body": "Too thick."})
    with brand_scope(ours.brand):
        for change in (
            lambda: CommentRevision.objects.update(body="never said"),
            lambda: CommentRevision.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                change()


def test_a_guest_changes_and_takes_back_their_own_words_only(ours, picture, thread, place):
    visitor, another = guest(ours, "AI_GENERATION", picture.pk), guest(ours, "AI_GENERATION", picture.pk, name="Ann")
    mine = url(ours, f"comments/{replied(visitor, ours, thread)['id']}/")
    assert another.patch(mine, {"body": "no"}).status_code == 403
    assert another.delete(mine).status_code == visitor.delete(place).status_code == 403
    assert visitor.patch(mine, {"body": "Yes."}).json()["body"] == "Yes."
    assert upload(visitor, mine, b"my sketch").status_code == 201
    assert upload(another, mine, b"not mine").status_code == 403
    assert visitor.delete(mine).status_code == 204


def test_each_person_reacts_once_with_each_emoji(ours, client, picture, place):
    visitor = guest(ours, "AI_GENERATION", picture.pk)
    for person in (client, client, visitor, visitor, client_for(ours.owner)):
        assert person.put(f"{place}reactions/HEART/").status_code == 204
    client.put(f"{place}reactions/EYES/")
    assert client.get(place).json()["reactions"] == [
        {"emoji": "HEART", "count": 3, "mine": True},
        {"emoji": "EYES", "count": 1, "mine": True},
    ]
    assert client.delete(f"{place}reactions/HEART/").status_code == 204
    assert visitor.get(place).json()["reactions"][0] == {"emoji": "HEART", "count": 2, "mine": True}
    assert client_for(ours.viewer).put(f"{place}reactions/HEART/").status_code == 403
    assert client.put(f"{place}reactions/PILE/").status_code == 404
    assert types(ours).count("comment.reacted") == 4
    with brand_scope(ours.brand):
        row = CommentReaction.objects.filter(user=ours.editor).get()
        row.pk = new_id()
        with pytest.raises(IntegrityError, match="comment_reaction_of_user"), transaction.atomic():
            row.save(force_insert=True)


def test_a_flood_is_held_back(ours, client, thread, place):
    with override_settings(REACTION_RATE_LIMIT="3/minute", COMMENT_RATE_LIMIT="2/minute"):
        reactions = [client.put(f"{place}reactions/HEART/").status_code for _ in range(4)]
        comments = url(ours, f"threads/{thread['id']}/comments/")
        said = [client.post(comments, {"body": "again"}).status_code for _ in range(3)]
        assert client.get(comments).status_code == 200
    assert reactions == [204, 204, 204, 429]
    assert said[-1] == 429


def test_addresses_of_attachments_that_a_guest_was_given_end_with_the_link(ours, client, picture, place):
    upload(client, place, b"a note")
    visitor = guest(ours, "AI_GENERATION", picture.pk)
    address = visitor.get(place).json()["attachments"][0]["url"].partition("://")[2].partition("/")[2]
    assert b"".join(client_for().get(f"/{address}").streaming_content) == b"a note"
    session = address[address.index("&guest=") : address.index("&signature=")]
    assert client_for().get(f"/{address.replace(session, '')}").status_code == 404
    with brand_scope(ours.brand):
        ShareLink.objects.update(revoked_at=timezone.now())
    assert client_for().get(f"/{address}").status_code == 404


def test_a_file_is_what_its_bytes_say_and_is_only_ever_saved(
    ours, theirs, client, place, django_capture_on_commit_callbacks
):
    evil = b"<html><script>alert(document.cookie)</script></html>"
    made = upload(client, place, evil, "../page.html").json()
    assert (made["name"], made["media_type"]) == ("page.html.txt", "text/plain")
    shown = client.get(place).json()["attachments"]
    assert [row["id"] for row in shown] == [made["id"]]
    address = shown[0]["url"].partition("://")[2].partition("/")[2]
    download = url(ours, f"attachments/{made['id']}/download/")
    for answer in (client_for().get(f"/{address}"), client.get(download), client_for(ours.viewer).get(download)):
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == evil
        assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html.txt"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in answer.headers
    for stranger, status in ((client_for(), 401), (client_for(theirs.owner), 404)):
        assert stranger.get(download).status_code == status
    for changed in (f"/{address}0", f"/{address.replace('expires=1', 'expires=9')}", f"{download}?signature=guess"):
        assert client_for().get(changed).status_code == 404
    with brand_scope(ours.brand):
        key = CommentAttachment.objects.get().storage_key
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(url(ours, f"attachments/{made['id']}/")).status_code == 204
    assert not default_storage.exists(key)
    assert client.get(download).status_code == client_for().get(f"/{address}").status_code == 404


class Meanwhile(DurableFileStorage):
    """Something happens while it stores."""

    do = staticmethod(lambda: None)
    kept = ""

    def _save(self, name, content):
        assert not connection.in_atomic_block  # no transaction is open meanwhile
        Meanwhile.kept = super()._save(name, content)
        Meanwhile.do()
        return Meanwhile.kept


def test_a_file_is_stored_in_no_transaction_and_goes_when_it_is_refused_then(committed, ours, client, place, settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.Meanwhile"}}
    assert upload(client, place, b"a note").status_code == 201
    assert default_storage.exists(Meanwhile.kept)
    Meanwhile.do = staticmethod(lambda: client_for(ours.editor).delete(place))
    answer = upload(client, place, b"another note")
    assert (answer.status_code, answer.json()["code"]) == (409, "comment_deleted")
    assert not default_storage.exists(Meanwhile.kept)


def test_a_comment_has_up_to_ten_files_of_kinds_that_harm_nobody(ours, client, place):
    assert upload(client_for(ours.owner), place, b"not my comment").status_code == 403
    for bad in (b"MZ\x90\x00", b"PK\x03\x04", b"\x7fELF\x00"):
        answer = upload(client, place, bad, "invoice.pdf")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
    assert upload(client, place, b"").status_code == 400
    assert client.post(f"{place}attachments/", {}, format="multipart").status_code == 400
    assert client.post(f"{place}attachments/", {"file": "x"}).status_code == 415
    with override_settings(ATTACHMENT_MAX_BYTES=10):
        assert upload(client, place, b"eleven bytes").status_code == 413
    made = [upload(client, place, studio.PNG, f"{n}.png") for n in range(10)]
    assert [answer.status_code for answer in made] == [201] * 10
    answer = upload(client, place, studio.PNG)
    assert (answer.status_code, answer.json()["code"]) == (409, "attachments_full")
    with brand_scope(ours.brand), pytest.raises(IntegrityError), transaction.atomic():
        CommentAttachment.objects.filter(pk=made[0].json()["id"]).update(position=10)
    assert client.delete(url(ours, f"attachments/{made[3].json()['id']}/")).status_code == 204
    assert upload(client, place, studio.PNG).status_code == 201


def test_a_long_thread_costs_as_many_queries_as_a_short_one(ours, client, thread, place):
    seen: list[str] = []

    def counter(execute, sql, *args):
        seen.append(sql)
        return execute(sql, *args)

    def count():
        seen.clear()
        with connection.execute_wrapper(counter):
            assert client.get(url(ours, f"threads/{thread['id']}/comments/")).status_code == 200
        return len(seen)

    few = count()
    for n in range(3):
        made = replied(client_for(ours.owner), ours, thread, f"{n}", mentions=[ours.viewer.pk, ours.editor.pk])
        client.put(url(ours, f"comments/{made['id']}/reactions/HEART/"))
    assert upload(client, place, b"notes").status_code == 201
    assert count() == few


def test_the_database_refuses_a_comment_that_is_not_whole(ours, client, place, subtests):
    with brand_scope(ours.brand):
        row = Comment.objects.get()
        for wrong in (
            {"user": None},
            {"body": ""},
            {"body": "x" * 10_001},
            {"number": 0},
            {"deleted_at": row.created_at},
            {"reply_to": row},
        ):
            with subtests.test(str(list(wrong))), pytest.raises(IntegrityError), transaction.atomic():
                Comment.objects.filter(pk=row.pk).update(**wrong)


def test_a_comment_is_an_event_of_whoever_said_it_without_their_words(ours, client, picture, thread):
    replied(guest(ours, "AI_GENERATION", picture.pk), ours, thread, "a secret")
    replied(client_for(ours.owner), ours, thread, "another secret")
    studio_events.read(brand_id=ours.id, at=timezone.now())
    with brand_scope(ours.brand):
        first, second = Event.objects.order_by("at")
    assert (first.name, first.distinct_id) == ("$comment_added", f"user:{ours.editor.pk}")
    assert second.distinct_id == f"user:{ours.owner.pk}"
    assert second.properties["resource_type"] == "AI_GENERATION"
    assert second.properties["first"] is False
    assert "secret" not in str(second.properties)
