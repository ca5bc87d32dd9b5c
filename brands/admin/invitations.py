from django.contrib import admin
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from brands.admin.base import BrandFilter, ReadOnlyAdmin
from brands.models import Invitation

STATES = {"open": "info", "accepted": "success", "expired": "warning", "revoked": "danger"}


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was asked to join; the token is only in the e-mail."""

    list_display = ["email", "brand", "role", "state", "invited_by", "created_at", "expires_at"]
    list_filter = [BrandFilter, ("role", ChoicesDropdownFilter)]
    list_select_related = ["brand", "invited_by"]
    search_fields = ["email"]
    ordering = ["-id"]
    fields = ["email", "brand", "role", "state", "invited_by", "created_at", "expires_at", "accepted_at", "revoked_at"]

    @display(description="State", label=STATES)
    def state(self, invitation: Invitation) -> str:
        if invitation.accepted_at:
            return "accepted"
        if invitation.revoked_at:
            return "revoked"
        return "expired" if invitation.expires_at <= timezone.now() else "open"
