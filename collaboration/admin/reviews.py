from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Count, F, Max, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.html import NOTHING
from brands.permissions import staff_actor
from collaboration.admin.review_page import review_page
from collaboration.models import Review
from collaboration.reviews import changing
from collaboration.reviews.choices import ReviewStatus

STATUS_COLOURS = {
    ReviewStatus.OPEN: "info",
    ReviewStatus.APPROVED: "success",
    ReviewStatus.CHANGES_REQUESTED: "warning",
    ReviewStatus.CANCELLED: "danger",
}


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Staff looks, and calls off; what is decided is the brand's."""

    staff_actions = (
        StaffAction(
            "cancel",
            "Cancel",
            "cancel",
            do=lambda actor, row: changing.cancel(actor=actor, review_id=row.pk, at=timezone.now(), reason="By staff"),
            done="called off; what was decided stays",
            offered=lambda row: row.is_open,
            dangerous=True,
        ),
    )
    change_form_template = "admin/collaboration/review.html"
    list_display = ["name", "brand", "state", "round", "complete", "requested_by", "requested_at", "due"]
    list_filter = [
        BrandFilter,
        ("status", ChoicesDropdownFilter),
        ("requested_at", RangeDateTimeFilter),
        ("due_at", RangeDateTimeFilter),
    ]
    list_select_related = ["brand", "requested_by"]
    search_fields = ["title", "=id", "items__title"]
    ordering = ["-id"]
    fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        complete = Count("steps", filter=Q(steps__completed_round=F("round")), distinct=True)
        items = Max("items__position", filter=Q(items__round__number=F("round")))
        return super().get_queryset(request).annotate(done=complete, all=Count("steps", distinct=True), last=items)

    @display(description="Review", ordering="title")
    def name(self, review: Any) -> SafeString:
        count = (review.last or 0) + 1
        return format_html(
            '<span class="at-wish">{}<small>{} {}</small></span>',
            review.title,
            count,
            "item" if count == 1 else "items",
        )

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def state(self, review: Review) -> str:
        return review.status

    @display(description="Steps complete")
    def complete(self, review: Any) -> str:
        return f"{review.done} of {review.all}"

    @display(description="Due", ordering="due_at")
    def due(self, review: Review) -> str:
        if review.due_at is None:
            return NOTHING
        day = f"{review.due_at:%Y-%m-%d %H:%M}"
        return f"{day} (overdue)" if review.is_open and review.due_at <= timezone.now() else day

    def page_context(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        review: Any = self.get_object(request, unquote(object_id))
        shown = review_page(review, staff_actor(review.brand_id, request.user))
        return {**super().page_context(request, object_id), **shown, "title": "Review"}
