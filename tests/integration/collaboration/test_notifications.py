"""People are told of what concerns them: the right ones, once, of what they may see, by the channels they chose."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brands.models import GroupMember, Membership, Restriction
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from collaboration.models import Notification
from collaboration.notifications import inbox, preferences
from collaboration.notifications.choices import Kind
from collaboration.reviews.policies import StepWanted
from tests import reviews, studio
from tests.collaboration import external, guest, opened, replied, url
from tests.factories import client_for, make_user
from tests.notifying import happens, read, rows, send, told


@pytest.fixture
def picture(ours):
    """The owner's."""
    return studio.finished(ours, user=ours.owner)


@pytest.fixture
def editor(ours):
    return client_for(ours.editor)


def listed(tenant, user, **filters):
    answer = client_for(user).get(url(tenant, "notifications/"), filters)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def test_who_is_mentioned_is_told_in_the_app_and_by_mail(ours, editor, picture):
    thread = opened(editor, ours, picture, mentions=[ours.viewer.pk], body="@viewer a secret handle")
    assert read(ours) > 0
    assert read(ours) == 0
    (row,) = listed(ours, ours.viewer)
    assert (row["kind"], row["by"]["id"], row["read_at"]) == ("MENTIONED", ours.editor.pk, None)
    assert (row["resource_id"], row["thread"], row["title"]) == (str(picture.pk), thread["id"], None)
    assert client_for(ours.viewer).get(url(ours, "notifications/unread/")).json() == {"unread": 1}
    assert (send(ours), send(ours)) == (1, 0)
    (letter,) = outbox.outbox
    assert letter.to == [ours.viewer.email]
    assert letter.subject == "editor@ours.example mentioned you on a generation"
    assert "secret handle" not in letter.message().as_string()


def test_a_comment_tells_who_is_named_who_talks_there_and_who_made_it_once_each(ours, editor, picture):
    thread = opened(editor, ours, picture)
    read(ours)
    assert told(ours) == [("owner", "COMMENTED")]
    replied(client_for(ours.reviewer), ours, thread, mentions=[ours.viewer.pk])
    replied(client_for(ours.owner), ours, thread, mentions=[ours.editor.pk])
    read(ours)
    assert told(ours)[1:] == [
        ("owner", "COMMENTED"), ("editor", "REPLIED"), ("viewer", "MENTIONED"),
        ("editor", "MENTIONED"), ("reviewer", "REPLIED"),
    ]  # fmt: skip
    # Each is about another comment, but the viewer's: who is named later is told then.
    said = editor.get(url(ours, f"threads/{thread['id']}/comments/")).json()["results"][0]
    editor.patch(url(ours, f"comments/{said['id']}/"), {"mentions": [ours.analyst.pk]})
    client_for(ours.owner).post(url(ours, f"threads/{thread['id']}/resolve/"))
    read(ours)
    assert told(ours)[6:] == [("analyst", "MENTIONED"), ("editor", "THREAD_RESOLVED"), ("reviewer", "THREAD_RESOLVED")]


def test_a_guests_comment_tells_members_and_guests_are_told_nothing(ours, editor, picture):
    visitor = guest(ours, "AI_GENERATION", picture.pk)
    thread = opened(visitor, ours, picture)
    replied(editor, ours, thread)
    read(ours)
    assert told(ours) == [("owner", "COMMENTED"), ("owner", "COMMENTED")]
    assert listed(ours, ours.owner)[-1]["by"] == {"kind": "GUEST", "id": None, "name": "Gina"}
    for path in ("notifications/", "notifications/unread/", "notifications/preferences/", "notifications/mutes/"):
        assert visitor.get(url(ours, path)).status_code == 403
        assert client_for(ours.key).get(url(ours, path)).status_code == 403


def test_a_review_tells_who_is_asked_whose_turn_it_is_and_whoever_asked(ours, picture):
    steps = [StepWanted(members=[ours.reviewer.pk]), StepWanted(members=[ours.admin.pk, ours.editor.pk])]
    review = reviews.ask(ours, picture, steps=steps)
    read(ours)
    assert told(ours) == [("reviewer", "REVIEW_ASKED")]
    reviews.decide(ours, review, "REVIEWER")
    read(ours)
    assert told(ours)[1:] == [("owner", "REVIEW_DECIDED"), ("editor", "REVIEW_DECIDED"), ("admin", "REVIEW_TURN")]
    reviews.decide(ours, review, "ADMIN")
    read(ours)
    assert told(ours)[4:] == [("owner", "REVIEW_APPROVED"), ("editor", "REVIEW_APPROVED")]
    other = reviews.ask(ours, picture)
    reviews.decide(ours, other, "REVIEWER", "REQUEST_CHANGES")
    read(ours)
    assert told(ours)[6:] == [("reviewer", "REVIEW_ASKED"), ("owner", "REVIEW_CHANGES"), ("editor", "REVIEW_CHANGES")]
    assert listed(ours, ours.editor)[0]["title"] == "Spring"
    facts = {"resource_type": "REVIEW", "resource_id": str(other.pk), "review": str(other.pk), "round": 1, "step": 1}
    for what in ("review.due_soon", "review.overdue", "review.overdue"):
        due = {"step_due_at": "2026-12-01T00:00:00Z", "reviewers": [ours.reviewer.pk], "requested_by": ours.editor.pk}
        happens(ours, what, **facts, **due, user=None)
    read(ours)
    assert told(ours)[9:] == [
        ("reviewer", "REVIEW_DUE_SOON"), ("editor", "REVIEW_OVERDUE"), ("reviewer", "REVIEW_OVERDUE"),
    ]  # fmt: skip


def test_shares_roles_generations_and_webhooks_tell_whom_they_concern(ours, picture):
    about = {"resource_type": "AI_GENERATION", "resource_id": str(picture.pk), "user": ours.owner.pk}
    happens(ours, "share.made", **about, share="s1", to_user=ours.viewer.pk, to_group=None)
    with brand_scope(ours.brand):
        team = reviews_group(ours, ours.analyst, ours.owner)
    happens(ours, "share.made", **about, share="s2", to_user=None, to_group=str(team))
    happens(ours, "member.role_changed", user_id=ours.viewer.pk, role="EDITOR")
    for facts in ({"api_key": None}, {"api_key": "a program's"}):
        happens(ours, "generation.failed", generation=str(picture.pk), user=ours.editor.pk, **facts)
    happens(ours, "webhook.disabled", webhook=str(new_id()), reason="GONE")
    read(ours)
    assert told(ours) == [
        ("viewer", "SHARED"), ("analyst", "SHARED"), ("viewer", "ROLE_CHANGED"), ("editor", "GENERATION_FAILED"),
        ("owner", "WEBHOOK_DISABLED"), ("admin", "WEBHOOK_DISABLED"),
    ]  # fmt: skip
    assert send(ours) == 5  # all but the generation, which is told in the app only
    assert {row["kind"] for row in listed(ours, ours.admin)} == {"WEBHOOK_DISABLED"}


def test_what_is_really_shared_granted_and_changed_tells_whom_it_concerns(ours, picture):
    owner, about = client_for(ours.owner), {"resource_type": "AI_GENERATION", "resource_id": str(picture.pk)}
    with brand_scope(ours.brand):
        team = reviews_group(ours, ours.analyst, ours.owner)
        members = {row.user_id: row for row in Membership.objects.all()}
    viewer, reviewer = (str(members[user.pk].pk) for user in (ours.viewer, ours.reviewer))
    bodies = [
        ("collaboration/shares/", {**about, "member": viewer, "permissions": ["COMMENT"]}),
        ("collaboration/shares/", {**about, "group": str(team), "permissions": ["COMMENT"]}),
        ("grants/", {**about, "member": reviewer, "role": "EDITOR"}),
        ("grants/", {**about, "group": str(team), "role": "EDITOR"}),
        ("grants/", {"member": viewer, "role": "EDITOR"}),
    ]
    for path, body in bodies:
        answer = owner.post(f"{ours.url}{path}", body)
        assert answer.status_code == 201, answer.json()
    members_url = f"{ours.url}members/{members[ours.viewer.pk].pk}/"
    assert owner.patch(members_url, {"role": "EDITOR"}).status_code == 200
    read(ours)
    assert told(ours) == [
        ("viewer", "SHARED"), ("analyst", "SHARED"), ("reviewer", "SHARED"), ("analyst", "SHARED"),
        ("viewer", "ROLE_CHANGED"),
    ]  # fmt: skip
    assert {row.by_id for row in rows(ours)} == {ours.owner.pk}


def reviews_group(tenant, *users):
    from brands.models import Group

    team = Group.objects.create(brand=tenant.brand, name="Team")
    for user in users:
        membership = Membership.objects.get(user=user)
        GroupMember.objects.create(brand=tenant.brand, group=team, membership=membership)
    return team.pk


def test_who_may_not_see_it_any_more_is_neither_told_nor_shown_nor_written_to(ours, editor, picture):
    opened(editor, ours, picture, mentions=[ours.viewer.pk, ours.reviewer.pk])
    with brand_scope(ours.brand):  # between the event and its reading
        Membership.objects.filter(user=ours.reviewer).delete()
    read(ours)
    assert [row.user.email for row in rows(ours, kind="MENTIONED")] == [ours.viewer.email]
    assert len(listed(ours, ours.viewer)) == 1
    with brand_scope(ours.brand):  # between that and the list, and the mail
        Restriction.objects.create(
            brand=ours.brand, resource_type="AI_GENERATION", resource_id=picture.pk, created_by=ours.owner
        )
    assert listed(ours, ours.viewer) == []
    assert client_for(ours.viewer).get(url(ours, "notifications/unread/")).json() == {"unread": 0}
    assert client_for(ours.viewer).post(url(ours, f"notifications/{rows(ours)[-1].pk}/read/")).status_code == 404
    assert send(ours) == 0
    opened(editor, ours, external(ours), mentions=[ours.viewer.pk])
    read(ours)
    assert len(listed(ours, ours.viewer)) == 1


def test_a_notification_is_there_once_whatever_the_code_believes(ours, theirs):
    def make(tenant, user, **facts):
        now = timezone.now()
        common = {"kind": "SHARED", "dedupe_key": "a", "seq": 1, "event_at": now, "created_at": now}
        with brand_scope(tenant.brand), transaction.atomic():
            Notification.objects.create(
                brand=tenant.brand, user=user, **{**common, "in_app": True, "email": "OFF", **facts}
            )

    make(ours, ours.viewer)
    make(ours, ours.editor)
    make(theirs, ours.viewer)
    with pytest.raises(IntegrityError, match="notification_once"):
        make(ours, ours.viewer)
    for facts, name in (
        ({"kind": "ELSE"}, "notification_kind_known"),
        ({"resource_type": "REVIEW"}, "notification_resource_whole"),
        ({"in_app": False}, "notification_told_somehow"),
    ):
        with pytest.raises(IntegrityError, match=name):
            make(ours, ours.viewer, dedupe_key="b", **facts)


def test_what_is_muted_is_not_told_but_to_who_is_called_by_name(ours, editor, picture):
    design = external(ours)
    thread = opened(editor, ours, picture)
    owner = client_for(ours.owner)
    muted = owner.post(url(ours, "notifications/mutes/"), {"thread": thread["id"]})
    assert muted.status_code == 201
    assert owner.post(url(ours, "notifications/mutes/"), {"thread": thread["id"]}).json() == muted.json()
    about = {"resource_type": "DESIGN", "resource_id": str(design.pk)}
    assert owner.post(url(ours, "notifications/mutes/"), about).status_code == 201
    replied(editor, ours, thread)
    opened(editor, ours, design)
    opened(editor, ours, picture)  # another thread
    replied(editor, ours, thread, mentions=[ours.owner.pk])
    read(ours)
    assert [row.kind for row in rows(ours, ours.owner)] == ["COMMENTED", "MENTIONED"]
    assert owner.delete(url(ours, f"notifications/mutes/{muted.json()['id']}/")).status_code == 204
    assert len(owner.get(url(ours, "notifications/mutes/")).json()["results"]) == 1
    for body in ({}, {"thread": str(new_id())}, {"resource_type": "DESIGN"}, {**about, "thread": thread["id"]}):
        assert owner.post(url(ours, "notifications/mutes/"), body).json()["errors"]
    nowhere = {"resource_type": "NOTHING", "resource_id": str(new_id())}
    assert owner.post(url(ours, "notifications/mutes/"), nowhere).json()["errors"] == {"resource_id": ["Not found."]}


def test_preferences_have_defaults_and_say_what_is_wrong_with_them(ours, editor, picture):
    reviewer = client_for(ours.reviewer)
    place = url(ours, "notifications/preferences/")
    before = reviewer.get(place).json()
    assert (before["language"], before["timezone"], before["digest_hour"]) == ("en", "", 8)
    assert set(before["kinds"]) == set(Kind.values) == set(preferences.DEFAULTS)
    assert before["kinds"]["MENTIONED"] == {"in_app": True, "email": "NOW"}
    assert before["kinds"]["GENERATION_COMPLETED"] == {"in_app": True, "email": "OFF"}
    wanted = {"language": "fr", "kinds": {"MENTIONED": {"email": "OFF"}, "REPLIED": {"in_app": False, "email": "OFF"}}}
    after = reviewer.put(place, wanted).json()
    assert after == {**before, "language": "fr", "kinds": {**before["kinds"], **after["kinds"]}}
    assert after["kinds"]["MENTIONED"] == {"in_app": True, "email": "OFF"}
    thread = opened(editor, ours, picture, mentions=[ours.reviewer.pk])
    replied(reviewer, ours, thread)
    replied(editor, ours, thread)
    read(ours)
    assert [(row.kind, row.mail_id) for row in rows(ours, ours.reviewer)] == [("MENTIONED", None)]
    for body, names in (
        ({"language": "de"}, ["language"]),
        ({"timezone": "Mars/Olympus"}, ["timezone"]),
        ({"digest_hour": 24}, ["digest_hour"]),
        ({"kinds": {"ELSE": {"email": "NOW"}}}, ["kinds.ELSE"]),
        ({"kinds": {"SHARED": {"email": "LATER"}}}, ["kinds.SHARED.email"]),
        ({"colour": "red"}, ["colour"]),
    ):
        answer = reviewer.put(place, body)
        assert (answer.status_code, sorted(answer.json()["errors"])) == (400, names)


def test_they_are_read_one_by_one_or_up_to_one(ours, editor, picture):
    for _ in range(4):
        opened(editor, ours, picture, mentions=[ours.viewer.pk])
    read(ours)
    viewer, place = client_for(ours.viewer), url(ours, "notifications/")
    newest, second, *_, oldest = listed(ours, ours.viewer)
    assert viewer.post(f"{place}{newest['id']}/read/").status_code == 204
    assert client_for(ours.owner).post(f"{place}{newest['id']}/read/").status_code == 404
    assert viewer.post(f"{place}read/", {"up_to": second["id"]}).json() == {"marked": 3}
    assert listed(ours, ours.viewer, unread="true") == []
    assert viewer.post(f"{place}read/").json() == {"marked": 0}
    assert send(ours) == 0  # what was read needs no mail
    assert len(listed(ours, ours.viewer, kind="MENTIONED", resource_type="AI_GENERATION", resource_id=picture.pk)) == 4
    assert listed(ours, ours.viewer, kind="SHARED") == []
    assert viewer.get(place, {"resource_id": picture.pk}).json()["errors"] == {
        "resource_type": ["Give it with resource_id."]
    }
    page = viewer.get(place, {"limit": 3}).json()
    assert [row["id"] for row in viewer.get(page["next"]).json()["results"]] == [oldest["id"]]


def test_the_list_takes_as_many_queries_for_many_as_for_one(ours, editor, picture):
    design = external(ours)
    viewer = client_for(ours.viewer)

    def cost(place):
        with CaptureQueriesContext(connection) as queries:
            assert viewer.get(url(ours, place)).status_code == 200
        return len(queries)

    opened(editor, ours, design, mentions=[ours.viewer.pk])
    read(ours)
    places = ("notifications/", "activity/")
    before = [cost(place) for place in places]
    for _ in range(3):
        opened(client_for(ours.owner), ours, design, mentions=[ours.viewer.pk])
        opened(editor, ours, design, mentions=[ours.viewer.pk])
    read(ours)
    assert [cost(place) for place in places] == before


def test_old_ones_are_forgotten(ours, editor, picture):
    from collaboration.notifications import tidying

    opened(editor, ours, picture, mentions=[ours.viewer.pk])
    read(ours)
    send(ours)
    assert tidying._forget(ours.id, timezone.now()) == 0
    assert tidying._forget(ours.id, timezone.now() + timedelta(days=181)) == 2
    with brand_scope(ours.brand):
        assert not inbox.listed(ours.actor("VIEWER")).exists()


def test_a_guest_has_none_and_learns_of_no_other_brand(ours, theirs, picture):
    visitor = guest(ours, "AI_GENERATION", picture.pk)
    assert [visitor.get(url(brand, "notifications/")).status_code for brand in (ours, theirs)] == [403, 404]


def test_an_event_that_is_not_whole_or_whose_guest_is_gone_stops_nobody(ours, editor, picture):
    about = {"resource_type": "AI_GENERATION", "resource_id": str(picture.pk)}
    happens(ours, "comment.added", **about)
    gone = {"user": None, "guest": str(new_id()), "thread": str(new_id()), "comment": str(new_id()), "number": 1}
    happens(ours, "comment.added", **about, **gone)
    opened(editor, ours, picture)
    read(ours)
    assert [(row.kind, row.by_id, row.guest_id) for row in rows(ours)] == [
        ("COMMENTED", None, None),
        ("COMMENTED", ours.editor.pk, None),
    ]


def test_whoever_joins_a_talk_later_is_not_told_of_what_was_said_before(ours, editor, picture):
    thread = opened(editor, ours, picture)
    newcomer = make_user("late@ours.example")
    with brand_scope(ours.brand):
        Membership.objects.create(brand=ours.brand, user=newcomer, role="REVIEWER")
    replied(editor, ours, thread)
    replied(client_for(newcomer), ours, thread)
    read(ours)
    assert rows(ours, newcomer) == []
