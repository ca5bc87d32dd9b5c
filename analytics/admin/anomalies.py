"""What departed in a brand's metrics: staff looks, and says what becomes of it."""

from functools import partial
from typing import Any

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, MultipleChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from analytics.choices import AnomalyStatus, Severity
from analytics.models import Anomaly
from analytics.services import anomalies
from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.html import NOTHING, pretty_json
from brands.permissions import Actor

_NOT_DONE = (AnomalyStatus.OPEN, AnomalyStatus.ACKNOWLEDGED, AnomalyStatus.MUTED)


def _become(to: AnomalyStatus, actor: Actor, row: Anomaly) -> Anomaly:
    return anomalies.change_state(actor=actor, anomaly=row, to=to)


@admin.register(Anomaly)
class AnomalyAdmin(ReadOnlyAdmin):
    staff_actions = (
        StaffAction(
            "acknowledge",
            "Acknowledge",
            "visibility",
            do=partial(_become, AnomalyStatus.ACKNOWLEDGED),
            done="acknowledged",
            offered=lambda row: row.status in (AnomalyStatus.OPEN, AnomalyStatus.MUTED),
        ),
        StaffAction(
            "mute",
            "Mute for a week",
            "notifications_off",
            do=partial(_become, AnomalyStatus.MUTED),
            done="muted for a week, and the metric in this direction with it",
            offered=lambda row: row.status in _NOT_DONE,
        ),
        StaffAction(
            "resolve",
            "Resolve",
            "task_alt",
            do=partial(_become, AnomalyStatus.RESOLVED),
            done="resolved",
            offered=lambda row: row.status in _NOT_DONE,
        ),
        StaffAction(
            "reopen",
            "Reopen",
            "undo",
            do=partial(_become, AnomalyStatus.OPEN),
            done="open again",
            offered=lambda row: row.status != AnomalyStatus.OPEN,
        ),
    )
    list_display = ["period_start", "metric_name", "brand", "severity_shown", "direction", "numbers", "status_shown"]
    list_filter = [
        BrandFilter,
        ("severity", ChoicesDropdownFilter),
        ("status", MultipleChoicesDropdownFilter),
        ("direction", ChoicesDropdownFilter),
        ("period_start", RangeDateTimeFilter),
    ]
    list_select_related = ["brand", "metric"]
    search_fields = ["metric__name"]
    ordering = ["-period_start", "-id"]
    fields = [
        "metric_name", "brand", "interval", "period_start", "period_end", "severity_shown", "direction", "numbers",
        "spreads", "detector", "suggested_action", "root_cause_shown", "status_shown", "status_by", "status_at",
        "reason", "muted_until", "found_at", "judged_at",
    ]  # fmt: skip

    @display(description="Metric", ordering="metric__name")
    def metric_name(self, row: Anomaly) -> str:
        return row.metric.name

    @display(description="Severity", ordering="severity", label={Severity.HIGH: "danger", Severity.MEDIUM: "warning"})
    def severity_shown(self, row: Anomaly) -> str:
        return row.severity

    @display(
        description="Status",
        ordering="status",
        label={
            AnomalyStatus.OPEN: "danger",
            AnomalyStatus.ACKNOWLEDGED: "info",
            AnomalyStatus.MUTED: "warning",
            AnomalyStatus.RESOLVED: "success",
        },
    )
    def status_shown(self, row: Anomaly) -> str:
        return row.status

    @display(description="Observed (expected)")
    def numbers(self, row: Anomaly) -> str:
        unit = f" {row.metric.unit}" if row.metric.unit else ""
        return f"{row.observed:,.6g}{unit} ({row.low:,.6g} to {row.high:,.6g})"

    @display(description="Root cause")
    def root_cause_shown(self, row: Anomaly) -> Any:
        return pretty_json(row.root_cause) if row.root_cause else NOTHING
