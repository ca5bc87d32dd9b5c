from typing import Any

from django.contrib import admin
from django.utils import timezone
from unfold.decorators import display

from brands.admin.about import AboutResourceAdmin
from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.models import GuestSession, ShareLink
from collaboration.shares import links

STATES = {"open": "success", "not begun": "info", "used up": "warning", "expired": "warning", "revoked": "danger"}
SESSION_STATES = {"inside": "success", "over": "warning"}


@admin.register(ShareLink)
class ShareLinkAdmin(AboutResourceAdmin):
    """What is open to the public; tokens and passwords are kept as hashes and shown nowhere."""

    staff_actions = (
        StaffAction(
            "revoke",
            "Revoke",
            "link_off",
            do=lambda actor, row: links.revoke(actor=actor, link=row),
            done="revoked; its guests are out",
            offered=lambda row: row.revoked_at is None,
            dangerous=True,
        ),
    )
    never_asked = frozenset({"token_sha256", "password"})
    list_display = ["name", "about", "brand", "state", "uses", "created_by", "created_at", "expires_at"]
    list_filter = [BrandFilter, "resource_type"]
    list_select_related = ["brand", "created_by"]
    search_fields = ["label"]
    ordering = ["-id"]
    fields = [
        "label", "brand", "about", "resource_id", "allows", "state", "last4", "asks_password", "starts_at",
        "expires_at", "max_uses", "uses", "last_used_at", "created_by", "created_at", "revoked_at",
    ]  # fmt: skip
    readonly_fields = fields

    @display(description="Link")
    def name(self, link: ShareLink) -> str:
        return str(link)

    @display(description="Shows", ordering="resource_type")
    def about(self, link: ShareLink) -> str:
        return self.named(link)

    @display(description="Allows")
    def allows(self, link: Any) -> str:
        given = {permission for grant in link.grants.all() for permission in grant.permissions}
        return ", ".join(sorted(permission.lower() for permission in given))

    @display(description="Asks for a password", boolean=True)
    def asks_password(self, link: ShareLink) -> bool:
        return bool(link.password)

    @display(description="State", label=STATES)
    def state(self, link: ShareLink) -> str:
        now = timezone.now()
        if link.revoked_at:
            return "revoked"
        if link.expires_at <= now:
            return "expired"
        if link.starts_at > now:
            return "not begun"
        return "used up" if link.max_uses is not None and link.uses >= link.max_uses else "open"


@admin.register(GuestSession)
class GuestSessionAdmin(ReadOnlyAdmin):
    """Who came by a link."""

    staff_actions = (
        StaffAction(
            "end",
            "Send out",
            "logout",
            do=lambda actor, row: links.end_session(actor=actor, session=row),
            done="sent out; the link still opens",
            offered=lambda row: row.ended_at is None and row.expires_at > timezone.now(),
            dangerous=True,
        ),
    )
    never_asked = frozenset({"token_sha256"})
    list_display = ["guest", "brand", "link", "state", "created_at", "expires_at", "ended_at"]
    list_filter = [BrandFilter]
    list_select_related = ["brand", "link"]
    search_fields = ["name"]
    ordering = ["-id"]
    fields = ["name", "brand", "link", "state", "created_at", "expires_at", "ended_at"]
    readonly_fields = fields

    @display(description="Guest")
    def guest(self, session: GuestSession) -> str:
        return str(session)

    @display(description="State", label=SESSION_STATES)
    def state(self, session: GuestSession) -> str:
        now = timezone.now()
        live = session.ended_at is None and session.expires_at > now
        return "inside" if live and session.link.is_live(at=now) else "over"
