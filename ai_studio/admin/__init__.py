"""The staff admin of the studio: generations with live previews, the queue, money."""

from django.contrib import admin

from ai_studio.admin import collections, generations, money, prompt_templates, records, studio_settings

__all__ = ["collections", "generations", "money", "prompt_templates", "records", "studio_settings"]

admin.site.index_template = "admin/ai_studio/dashboard.html"
