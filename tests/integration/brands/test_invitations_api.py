"""Invitations: the token is in the mail only, for the invited address only, once, for seven days."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone
from rest_framework.response import Response

from brands.errors import Conflict
from brands.models import AuditEntry, DomainEvent, Invitation, Membership, User
from brands.permissions import staff_actor
from brands.services import invitations
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for, make_user

ACCEPT = "/api/v1/invitations/accept/"


@pytest.fixture
def invite(django_capture_on_commit_callbacks):
    """Invite over HTTP and let the commit's callbacks run, as outside a test."""

    def run(tenant: Tenant, email: str, role: str = "EDITOR", *, by: str = "admin") -> Response:
        with django_capture_on_commit_callbacks(execute=True):
            return client_for(tenant.person(by)).post(f"{tenant.url}invitations/", {"email": email, "role": role})

    return run


def mailed_token() -> str:
    found = re.search(r"/invitations/(\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def accept(user: User, token: str) -> Response:
    return client_for(user).post(ACCEPT, {"token": token})


def test_an_invited_person_joins_with_the_offered_role(invite, ours: Tenant) -> None:
    answer = invite(ours, "New@People.example")
    assert answer.status_code == 201
    assert mail.outbox[0].to == ["new@people.example"]
    person = make_user("new@people.example")
    joined = accept(person, mailed_token())
    assert (joined.status_code, joined.json()) == (201, {"brand_id": str(ours.id), "role": "EDITOR"})
    assert client_for(person).get(f"{ours.url}me/").json()["role"] == "EDITOR"
    with brand_scope(ours.brand):
        assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"member.invited", "member.joined"}
        told = {"user_id": person.pk, "role": "EDITOR", "custom_role": None}
        assert DomainEvent.objects.get(type="member.joined").payload == told


def test_the_token_is_neither_in_the_answer_nor_in_the_database(invite, ours: Tenant) -> None:
    answer = invite(ours, "new@people.example")
    token = mailed_token()
    assert token not in answer.content.decode()
    with brand_scope(ours.brand):
        row = Invitation.objects.values().get()
        assert token not in str(row)
        assert token not in str(list(AuditEntry.objects.values())) + str(list(DomainEvent.objects.values()))
    assert row["expires_at"] - row["created_at"] == pytest.approx(timedelta(days=7), abs=timedelta(seconds=5))


def test_no_mail_leaves_before_the_commit(ours: Tenant, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=False):
        client_for(ours.admin).post(f"{ours.url}invitations/", {"email": "new@people.example", "role": "VIEWER"})
    assert mail.outbox == []


def test_a_token_works_once(invite, ours: Tenant) -> None:
    invite(ours, "new@people.example")
    person = make_user("new@people.example")
    assert accept(person, mailed_token()).status_code == 201
    assert accept(person, mailed_token()).status_code == 404


def test_another_persons_invitation_is_of_no_use(invite, ours: Tenant, theirs: Tenant) -> None:
    invite(ours, "new@people.example")
    answer = accept(theirs.owner, mailed_token())
    assert (answer.status_code, answer.json()["code"]) == (403, "another_address")
    assert "new@people.example" not in answer.content.decode()
    assert client_for(theirs.owner).get(ours.url).status_code == 404


def test_an_unverified_address_proves_nothing(invite, ours: Tenant) -> None:
    invite(ours, "new@people.example")
    person = make_user("new@people.example")
    EmailAddress.objects.filter(user=person).update(verified=False)
    assert accept(person, mailed_token()).status_code == 403


@pytest.mark.parametrize("end", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_revoked_or_expired_invitation_is_not_found(end: dict[str, object], invite, ours: Tenant) -> None:
    invite(ours, "new@people.example")
    with brand_scope(ours.brand):
        Invitation.objects.update(**end)
    assert accept(make_user("new@people.example"), mailed_token()).status_code == 404


@pytest.mark.parametrize("token", ["", "wrong", "x" * 101, "a\x00", None, 5.5])
def test_a_wrong_token_is_refused_plainly(token: object, ours: Tenant) -> None:
    assert client_for(ours.owner).post(ACCEPT, {"token": token}).status_code in (400, 404)


def test_an_api_key_accepts_no_invitation(invite, ours: Tenant, theirs: Tenant) -> None:
    invite(ours, "owner@theirs.example")
    assert client_for(theirs.key).post(ACCEPT, {"token": mailed_token()}).status_code == 403


def test_a_manager_revokes_and_the_address_may_be_invited_again(invite, ours: Tenant) -> None:
    first = invite(ours, "new@people.example").json()
    assert invite(ours, "new@people.example").json()["code"] == "already_invited"
    for _ in range(2):
        assert client_for(ours.admin).delete(f"{ours.url}invitations/{first['id']}/").status_code == 204
    assert invite(ours, "new@people.example").status_code == 201


def test_an_expired_invitation_does_not_stand_in_the_way(invite, ours: Tenant) -> None:
    invite(ours, "new@people.example")
    with brand_scope(ours.brand):
        Invitation.objects.update(expires_at=timezone.now())
    assert invite(ours, "new@people.example").status_code == 201


def test_an_accepted_invitation_cannot_be_revoked(invite, ours: Tenant) -> None:
    first = invite(ours, "new@people.example").json()
    accept(make_user("new@people.example"), mailed_token())
    assert client_for(ours.admin).delete(f"{ours.url}invitations/{first['id']}/").status_code == 409


def test_nobody_is_told_that_what_was_accepted_in_between_is_revoked(invite, ours: Tenant) -> None:
    invite(ours, "new@people.example")
    with brand_scope(ours.brand):
        seen = Invitation.objects.get()
    accept(make_user("new@people.example"), mailed_token())
    with brand_scope(ours.brand), pytest.raises(Conflict):
        invitations.revoke(actor=ours.actor("ADMIN"), invitation=seen)


def test_members_are_not_invited_again(invite, ours: Tenant) -> None:
    assert invite(ours, "viewer@ours.example").json()["code"] == "already_member"


def test_whoever_joined_in_between_keeps_the_role_they_have(invite, ours: Tenant) -> None:
    person = make_user("new@people.example")
    invite(ours, "new@people.example", "ADMIN")
    with brand_scope(ours.brand):
        Membership.objects.create(brand=ours.brand, user=person, role="VIEWER")
    assert accept(person, mailed_token()).json()["code"] == "already_member"
    assert client_for(person).get(f"{ours.url}me/").json()["role"] == "VIEWER"


@pytest.mark.parametrize("now", ["EDITOR", None])
def test_the_offer_of_somebody_who_may_not_give_it_any_more_is_void(now: str | None, invite, ours: Tenant) -> None:
    invite(ours, "new@people.example", "ADMIN")
    with brand_scope(ours.brand):
        theirs = Membership.objects.filter(user=ours.admin)
        theirs.update(role=now) if now else theirs.delete()
    person = make_user("new@people.example")
    assert accept(person, mailed_token()).status_code == 404
    assert client_for(person).get(ours.url).status_code == 404


def test_a_former_owners_offer_of_ownership_is_void(invite, ours: Tenant) -> None:
    with brand_scope(ours.brand):
        Membership.objects.filter(user=ours.admin).update(role="OWNER")
    invite(ours, "new@people.example", "OWNER")
    with brand_scope(ours.brand):
        Membership.objects.filter(user=ours.admin).update(role="ADMIN")
    assert accept(make_user("new@people.example"), mailed_token()).status_code == 404


def test_what_staff_offered_stands(django_capture_on_commit_callbacks, ours: Tenant) -> None:
    staff = make_user("staff@atelier.example", is_staff=True)
    with django_capture_on_commit_callbacks(execute=True), brand_scope(ours.brand):
        actor = staff_actor(ours.id, staff)
        invitations.invite(actor=actor, inviter=staff, email="new@people.example", role="OWNER")
    assert accept(make_user("new@people.example"), mailed_token()).status_code == 201


def test_an_address_that_is_too_long_in_lower_case_names_the_field(ours: Tenant) -> None:
    body = {"email": "a@" + ".".join(["İ" * 20] * 11) + ".example", "role": "VIEWER"}
    answer = client_for(ours.owner).post(f"{ours.url}invitations/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["email"])


@pytest.mark.parametrize("role", ["editor", "reviewer", "analyst", "viewer"])
def test_who_may_not_manage_members_invites_nobody(role: str, invite, ours: Tenant) -> None:
    assert invite(ours, "new@people.example", by=role).status_code == 403
    assert client_for(ours.person(role)).get(f"{ours.url}invitations/").status_code == 403
    assert mail.outbox == []


def test_only_an_owner_invites_owners(invite, ours: Tenant) -> None:
    assert invite(ours, "new@people.example", "OWNER").status_code == 403
    assert invite(ours, "new@people.example", "OWNER", by="owner").status_code == 201


def test_a_name_with_a_line_break_adds_neither_a_header_nor_a_paragraph(invite, ours: Tenant) -> None:
    ours.admin.name = "Eve\nBcc: all@people.example"
    ours.admin.save()
    client_for(ours.owner).patch(ours.url, {"name": "Ours\n\nSee evil.example"})
    invite(ours, "new@people.example")
    assert mail.outbox[0].recipients() == ["new@people.example"]
    assert "\n" not in mail.outbox[0].subject
    first, *_ = mail.outbox[0].body.splitlines()
    assert first == "Eve Bcc: all@people.example invites you to work on Ours See evil.example as Editor."


@pytest.mark.parametrize("email", ["", "no-address", "a@b", "a" * 300 + "@people.example", "a@b.example\n", None, 7])
def test_bad_addresses_name_the_field(email: object, invite, ours: Tenant) -> None:
    answer = client_for(ours.owner).post(f"{ours.url}invitations/", {"email": email, "role": "VIEWER"})
    if answer.status_code == 201:  # surrounding white space is forgiven
        assert answer.json()["email"] == str(email).strip()
    else:
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["email"])
