from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from brands.admin.about import AboutResourceAdmin
from brands.admin.base import BrandFilter, StaffAction
from collaboration.admin import pins
from collaboration.admin.thread_page import thread_page
from collaboration.models import Thread
from collaboration.threads import opening
from collaboration.threads.choices import ThreadStatus, ThreadType, Visibility

STATUS_COLOURS = {ThreadStatus.OPEN: "warning", ThreadStatus.RESOLVED: "success"}
TYPE_COLOURS = {ThreadType.COMMENT: "info", ThreadType.SUGGESTION: "primary", ThreadType.ISSUE: "danger"}
VISIBILITY_COLOURS = {Visibility.INTERNAL: "default", Visibility.CLIENT: "primary"}


@admin.register(Thread)
class ThreadAdmin(AboutResourceAdmin):
    """Staff looks, resolves and reopens; what is said is the brand's."""

    staff_actions = (
        StaffAction(
            "resolve",
            "Resolve",
            "check_circle",
            do=lambda actor, row: opening.resolve(actor=actor, thread=row),
            done="resolved",
            offered=lambda row: row.status == ThreadStatus.OPEN,
            audited_as="thread.resolved",
        ),
        StaffAction(
            "reopen",
            "Reopen",
            "undo",
            do=lambda actor, row: opening.reopen(actor=actor, thread=row),
            done="open again",
            offered=lambda row: row.status == ThreadStatus.RESOLVED,
            audited_as="thread.reopened",
        ),
    )
    change_form_template = "admin/collaboration/thread.html"
    list_display = ["name", "about", "brand", "kind", "state", "seen_by", "where", "last_number", "last_comment_at"]
    list_filter = [
        BrandFilter,
        ("resource_type", ChoicesDropdownFilter),
        ("type", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
        ("visibility", ChoicesDropdownFilter),
        ("created_at", RangeDateTimeFilter),
    ]
    list_select_related = ["brand"]
    search_fields = ["=id", "=resource_id", "comments__body"]
    ordering = ["-id"]
    fields = ()

    @display(description="Thread")
    def name(self, thread: Thread) -> str:
        return pins.label(thread)

    @display(description="About", ordering="resource_type")
    def about(self, thread: Thread) -> str:
        return self.named(thread)

    @display(description="Type", ordering="type", label=TYPE_COLOURS)
    def kind(self, thread: Thread) -> str:
        return thread.type

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def state(self, thread: Thread) -> str:
        return thread.status

    @display(description="Seen by", ordering="visibility", label=VISIBILITY_COLOURS)
    def seen_by(self, thread: Thread) -> str:
        return thread.visibility

    @display(description="Where")
    def where(self, thread: Thread) -> str:
        return pins.words(thread.anchor)

    def page_context(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        thread = self.get_object(request, unquote(object_id))
        return {**super().page_context(request, object_id), **thread_page(thread), "title": "Thread"}
