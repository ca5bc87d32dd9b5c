"""Routes under /api/v1/brands/{brand_id}/collaboration/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
