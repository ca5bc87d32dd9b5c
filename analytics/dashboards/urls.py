"""Under /admin/analytics/dashboards/."""

from django.contrib import admin
from django.urls import path

from analytics.dashboards.anomaly_states import become_view, look_view
from analytics.dashboards.page import view
from analytics.dashboards.pages import PAGES

app_name = "dashboards"

_wrap = admin.site.admin_view

urlpatterns = [
    *(path(f"{page.entry.name}/", _wrap(view(page)), name=page.entry.name) for page in PAGES),
    path("anomalies/<uuid:brand_id>/<uuid:object_id>/<slug:becomes>/", _wrap(become_view), name="anomaly-become"),
    path("anomalies/<uuid:brand_id>/metrics/<uuid:object_id>/look/", _wrap(look_view), name="anomaly-look"),
]
