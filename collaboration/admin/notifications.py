"""What people were told, whether their mails went out, and how they wish to be told."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from brands.admin.about import AboutResourceAdmin
from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.html import mono
from brands.permissions import Actor
from collaboration.models import Notification, NotificationMail, NotificationPreference, NotificationSettings
from collaboration.notifications import sending
from collaboration.notifications.choices import MailStatus

STATUSES = {
    MailStatus.WAITING.value: "info",
    MailStatus.SENT.value: "success",
    MailStatus.DROPPED.value: "warning",
    MailStatus.FAILED.value: "danger",
}


def _resend(actor: Actor, mail: NotificationMail) -> None:
    sending.resend(mail_id=mail.pk, brand_id=actor.brand_id, at=timezone.now())


@admin.register(Notification)
class NotificationAdmin(AboutResourceAdmin):
    list_display = [
        "created_at", "kind", "brand", "user", "about", "by_whom", "in_app", "email", "mail_shown", "read_at",
    ]  # fmt: skip
    list_filter = [
        BrandFilter,
        ("kind", ChoicesDropdownFilter),
        ("email", ChoicesDropdownFilter),
        ("created_at", RangeDateTimeFilter),
    ]
    list_select_related = ["brand", "user", "by", "guest", "mail"]
    search_fields = ["user__email"]
    ordering = ["-id"]
    fields = [
        "kind", "brand", "user", "about", "by", "guest", "seq", "event_at", "facts", "dedupe_key", "in_app", "email",
        "mail_shown", "created_at", "read_at",
    ]  # fmt: skip

    @display(description="About")
    def about(self, row: Notification) -> str:
        return self.named(row)

    @display(description="By")
    def by_whom(self, row: Notification) -> str:
        """A member, or a guest by the name that they gave."""
        if row.by is not None:
            return str(row.by)
        return f"{row.guest} (guest)" if row.guest is not None else ""

    @display(description="Its mail", label=STATUSES)
    def mail_shown(self, row: Notification) -> str | None:
        return row.mail.status if row.mail else None


@admin.register(NotificationMail)
class NotificationMailAdmin(ReadOnlyAdmin):
    staff_actions = (
        StaffAction(
            "resend",
            "Send again",
            "replay",
            do=_resend,
            done="is sent again",
            offered=lambda row: row.status == MailStatus.FAILED,
            audited_as="notification_mail.resent",
        ),
    )
    list_display = ["created_at", "name", "brand", "user", "status_shown", "tries", "next_at", "ended_at", "error"]
    list_filter = [BrandFilter, ("status", ChoicesDropdownFilter), ("created_at", RangeDateTimeFilter)]
    list_select_related = ["brand", "user"]
    search_fields = ["user__email"]
    ordering = ["-id"]
    fields = [
        "name", "brand", "user", "status_shown", "tries", "error", "next_at", "lease_until", "created_at", "ended_at",
    ]  # fmt: skip

    @display(description="About")
    def name(self, row: NotificationMail) -> str:
        return mono(row)

    @display(description="Status", ordering="status", label=STATUSES)
    def status_shown(self, row: NotificationMail) -> str:
        return row.status


class _Wishes(ReadOnlyAdmin):
    list_filter: list[Any] = [BrandFilter]
    list_select_related = ["brand", "user"]
    search_fields = ["user__email"]
    ordering = ["-id"]


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(_Wishes):
    list_display = ["user", "brand", "kind", "in_app", "email"]
    list_filter = [BrandFilter, ("kind", ChoicesDropdownFilter)]
    fields = ["user", "brand", "kind", "in_app", "email"]


@admin.register(NotificationSettings)
class NotificationSettingsAdmin(_Wishes):
    list_display = ["user", "brand", "language", "timezone", "digest_hour"]
    fields = ["user", "brand", "language", "timezone", "digest_hour"]
