"""Under /api/v1/brands/{brand_id}/analytics/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from analytics.api.views.correlations import CorrelationsView
from analytics.api.views.metrics import MetricViewSet

app_name = "analytics"

router = SimpleRouter(use_regex_path=False)
router.register("metrics", MetricViewSet, basename="metric")

urlpatterns = [
    path("", include(router.urls)),
    path("metrics/<uuid:pk>/chart.svg", MetricViewSet.as_view({"get": "chart"}), name="metric-chart"),
    path("correlations/", CorrelationsView.as_view(), name="correlations"),
]
