"""Where brands have their events sent, and what came of it. Secrets are shown nowhere."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.html import NOTHING, mono
from brands.permissions import Actor
from collaboration.models import WebhookDelivery, WebhookEndpoint
from collaboration.webhooks import endpoints, resending, testing
from collaboration.webhooks.choices import DeliveryStatus

A_DAY = timedelta(days=1)
STATES = {"on": "success", "off": "info", "failing": "warning", "disabled": "danger"}
STATUSES = {
    DeliveryStatus.WAITING.value: "info",
    DeliveryStatus.DELIVERED.value: "success",
    DeliveryStatus.FAILED.value: "danger",
}


def _switch(actor: Actor, endpoint: WebhookEndpoint) -> None:
    endpoints.change(actor=actor, endpoint=endpoint, active=not endpoint.active)


def _test(actor: Actor, endpoint: WebhookEndpoint) -> None:
    testing.order(actor=actor, endpoint=endpoint, at=timezone.now())


def _resend_failed(actor: Actor, endpoint: WebhookEndpoint) -> None:
    now = timezone.now()
    resending.resend_failed(actor=actor, endpoint=endpoint, since=now - A_DAY, at=now)


def _resend(actor: Actor, delivery: WebhookDelivery) -> None:
    resending.resend(actor=actor, delivery_id=delivery.pk)


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    staff_actions = (
        StaffAction(
            "test",
            "Send a test",
            "send",
            do=_test,
            done="a test is on its way; its delivery tells what comes of it",
            offered=lambda row: row.active,
        ),
        StaffAction(
            "resend",
            "Resend failed of a day",
            "replay",
            do=_resend_failed,
            done="what was given up of the last 24 hours is sent again",
            offered=lambda row: row.active,
        ),
        StaffAction(
            "off", "Switch off", "toggle_off", do=_switch, done="off", offered=lambda row: row.active, dangerous=True
        ),
        StaffAction("on", "Switch on", "toggle_on", do=_switch, done="on", offered=lambda row: not row.active),
    )
    list_display = ["address", "brand", "state", "types", "failing_since", "created_by", "created_at"]
    list_filter = [BrandFilter, "active", ("disabled", ChoicesDropdownFilter)]
    list_select_related = ["brand", "created_by"]
    search_fields = ["description"]
    # Addresses may hold what opens doors at the other side.
    never_asked = frozenset({"url"})
    ordering = ["-id"]
    fields = [
        "address", "brand", "description", "types", "state", "disabled", "disabled_at", "failing_since", "tries_failed",
        "events_failed", "rests_until", "former_secret_until", "created_by", "created_at", "updated_at", "log",
    ]  # fmt: skip

    @display(description="Address")
    def address(self, row: WebhookEndpoint) -> str:
        return mono(row.url.partition("?")[0])

    @display(description="Told of")
    def types(self, row: WebhookEndpoint) -> str:
        return mono(", ".join(row.event_types))

    @display(description="State", label=STATES)
    def state(self, row: WebhookEndpoint) -> str:
        if not row.active:
            return "disabled" if row.disabled else "off"
        return "failing" if row.failing_since else "on"

    @display(description="Deliveries")
    def log(self, row: WebhookEndpoint) -> str:
        return format_html(
            '<a class="at-link" href="{}?endpoint__id__exact={}">What was sent to it</a>',
            reverse("admin:collaboration_webhookdelivery_changelist"),
            row.pk,
        )


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    staff_actions = (
        StaffAction(
            "resend",
            "Send again",
            "replay",
            do=_resend,
            done="sent again",
            offered=lambda row: row.event_id is not None and row.lease_until is None,
        ),
    )
    list_display = ["created_at", "type_name", "brand", "address", "status_shown", "tries", "outcome", "next_at"]
    list_filter = [
        BrandFilter,
        ("status", ChoicesDropdownFilter),
        ("created_at", RangeDateTimeFilter),
    ]
    list_select_related = ["brand", "endpoint"]
    search_fields = ["event_type", "=resource"]
    ordering = ["-id"]
    fields = [
        "type_name", "brand", "address", "seq", "resource", "event_at", "status_shown", "tries", "outcome", "next_at",
        "created_at", "ended_at", "attempts_shown",
    ]  # fmt: skip

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "endpoint__id__exact" or super().lookup_allowed(lookup, value, request)

    @display(description="Type", ordering="event_type")
    def type_name(self, row: WebhookDelivery) -> str:
        return mono(row.event_type)

    @display(description="To")
    def address(self, row: WebhookDelivery) -> str:
        return mono(row.endpoint.url.partition("?")[0])

    @display(description="Status", ordering="status", label=STATUSES)
    def status_shown(self, row: WebhookDelivery) -> str:
        return row.status

    @display(description="Last answer")
    def outcome(self, row: WebhookDelivery) -> str:
        return row.error_code or (str(row.status_code) if row.status_code else NOTHING)

    @display(description="Tries")
    def attempts_shown(self, row: WebhookDelivery) -> str:
        lines = [
            (_moment(each.at), each.duration_ms, each.status_code or each.error_code, each.error, each.answer)
            for each in row.attempts.all()
        ]
        shown = '<p>{}, {} ms: <b>{}</b> {}</p><pre class="at-json">{}</pre>'
        return format_html_join("", shown, lines) or NOTHING


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
