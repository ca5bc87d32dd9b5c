from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from brands.admin.base import BrandFilter, BrandModelAdmin, StaffAction
from brands.choices import Role
from brands.models import Invitation
from brands.permissions import staff_actor
from brands.services import invitations
from brands.tenancy.scope import required_brand_id

STATES = {"open": "info", "accepted": "success", "expired": "warning", "revoked": "danger"}


@admin.register(Invitation)
class InvitationAdmin(BrandModelAdmin):
    """Who was asked to join; the token is only in the e-mail."""

    may_add = True
    staff_actions = (
        StaffAction(
            "revoke",
            "Revoke",
            "cancel",
            do=lambda actor, row: invitations.revoke(actor=actor, invitation=row),
            done="revoked; its link lets nobody in any more",
            offered=lambda row: row.accepted_at is None and row.revoked_at is None,
            dangerous=True,
        ),
    )
    never_asked = frozenset({"token_sha256"})
    list_display = ["email", "brand", "role_name", "state", "invited_by", "created_at", "expires_at"]
    list_filter = [BrandFilter, ("role", ChoicesDropdownFilter)]
    list_select_related = ["brand", "invited_by", "custom_role"]
    search_fields = ["email"]
    ordering = ["-id"]
    fields = [
        "email",
        "brand",
        "role_name",
        "state",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    ]
    readonly_fields = [
        "brand",
        "role_name",
        "state",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    ]
    add_fieldsets = [(None, {"fields": ["email", "role", "custom_role"]})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The role with the fewest rights: whoever overlooks the choice makes nobody an owner."""
        return {"role": Role.VIEWER}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was sent stays as it was sent."""
        return False

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: Any) -> None:
        actor = staff_actor(required_brand_id(), request.user)
        offer = {"email": obj.email, "role": obj.role, "custom_role": obj.custom_role_id}
        sent = invitations.invite(actor=actor, inviter=request.user, **offer)  # type: ignore[arg-type]
        obj.pk = sent.pk

    @display(description="Role", ordering="role")
    def role_name(self, invitation: Invitation) -> str:
        return invitation.role_name

    @display(description="State", label=STATES)
    def state(self, invitation: Invitation) -> str:
        if invitation.accepted_at:
            return "accepted"
        if invitation.revoked_at:
            return "revoked"
        return "expired" if invitation.expires_at <= timezone.now() else "open"
