"""Under /admin/analytics/dashboards/."""

from django.contrib import admin
from django.urls import path

from analytics.dashboards.page import view
from analytics.dashboards.pages import PAGES

app_name = "dashboards"

urlpatterns = [path(f"{page.entry.name}/", admin.site.admin_view(view(page)), name=page.entry.name) for page in PAGES]
