"""Under /api/v1/brands/{brand_id}/analytics/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from analytics.api.views.cohorts import CohortsView
from analytics.api.views.correlations import CorrelationsView
from analytics.api.views.events import DeadLetterViewSet, EventNamesView, EventViewSet
from analytics.api.views.exports import (
    CohortsFileView,
    EventsFileView,
    FunnelFileView,
    FunnelPeopleFileView,
    MetricFileView,
    RetentionFileView,
    RetentionPeopleFileView,
)
from analytics.api.views.funnel_answers import (
    FunnelPeopleView,
    FunnelResultView,
    FunnelTimesView,
    FunnelTrendView,
)
from analytics.api.views.funnels import FunnelViewSet
from analytics.api.views.imports import EventImportViewSet
from analytics.api.views.metrics import MetricViewSet
from analytics.api.views.questions import QuestionViewSet
from analytics.api.views.retention import RetentionPeopleView, RetentionView
from analytics.api.views.settings import AnalyticsSettingsView

app_name = "analytics"

router = SimpleRouter(use_regex_path=False)
router.register("funnels", FunnelViewSet, basename="funnel")
router.register("imports", EventImportViewSet, basename="import")
router.register("questions", QuestionViewSet, basename="question")
router.register("metrics", MetricViewSet, basename="metric")

urlpatterns = [
    path("", include(router.urls)),
    path("events/", EventViewSet.as_view({"get": "list"}), name="events"),
    path("event-names/", EventNamesView.as_view(), name="event-names"),
    path("dead-letters/", DeadLetterViewSet.as_view({"get": "list"}), name="dead-letters"),
    path("settings/", AnalyticsSettingsView.as_view(), name="settings"),
    path("funnels/<uuid:pk>/result/", FunnelResultView.as_view(), name="funnel-result"),
    path("funnels/<uuid:pk>/trend/", FunnelTrendView.as_view(), name="funnel-trend"),
    path("funnels/<uuid:pk>/times/", FunnelTimesView.as_view(), name="funnel-times"),
    path("funnels/<uuid:pk>/people/", FunnelPeopleView.as_view(), name="funnel-people"),
    path("cohorts/", CohortsView.as_view(), name="cohorts"),
    path("retention/", RetentionView.as_view(), name="retention"),
    path("retention/people/", RetentionPeopleView.as_view(), name="retention-people"),
    path("metrics/<uuid:pk>/chart.svg", MetricViewSet.as_view({"get": "chart"}), name="metric-chart"),
    path("events/export/", EventsFileView.as_view(), name="events-export"),
    path("funnels/<uuid:pk>/result/export/", FunnelFileView.as_view(), name="funnel-result-export"),
    path("funnels/<uuid:pk>/people/export/", FunnelPeopleFileView.as_view(), name="funnel-people-export"),
    path("retention/export/", RetentionFileView.as_view(), name="retention-export"),
    path("retention/people/export/", RetentionPeopleFileView.as_view(), name="retention-people-export"),
    path("cohorts/export/", CohortsFileView.as_view(), name="cohorts-export"),
    path("metrics/<uuid:pk>/values/export/", MetricFileView.as_view(), name="metric-values-export"),
    path("correlations/", CorrelationsView.as_view(), name="correlations"),
]
