from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.decorators import display

from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.html import NOTHING
from collaboration.admin import pins
from collaboration.models import Comment
from collaboration.threads import commenting


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Where staff finds what should not stay, and takes it away."""

    staff_actions = (
        StaffAction(
            "remove",
            "Delete",
            "delete",
            do=lambda actor, row: commenting.delete(actor=actor, comment=row),
            done="deleted; its text is kept in its trace",
            offered=lambda row: row.deleted_at is None,
            dangerous=True,
            audited_as="comment.deleted",
        ),
    )
    list_display = ["created_at", "brand", "writer", "words", "of_thread", "deleted_at"]
    list_filter = [BrandFilter]
    list_select_related = ["brand", "user", "guest", "thread"]
    search_fields = ["body"]
    ordering = ["-id"]
    fields = ["of_thread", "brand", "number", "writer", "body", "created_at", "edited_at", "deleted_at"]

    @display(description="Author")
    def writer(self, comment: Comment) -> str:
        return f"{comment.guest} (guest)" if comment.user_id is None else str(comment.user)

    @display(description="Text")
    def words(self, comment: Comment) -> str:
        return Truncator(comment.body).chars(80) or NOTHING

    @display(description="Thread")
    def of_thread(self, comment: Comment) -> SafeString:
        address = reverse("admin:collaboration_thread_change", args=[comment.thread_id])
        return format_html('<a class="at-link" href="{}">{}</a>', address, pins.label(comment.thread))
