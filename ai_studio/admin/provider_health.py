"""How the providers do, for the whole installation."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from ai_studio.admin.queue import require
from ai_studio.services import providers


def provider_health_view(request: HttpRequest) -> HttpResponse:
    require(request, "ai_studio.view_generation")
    context = {
        **admin.site.each_context(request),
        "title": "Provider health",
        "lines": providers.health(),
        "providers": providers.states(),
    }
    return TemplateResponse(request, "admin/ai_studio/provider_health.html", context)
