"""Mails about notifications: folded, once, in the reader's language, at their hour, whatever the mail server does."""

import re
import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from urllib.parse import urlsplit

import pytest
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from brands.models import Brand, User
from brands.tenancy.scope import brand_scope
from collaboration import tasks
from collaboration.models import NotificationMail, NotificationSettings
from collaboration.notifications import claims, digests, preferences, reading, sending, tidying, unsubscribing
from tests.collaboration import external, opened, replied, url
from tests.factories import Tenant, client_for
from tests.notifying import happens, mails, read, rows, send, told

HERE = "tests.integration.collaboration.test_notification_mails"


class Away(BaseEmailBackend):
    """A mail server that is not there."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("nobody listens")


class Refuses(BaseEmailBackend):
    """It does not know the address, and never will."""

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such mailbox")})


class Slow(BaseEmailBackend):
    """It keeps who sends until it is told to go on."""

    asked, go = Event(), Event()

    def send_messages(self, messages):
        assert not connection.in_atomic_block  # no transaction is open meanwhile
        self.asked.set()
        assert self.go.wait(20)
        outbox.outbox.extend(messages)
        return len(messages)


@pytest.fixture
def design(ours):
    return external(ours, title="Spring mug\r\nBcc: eve@example.com")


@pytest.fixture
def editor(ours):
    return client_for(ours.editor)


def role_changed(tenant: Tenant, user: User) -> None:
    """Something of which one is told at once, by a mail of its own."""
    happens(tenant, "member.role_changed", user_id=user.pk, role="EDITOR")
    read(tenant)


def test_several_comments_in_one_thread_are_one_mail_and_another_thread_is_another(ours, editor, design):
    thread = opened(editor, ours, design, mentions=[ours.viewer.pk])
    read(ours)
    replied(client_for(ours.reviewer), ours, thread, mentions=[ours.viewer.pk])
    opened(editor, ours, design, mentions=[ours.viewer.pk])
    read(ours)
    assert send(ours, after=timedelta(seconds=60)) == 0  # there may be more
    assert send(ours) >= 2
    to_viewer = [letter for letter in outbox.outbox if letter.to == [ours.viewer.email]]
    assert sorted(letter.subject for letter in to_viewer) == [
        "2 updates on “Spring mug Bcc: eve@example.com”",
        "editor@ours.example mentioned you on “Spring mug Bcc: eve@example.com”",
    ]
    replied(editor, ours, thread, mentions=[ours.viewer.pk])
    read(ours)
    assert len({row.mail_id for row in rows(ours, ours.viewer)}) == 3  # what was sent is not opened again


def test_a_mail_is_in_the_readers_language_with_links_and_a_way_out(ours, editor, design, settings):
    settings.FRONTEND_URL = "https://atelier.example"
    with brand_scope(ours.brand):
        preferences.change(actor=ours.actor("VIEWER"), language="fr", timezone="Europe/Paris")
    thread = opened(editor, ours, design, body="<b>secret</b>", mentions=[ours.viewer.pk, ours.reviewer.pk])
    read(ours)
    send(ours)
    letters = {letter.to[0]: letter for letter in outbox.outbox}
    french, english = letters[ours.viewer.email], letters[ours.reviewer.email]
    assert french.subject == "editor@ours.example vous a mentionné sur « Spring mug Bcc: eve@example.com »"
    assert "Vous recevez cet e-mail parce que vous êtes membre de Ours" in french.body
    assert "You get this e-mail because you are a member of Ours" in english.body
    where = f"https://atelier.example/brands/{ours.id}/resources/DESIGN/{design.pk}?thread={thread['id']}"
    for letter, language in ((french, "fr"), (english, "en")):
        ((html, kind),) = letter.alternatives
        assert kind == "text/html"
        assert f'<html lang="{language}">' in html
        assert where in letter.body
        assert where in html
        assert "secret" not in letter.body + html
        message = letter.message()
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message["Bcc"] is None


def test_every_kind_has_its_sentence_in_both_languages():
    from collaboration.notifications.choices import Kind
    from collaboration.notifications.words import FRAME, SENTENCES, THINGS

    for words in (SENTENCES, THINGS, FRAME):
        assert set(words["en"]) == set(words["fr"])
    assert set(SENTENCES["en"]) == set(Kind.values)
    for language in SENTENCES.values():
        for sentence in language.values():
            assert sentence.format(who="Ann", what="x", brand="Ours")


def test_one_click_ends_mails_of_that_kind_and_looking_ends_nothing(ours, theirs, editor, design):
    opened(editor, ours, design, mentions=[ours.viewer.pk])
    read(ours)
    send(ours)
    letter = next(each for each in outbox.outbox if each.to == [ours.viewer.email])
    place = urlsplit(letter.message()["List-Unsubscribe"].strip("<>")).path
    nobody = client_for()
    assert "No more e-mails like that one from Ours?" in nobody.get(place).content.decode()
    mine = url(ours, "notifications/preferences/")
    assert client_for(ours.viewer).get(mine).json()["kinds"]["MENTIONED"]["email"] == "NOW"
    done = nobody.post(place, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert done.status_code == 200
    kinds = client_for(ours.viewer).get(mine).json()["kinds"]
    assert (kinds["MENTIONED"], kinds["REPLIED"]["email"]) == ({"in_app": True, "email": "OFF"}, "NOW")
    opened(editor, ours, design, mentions=[ours.viewer.pk])
    read(ours)
    assert (len(rows(ours, ours.viewer)), rows(ours, ours.viewer)[-1].mail_id) == (2, None)
    for wrong in (place[:-3] + "x/", "/api/v1/notifications/unsubscribe/guess/"):
        assert nobody.post(wrong).status_code == nobody.get(wrong).status_code == 404
    stranger = unsubscribing.token(brand_id=theirs.id, user_id=ours.viewer.pk, kinds=["SHARED"])
    assert nobody.post(f"/api/v1/notifications/unsubscribe/{stranger}/").status_code == 404
    digest = unsubscribing.token(brand_id=ours.id, user_id=ours.viewer.pk, kinds=[])
    assert nobody.post(f"/api/v1/notifications/unsubscribe/{digest}/").status_code == 200
    kinds = client_for(ours.viewer).get(mine).json()["kinds"]
    assert "DIGEST" not in {channels["email"] for channels in kinds.values()}


@pytest.mark.parametrize(
    ("zone", "at", "due"),
    [
        ("America/New_York", "2026-07-01T11:59:59", "2026-07-01T12:00"),  # 08:00, UTC-4
        ("America/New_York", "2026-12-01T13:00:00", "2026-12-01T13:00"),  # 08:00, UTC-5
        ("Pacific/Kiritimati", "2026-06-30T20:00:00", "2026-06-30T18:00"),  # it is July there
        ("Asia/Kathmandu", "2026-06-30T02:00:00", "2026-06-30T02:15"),  # UTC+5:45
        ("Europe/Paris", "2026-03-28T12:00:00", "2026-03-28T07:00"),  # the day before the clocks go forward
        ("Europe/Paris", "2026-03-29T12:00:00", "2026-03-29T06:00"),  # and that day
    ],
)
def test_a_digest_comes_at_the_persons_hour_whatever_the_clocks_do(zone, at, due, ours):
    with brand_scope(ours.brand):
        preferences.change(actor=ours.actor("VIEWER"), timezone=zone)
        chosen = preferences.read(actor=ours.actor("VIEWER"))
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert digests.due_at(chosen, moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_an_hour_that_is_left_out_or_comes_twice_makes_one_digest(ours):
    with brand_scope(ours.brand):
        chosen = preferences.change(actor=ours.actor("VIEWER"), timezone="Europe/Paris", digest_hour=2)
    spring, autumn = (datetime(2026, month, day, 12, tzinfo=UTC) for month, day in ((3, 29), (10, 25)))
    assert digests.due_at(chosen, spring) == datetime(2026, 3, 29, 1, tzinfo=UTC)  # 02:00 is 03:00 there
    assert digests.due_at(chosen, autumn) == datetime(2026, 10, 25, 0, tzinfo=UTC)  # the first of two


def test_a_digest_holds_what_is_unread_once_a_day_and_nothing_makes_none(ours, editor, design):
    with brand_scope(ours.brand):
        Brand.objects.update(timezone="Asia/Tokyo")
    for _ in range(2):
        opened(editor, ours, design)  # the owner's design
    monday = datetime(2026, 11, 30, 5, tzinfo=UTC)  # 14:00 in Tokyo
    read(ours, at=monday)
    assert digests.make(brand_id=ours.id, at=monday) == 0  # the day's hour was before: it is for tomorrow
    tuesday = datetime(2026, 11, 30, 23, 1, tzinfo=UTC)  # 08:01
    assert digests.make(brand_id=ours.id, at=tuesday - timedelta(minutes=2)) == 0
    assert digests.make(brand_id=ours.id, at=tuesday) == 1
    assert digests.make(brand_id=ours.id, at=tuesday) == 0
    assert sending.send_due(brand_id=ours.id, at=lambda: tuesday) == 1
    (letter,) = outbox.outbox
    assert letter.to == [ours.owner.email]
    assert letter.subject == "Ours: 2 unread"
    opened(editor, ours, design)
    read(ours, at=tuesday)
    client_for(ours.owner).post(url(ours, "notifications/read/"))
    assert digests.make(brand_id=ours.id, at=tuesday + timedelta(days=1)) == 0


def test_one_digest_a_day_and_one_open_fold_hold_in_the_database(ours):
    def make(**facts):
        now = timezone.now()
        with brand_scope(ours.brand), transaction.atomic():
            NotificationMail.objects.create(
                brand=ours.brand, user=ours.viewer, **{"next_at": now, "created_at": now, **facts}
            )

    make(digest_date="2026-11-30")
    make(fold="thread:1")
    for facts, name in (
        ({"digest_date": "2026-11-30"}, "notification_one_digest_a_day"),
        ({"fold": "thread:1"}, "notification_mail_one_open_fold"),
        ({}, "notification_mail_fold_or_digest"),
        ({"fold": "x", "status": "SENT"}, "notification_mail_due_while_waiting"),
    ):
        with pytest.raises(IntegrityError, match=name):
            make(**facts)
    with brand_scope(ours.brand), pytest.raises(IntegrityError, match="notification_digest_hour"):
        NotificationSettings.objects.create(brand=ours.brand, user=ours.viewer, digest_hour=24)


def test_a_mail_server_that_is_away_loses_nothing(ours, settings):
    role_changed(ours, ours.viewer)
    role_changed(ours, ours.editor)
    settings.EMAIL_BACKEND = f"{HERE}.Away"
    assert send(ours, after=timedelta(0)) == 0
    (tried,) = [mail for mail in mails(ours) if mail.tries]  # the other did not have to wait for it as well
    assert (tried.status, tried.error) == ("WAITING", "ConnectionRefusedError: nobody listens")
    assert 20 < (tried.next_at - timezone.now()).total_seconds() < 34
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send(ours) == 2
    settings.EMAIL_BACKEND = f"{HERE}.Refuses"
    role_changed(ours, ours.viewer)
    assert send(ours) == 0
    assert mails(ours)[-1].status == "FAILED"
    assert sending.resend(mail_id=mails(ours)[-1].pk, brand_id=ours.id, at=timezone.now())
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send(ours) == 1
    assert [round(sending.pause_seconds(tries, lambda: 0.5)) for tries in (1, 2, 9)] == [30, 60, 3600]


def test_who_was_killed_while_sending_is_followed_by_another_whose_word_counts(ours):
    role_changed(ours, ours.viewer)
    now = timezone.now()
    lost = claims.claim(brand_id=ours.id, at=now)
    assert lost is not None
    assert claims.claim(brand_id=ours.id, at=now) is None
    assert send(ours) == 1
    sending._record(lost, ConnectionResetError("too late"))
    (mail,) = mails(ours)
    assert (mail.status, mail.tries, mail.error) == ("SENT", 2, "")
    assert outbox.outbox[0].message()["Message-ID"] == f"<{mail.pk}@localhost>"


def test_beat_finds_what_is_due_and_tasks_do_it(committed, ours, theirs, design):
    happens(theirs, "queue.paused")
    happens(ours, "member.role_changed", user_id=ours.viewer.pk, role="EDITOR")
    assert set(reading.due()) == {ours.id, theirs.id}
    opened(client_for(ours.editor), ours, design)
    for tenant in (ours, theirs):
        tasks.read_notification_events(str(tenant.id))
    assert (reading.due(), sending.due(), digests.waiting()) == ([], [ours.id], [ours.id])
    tasks.make_digests(str(ours.id))  # not its hour, or the first
    tasks.send_notification_mails(str(ours.id))
    assert [letter.to for letter in outbox.outbox] == [[ours.viewer.email]]
    assert sending.due() == []
    tasks.sweep_notifications()
    tasks.make_due_digests()
    assert tidying.keep(at=timezone.now() + timedelta(days=181)) == 2
    assert not [mail for mail in mails(ours) if mail.status == "SENT"]


def test_a_worker_whose_clock_is_wrong_sends_nothing_early_and_takes_nothing_over(committed, ours, design, monkeypatch):
    opened(client_for(ours.editor), ours, design, mentions=[ours.viewer.pk])
    tasks.read_notification_events(str(ours.id))
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(minutes=10))
    tasks.send_notification_mails(str(ours.id))  # it waits for what else is said in the thread
    assert [(mail.status, mail.tries) for mail in mails(ours)] == [("WAITING", 0)]
    monkeypatch.setattr(timezone, "now", lambda: right() - timedelta(minutes=10))
    with brand_scope(ours.brand):
        NotificationMail.objects.update(next_at=right() - timedelta(seconds=1))
    tasks.send_notification_mails(str(ours.id))
    assert [(mail.status, mail.tries) for mail in mails(ours)] == [("SENT", 1)]


@pytest.fixture
def slow(settings) -> Iterator[type[Slow]]:
    Slow.asked.clear()
    Slow.go.clear()
    settings.EMAIL_BACKEND = f"{HERE}.Slow"
    yield Slow
    Slow.go.set()


def test_two_readers_and_two_senders_tell_once(committed, ours, slow):
    for _ in range(3):
        happens(ours, "member.role_changed", user_id=ours.viewer.pk, role="EDITOR")
    start = Barrier(2, timeout=20)

    def at_once(do):
        def run(_):
            start.wait()
            try:
                return do()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            return threads.map(run, range(2))

    list(at_once(lambda: read(ours)))
    assert told(ours) == [("viewer", "ROLE_CHANGED")] * 3
    slow.go.set()
    sent = sum(at_once(lambda: send(ours)))
    assert (sent, len(outbox.outbox)) == (3, 3)
    assert {mail.status for mail in mails(ours)} == {"SENT"}


def test_no_transaction_is_open_while_the_mail_server_thinks(committed, ours, slow):
    role_changed(ours, ours.viewer)

    def send_one():
        try:
            return send(ours, after=timedelta(0))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        sending_one = thread.submit(send_one)
        assert slow.asked.wait(20)
        (mail,) = mails(ours)
        assert (mail.status, mail.tries, mail.lease_until is not None) == ("WAITING", 1, True)
        assert send(ours, after=timedelta(0)) == 0
        slow.go.set()
        assert sending_one.result() == 1
    assert re.fullmatch(r"one:role:\d+", mails(ours)[0].fold)
