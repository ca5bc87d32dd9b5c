"""The staff admin of analytics: rows to look at. The numbers are in analytics.dashboards."""

from django.contrib import admin

from analytics.admin import anomalies, cohorts, dead_letters, imports, questions, segments

__all__ = ["anomalies", "cohorts", "dead_letters", "imports", "questions", "segments"]

admin.site.index_template = "admin/analytics/index.html"
