"""What happened: the audit trail and the domain events. Read-only, as the tables are."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from brands.admin.base import BrandFilter, ReadOnlyAdmin
from brands.html import NOTHING, mono, pretty_json
from brands.models import AuditChain, AuditEntry, DomainEvent


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "brand", "seq", "actor_label", "kind", "action_name", "object_type", "ip"]
    list_filter = [BrandFilter, ("actor_kind", ChoicesDropdownFilter), ("at", RangeDateTimeFilter)]
    list_select_related = ["brand"]
    search_fields = ["action", "actor_label", "=object_id", "=request_id"]
    ordering = ["-id"]
    fields = [
        "at", "brand", "actor_label", "actor_kind", "actor_id", "action", "object_type", "object_id", "details_shown",
        "ip", "request_id", "seq", "hash_shown", "prev_hash_shown", "chain_shown",
    ]  # fmt: skip

    @display(description="Kind", label={"STAFF": "warning", "API_KEY": "info", "USER": "success"})
    def kind(self, entry: AuditEntry) -> str:
        return entry.actor_kind

    @display(description="Action", ordering="action")
    def action_name(self, entry: AuditEntry) -> str:
        return mono(entry.action)

    @display(description="Details")
    def details_shown(self, entry: AuditEntry) -> str:
        return pretty_json(entry.details)

    @display(description="Hash")
    def hash_shown(self, entry: AuditEntry) -> str:
        return mono(entry.hash)

    @display(description="Hash before")
    def prev_hash_shown(self, entry: AuditEntry) -> str:
        return mono(entry.prev_hash)

    @display(description="Chain")
    def chain_shown(self, entry: AuditEntry) -> str:
        """The page of one entry is in its brand's scope."""
        chain = AuditChain.objects.first()
        return chain.state if chain else NOTHING


@admin.register(DomainEvent)
class DomainEventAdmin(ReadOnlyAdmin):
    list_display = ["seq", "brand", "type_name", "at"]
    list_filter = [BrandFilter, ("at", RangeDateTimeFilter)]
    list_select_related = ["brand"]
    search_fields = ["type"]
    ordering = ["-id"]
    fields = ["seq", "brand", "type", "at", "payload_shown"]

    @display(description="Type", ordering="type")
    def type_name(self, event: DomainEvent) -> str:
        return mono(event.type)

    @display(description="Payload")
    def payload_shown(self, event: DomainEvent) -> str:
        return pretty_json(event.payload)
