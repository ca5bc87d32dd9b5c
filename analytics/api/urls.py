"""Under /api/v1/brands/{brand_id}/analytics/."""

from django.urls import path

from analytics.api.views.events import DeadLetterViewSet, EventNamesView, EventViewSet
from analytics.api.views.settings import AnalyticsSettingsView

app_name = "analytics"

urlpatterns = [
    path("events/", EventViewSet.as_view({"get": "list"}), name="events"),
    path("event-names/", EventNamesView.as_view(), name="event-names"),
    path("dead-letters/", DeadLetterViewSet.as_view({"get": "list"}), name="dead-letters"),
    path("settings/", AnalyticsSettingsView.as_view(), name="settings"),
]
