"""What came as an event and could not be one."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from analytics.models import DeadLetter
from brands.admin.base import BrandFilter, ReadOnlyAdmin
from brands.html import mono


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "brand", "source", "code_shown", "reason"]
    list_filter = [BrandFilter, ("received_at", RangeDateTimeFilter)]
    list_select_related = ["brand"]
    search_fields = ["=code", "=source"]
    search_help_text = "A whole code or source."
    ordering = ["-id"]
    fields = ["received_at", "brand", "source", "code_shown", "reason", "payload_shown"]

    @display(description="Code", ordering="code")
    def code_shown(self, letter: DeadLetter) -> str:
        return mono(letter.code)

    @display(description="Payload")
    def payload_shown(self, letter: DeadLetter) -> str:
        return mono(letter.payload)
