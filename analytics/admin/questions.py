"""What brands ask again and again: funnels and metrics. Members make them; staff looks."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from ai_studio.templatetags.atelier_admin import seconds
from analytics.models import Funnel, Metric
from analytics.services.funnel_charts import step_names
from brands.admin.base import BrandFilter, ReadOnlyAdmin
from brands.html import pretty_json


def _dashboard(page: str, name: str, row: Any) -> str:
    address = f"{reverse(f'dashboards:{page}')}?brand={row.brand_id}&{name}={row.pk}"
    return format_html('<a class="at-link" href="{}">Open</a>', address)


@admin.register(Funnel)
class FunnelAdmin(ReadOnlyAdmin):
    list_display = ["name", "brand", "steps_shown", "window", "created_by", "created_at"]
    list_filter = [BrandFilter]
    list_select_related = ["brand", "created_by"]
    search_fields = ["name"]
    ordering = ["-id"]
    fields = [
        "name", "brand", "description", "dashboard", "steps_shown", "window", "order", "entry", "definition_shown",
        "created_by", "created_at", "updated_at",
    ]  # fmt: skip

    @display(description="Steps")
    def steps_shown(self, funnel: Funnel) -> str:
        return " → ".join(step_names(funnel))

    @display(description="Window", ordering="window_seconds")
    def window(self, funnel: Funnel) -> str:
        return seconds(funnel.window_seconds)

    @display(description="Dashboard")
    def dashboard(self, funnel: Funnel) -> str:
        return _dashboard("funnel", "funnel", funnel)

    @display(description="Definition")
    def definition_shown(self, funnel: Funnel) -> str:
        return pretty_json(funnel.definition)


@admin.register(Metric)
class MetricAdmin(ReadOnlyAdmin):
    list_display = ["name", "brand", "measure", "subject", "unit", "created_by", "created_at"]
    list_filter = [BrandFilter]
    list_select_related = ["brand", "created_by"]
    search_fields = ["name"]
    ordering = ["-id"]
    fields = [
        "name", "brand", "description", "dashboard", "subject", "unit", "definition_shown", "created_by", "created_at",
        "updated_at",
    ]  # fmt: skip

    @display(description="Measure")
    def measure(self, metric: Metric) -> str:
        return metric.definition["measure"]

    @display(description="Dashboard")
    def dashboard(self, metric: Metric) -> str:
        return _dashboard("anomalies", "metric", metric)

    @display(description="Definition")
    def definition_shown(self, metric: Metric) -> str:
        return pretty_json(metric.definition)
