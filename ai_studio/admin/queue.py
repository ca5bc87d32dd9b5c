"""The queue page: what waits and runs per brand and provider, the switch to pause, the workers that answer."""

from typing import Any
from uuid import UUID

from celery import current_app
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from kombu.exceptions import OperationalError as BrokerAway
from redis.exceptions import RedisError

from ai_studio.services import queue
from brands.admin.base import brand_choices
from brands.permissions import staff_actor
from brands.tenancy.scope import brand_scope

PING_SECONDS = 0.7
SWITCHES = {"pause": queue.pause, "resume": queue.resume}


def queue_view(request: HttpRequest) -> HttpResponse:
    _require(request, "ai_studio.view_generation")
    counts = queue.counts_of_all_brands()
    lines = [(pk, name, counts.get(UUID(pk), queue.QueueCounts())) for pk, name in brand_choices()]
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Queue",
        "lines": lines,
        "totals": {
            name: sum(getattr(counted, name) for counted in counts.values())
            for name in ("waiting", "active", "delayed", "completed", "failed", "cancelled")
        },
        "oldest_seconds": max((c.oldest_waiting_seconds or 0 for c in counts.values()), default=0),
        "may_switch": request.user.has_perm("ai_studio.change_studiosettings"),
    }
    return TemplateResponse(request, "admin/ai_studio/queue.html", context)


def queue_switch_view(request: HttpRequest, brand_id: UUID, verb: str) -> HttpResponse:
    """Pause or resume one brand."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    _require(request, "ai_studio.change_studiosettings")
    names = dict(brand_choices())
    if verb not in SWITCHES or str(brand_id) not in names:
        raise Http404
    with brand_scope(brand_id):
        SWITCHES[verb](actor=staff_actor(brand_id, request.user))
    messages.success(request, f"{names[str(brand_id)]}: {verb}d.")
    return HttpResponseRedirect(reverse("admin:ai_studio_queue"))


def workers_view(request: HttpRequest) -> HttpResponse:
    """Who answers a ping. Asked apart from the page, because it takes a moment."""
    _require(request, "ai_studio.view_generation")
    return render(request, "admin/ai_studio/workers.html", {"workers": _answering()})


def _answering() -> list[str] | None:
    """Names of living workers; None when the broker is away."""
    try:
        answers = current_app.control.ping(timeout=PING_SECONDS) or []
    except (BrokerAway, RedisError, OSError):
        return None
    return sorted(name for answer in answers for name in answer)


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied
