"""The pages by name, in the order in which they are offered. Settings read it: no models here."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

# What stays chosen from page to page.
KEPT = ("brand", "from", "to")


@dataclass(frozen=True)
class Entry:
    name: str
    title: str
    icon: str
    permission: str

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.permission))

    def is_open(self, request: HttpRequest) -> bool:
        return request.path == self.path

    @property
    def path(self) -> str:
        return reverse(f"dashboards:{self.name}")

    def address(self, request: HttpRequest) -> str:
        """With the brand and the days that are chosen on the dashboard where the request is."""
        here = request.resolver_match
        on_one = here is not None and here.namespace == "dashboards"
        kept = {name: said for name in KEPT if on_one and (said := request.GET.get(name))}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path


OVERVIEW = Entry("overview", "Overview", "insights", "analytics.view_event")
FUNNEL = Entry("funnel", "Funnels", "filter_alt", "analytics.view_funnel")
COHORTS = Entry("cohorts", "Cohorts", "groups", "analytics.view_analyticscohort")
RETENTION = Entry("retention", "Retention", "event_repeat", "analytics.view_event")
ANOMALIES = Entry("anomalies", "Anomalies", "notification_important", "analytics.view_anomaly")
CORRELATIONS = Entry("correlations", "Correlations", "hub", "analytics.view_metric")
COSTS = Entry("costs", "Cost per provider", "stacked_bar_chart", "ai_studio.view_costrecord")

MENU: Sequence[Entry] = (OVERVIEW, FUNNEL, COHORTS, RETENTION, ANOMALIES, CORRELATIONS, COSTS)
