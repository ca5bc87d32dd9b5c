"""Segments and saved reports of brands: staff looks, and has a segment built anew."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from analytics.choices import SegmentKind
from analytics.models import AnalyticsReport, Segment
from analytics.services import segments
from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.html import NOTHING, pretty_json


@admin.register(Segment)
class SegmentAdmin(ReadOnlyAdmin):
    staff_actions = (
        StaffAction(
            "refresh",
            "Build anew",
            "refresh",
            do=lambda actor, row: segments.refresh(actor=actor, segment=row, at=timezone.now()),
            done="built anew",
            audited_as="segment.refreshed",
        ),
    )
    list_display = ["name", "brand", "kind_shown", "people", "built_at", "created_by", "updated_at"]
    list_filter = [BrandFilter, ("kind", ChoicesDropdownFilter)]
    list_select_related = ["brand", "created_by"]
    search_fields = ["name"]
    ordering = ["-id"]
    fields = [
        "name", "brand", "description", "kind_shown", "criteria_shown", "people", "built_at", "version", "due_at",
        "created_by", "created_at", "updated_at",
    ]  # fmt: skip

    @display(description="Kind", ordering="kind", label={SegmentKind.DYNAMIC: "success", SegmentKind.STATIC: "info"})
    def kind_shown(self, segment: Segment) -> str:
        return segment.kind

    @display(description="Criteria")
    def criteria_shown(self, segment: Segment) -> Any:
        return pretty_json(segment.criteria) if segment.criteria else NOTHING


@admin.register(AnalyticsReport)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["name", "brand", "kind", "last_days", "created_by", "updated_at"]
    list_filter = [BrandFilter, ("kind", ChoicesDropdownFilter)]
    list_select_related = ["brand", "created_by"]
    search_fields = ["name"]
    ordering = ["-id"]
    fields = [
        "name", "brand", "description", "kind", "parameters_shown", "last_days", "created_by", "created_at",
        "updated_at",
    ]  # fmt: skip

    @display(description="Parameters")
    def parameters_shown(self, report: AnalyticsReport) -> Any:
        return pretty_json(report.parameters)
