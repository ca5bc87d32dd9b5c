"""Under /api/v1/brands/{brand_id}/analytics/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from analytics.api.views.anomalies import AnomalyViewSet
from analytics.api.views.cohorts import CohortsChartView, CohortsView
from analytics.api.views.correlations import CorrelationsChartView, CorrelationsView
from analytics.api.views.events import DeadLetterViewSet, EventNamesView, EventViewSet
from analytics.api.views.funnel_answers import (
    FunnelChartView,
    FunnelDriversView,
    FunnelPeopleView,
    FunnelResultView,
    FunnelTimesView,
    FunnelTraceByNameView,
    FunnelTraceView,
    FunnelTrendView,
)
from analytics.api.views.funnels import FunnelViewSet
from analytics.api.views.metrics import MetricViewSet
from analytics.api.views.retention import RetentionChartView, RetentionPeopleView, RetentionView
from analytics.api.views.settings import AnalyticsSettingsView

app_name = "analytics"

router = SimpleRouter(use_regex_path=False)
router.register("funnels", FunnelViewSet, basename="funnel")
router.register("metrics", MetricViewSet, basename="metric")
router.register("anomalies", AnomalyViewSet, basename="anomaly")

urlpatterns = [
    path("", include(router.urls)),
    path("events/", EventViewSet.as_view({"get": "list"}), name="events"),
    path("event-names/", EventNamesView.as_view(), name="event-names"),
    path("dead-letters/", DeadLetterViewSet.as_view({"get": "list"}), name="dead-letters"),
    path("settings/", AnalyticsSettingsView.as_view(), name="settings"),
    path("funnels/<uuid:pk>/result/", FunnelResultView.as_view(), name="funnel-result"),
    path("funnels/<uuid:pk>/chart.svg", FunnelChartView.as_view(), name="funnel-chart"),
    path("funnels/<uuid:pk>/trend/", FunnelTrendView.as_view(), name="funnel-trend"),
    path("funnels/<uuid:pk>/times/", FunnelTimesView.as_view(), name="funnel-times"),
    path("funnels/<uuid:pk>/people/", FunnelPeopleView.as_view(), name="funnel-people"),
    path("funnels/<uuid:pk>/drivers/", FunnelDriversView.as_view(), name="funnel-drivers"),
    path("funnels/<uuid:pk>/people/<int:person>/trace/", FunnelTraceView.as_view(), name="funnel-person-trace"),
    path("funnels/<uuid:pk>/trace/", FunnelTraceByNameView.as_view(), name="funnel-trace"),
    path("cohorts/", CohortsView.as_view(), name="cohorts"),
    path("cohorts/chart.svg", CohortsChartView.as_view(), name="cohorts-chart"),
    path("retention/", RetentionView.as_view(), name="retention"),
    path("retention/chart.svg", RetentionChartView.as_view(), name="retention-chart"),
    path("retention/people/", RetentionPeopleView.as_view(), name="retention-people"),
    path("metrics/<uuid:pk>/chart.svg", MetricViewSet.as_view({"get": "chart"}), name="metric-chart"),
    path("correlations/", CorrelationsView.as_view(), name="correlations"),
    path("correlations/chart.svg", CorrelationsChartView.as_view(), name="correlations-chart"),
]
