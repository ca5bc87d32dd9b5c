"""Invitations: an e-mail address is offered a role; whoever proves to own the address may take it."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.utils import timezone

from brands import audit, events
from brands.errors import Conflict, Forbidden, InvalidInput, NotFound
from brands.models import Brand, Invitation, Membership, User
from brands.permissions import Actor, require
from brands.services import actors, roles
from brands.services.conflicts import refused_as
from brands.services.members import require_may_give
from brands.tenancy.scope import brand_scope

VALID_FOR = timedelta(days=7)
MAX_ADDRESS = 254

_MAIL = """\
{inviter} invites you to work on {brand} as {role}.

Sign in or sign up with this e-mail address, then accept:
{link}

The invitation expires on {expires_at:%d %B %Y, %H:%M} UTC. If you did not expect it, ignore it.
"""


class AlreadyInvited(Conflict):
    code = "already_invited"
    title = "This address has an open invitation; revoke it to send another"


class AlreadyMember(Conflict):
    code = "already_member"
    title = "This person is a member already"


class AnotherAddress(Forbidden):
    code = "another_address"
    title = "The invitation was sent to another e-mail address"


def invite(*, actor: Actor, inviter: User, email: str, role: str = "", custom_role: UUID | None = None) -> Invitation:
    """Offer `role`, or a role of the brand's own, to `email`; the token is only in the mail, sent when the transaction
    commits.

    Raises Forbidden for more rights than the actor has, InvalidInput naming `custom_role`, AlreadyMember,
    AlreadyInvited.
    """
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "member.manage", brand)
    email = _lower(email)
    offer = {"email": email, "role": role, "custom_role": roles.chosen(custom_role)}
    require_may_give(actor, Invitation(**offer))
    if Membership.objects.filter(user__email=email).exists():
        raise AlreadyMember()
    now = timezone.now()
    Invitation.objects.filter(email=email, accepted_at=None, revoked_at=None, expires_at__lte=now).update(
        revoked_at=now
    )
    token = secrets.token_urlsafe(32)
    with refused_as(invitation_one_open_per_email=AlreadyInvited()):
        invitation = Invitation.objects.create(
            brand=brand,
            **offer,
            token_sha256=_digest(token),
            invited_by=inviter,
            expires_at=now + VALID_FOR,
        )
    audit.record(actor=actor, action="member.invited", obj=invitation, email=email, role=invitation.role_name)
    payload = {"invitation_id": invitation.id, "role": role, "custom_role": custom_role}
    events.append(brand_id=brand.id, type="member.invited", payload=payload)
    # Robust: the invitation stands when the mail server is away; it can be revoked and sent again.
    transaction.on_commit(lambda: _send(invitation, brand, inviter, token), robust=True)
    return invitation


def revoke(*, actor: Actor, invitation: Invitation) -> None:
    """Revoking twice is revoking once. Raises Conflict for one that was accepted."""
    require(actor, "member.manage", invitation)
    # As it is now: it may have been accepted since the caller looked.
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise Conflict("The invitation was accepted; remove the member instead.")
    if invitation.revoked_at is None:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        audit.record(actor=actor, action="member.invitation_revoked", obj=invitation)


def accept(*, user: User, token: str) -> Membership:
    """Join the brand behind `token`. Runs outside any brand's scope.

    Raises NotFound for a token that is unknown, used, revoked, expired, or from somebody who could not give the
    role any more; AnotherAddress, AlreadyMember.
    """
    with connection.cursor() as cursor:
        # A SECURITY DEFINER function: the token names the brand.
        cursor.execute("SELECT id, brand_id FROM brands_open_invitation(%s)", [_digest(token)])
        found = cursor.fetchone()
    if found is None:
        raise NotFound()
    invitation_id, brand_id = found
    with brand_scope(brand_id):
        return _join(user, invitation_id)


def _join(user: User, invitation_id: object) -> Membership:
    invitation = (
        Invitation.objects.select_for_update().filter(pk=invitation_id, accepted_at=None, revoked_at=None).first()
    )
    if invitation is None or not _may_still_be_given(invitation):  # None: accepted or revoked in between
        raise NotFound()
    if not EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists():
        raise AnotherAddress()
    with refused_as(membership_once_per_brand=AlreadyMember()):
        offered = {"role": invitation.role, "custom_role": roles.chosen(invitation.custom_role_id)}
        membership = Membership.objects.create(brand_id=invitation.brand_id, user=user, **offered)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    actor = actors.for_user(brand_id=invitation.brand_id, user=user)
    audit.record(actor=actor, action="member.joined", obj=membership, invitation=str(invitation.pk))
    payload = {"user_id": user.pk, "role": invitation.role, "custom_role": invitation.custom_role_id}
    events.append(brand_id=invitation.brand_id, type="member.joined", payload=payload)
    return membership


def _lower(email: str) -> str:
    """İ and its like take more room in lower case."""
    if len(lowered := email.lower()) > MAX_ADDRESS:
        raise InvalidInput(fields={"email": [f"At most {MAX_ADDRESS} characters in lower case."]})
    return lowered


def _may_still_be_given(invitation: Invitation) -> bool:
    """As with API keys: an offer is worth what whoever made it may give now. Staff's stands."""
    if invitation.invited_by.is_staff:
        return True
    try:
        inviter = actors.for_user(brand_id=invitation.brand_id, user=invitation.invited_by)
    except NotFound:
        return False
    return {"member.manage", *invitation.capabilities} <= inviter.capabilities


def _send(invitation: Invitation, brand: Brand, inviter: User, token: str) -> None:
    # Names are one line each: none becomes a header, or a paragraph of somebody else's.
    inviting, joining = _one_line(inviter), _one_line(brand)
    text = _MAIL.format(
        inviter=inviting,
        brand=joining,
        role=invitation.get_role_display() or invitation.role_name,
        link=f"{settings.FRONTEND_URL}/invitations/{token}",
        expires_at=invitation.expires_at,
    )
    send_mail(f"{inviting} invites you to {joining}", text, None, [invitation.email])


def _one_line(name: object) -> str:
    return " ".join(str(name).split())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
