"""The queue console: what waits and runs per brand and provider, how it was, and what staff may do about it."""

from typing import Any
from uuid import UUID

from celery import current_app
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway
from redis.exceptions import RedisError

from ai_studio.admin.queue_charts import charts, span
from ai_studio.choices import Queue
from ai_studio.services import queue
from ai_studio.services.queue_history import history_for_staff
from brands.admin.base import brand_choices
from brands.permissions import staff_actor
from brands.tenancy.scope import brand_scope

PING_SECONDS = 0.7
SWITCHES = {"pause": queue.pause, "resume": queue.resume}
HOURS = {"1": "1 hour", "3": "3 hours", "24": "24 hours", "168": "7 days"}


def queue_view(request: HttpRequest) -> HttpResponse:
    require(request, "ai_studio.view_generation")
    counts = queue.counts_of_all_brands()
    brands = brand_choices()
    lines = [(pk, name, counts.get(UUID(pk), queue.QueueCounts())) for pk, name in brands]
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
        "may_act": request.user.has_perm("ai_studio.change_generation"),
        **_history(request, brands),
    }
    return TemplateResponse(request, "admin/ai_studio/queue.html", context)


def _history(request: HttpRequest, brands: list[tuple[str, str]]) -> dict[str, Any]:
    """What was chosen, or the default where an address asks for what there is not."""
    hours = _chosen(request, "hours", HOURS) or "3"
    chosen, one = _chosen(request, "brand", dict(brands)), _chosen(request, "queue", Queue.values)
    shown = span(at=timezone.now(), hours=int(hours))
    points = history_for_staff(span=shown, brand_id=UUID(chosen) if chosen else None, queue=one)
    return {
        "charts": charts(points, shown, int(hours)),
        "step_seconds": shown.step.total_seconds(),
        "choices": [
            ("hours", "Period", hours, list(HOURS.items())),
            ("queue", "Queue", one, [("", "All queues"), *((name, name) for name in Queue.values)]),
            ("brand", "Brand", chosen, [("", "All brands"), *brands]),
        ],
    }


def _chosen(request: HttpRequest, name: str, known: Any) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in known else ""


def queue_switch_view(request: HttpRequest, brand_id: UUID, verb: str) -> HttpResponse:
    """Pause or resume one brand."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    require(request, "ai_studio.change_studiosettings")
    name = brand_name(brand_id)
    if verb not in SWITCHES:
        raise Http404
    with brand_scope(brand_id):
        SWITCHES[verb](actor=staff_actor(brand_id, request.user))
    messages.success(request, f"{name}: {verb}d.")
    return HttpResponseRedirect(reverse("admin:ai_studio_queue"))


def workers_view(request: HttpRequest) -> HttpResponse:
    """Who answers a ping. Asked apart from the page, because it takes a moment."""
    require(request, "ai_studio.view_generation")
    return render(request, "admin/ai_studio/workers.html", {"workers": _answering()})


def _answering() -> list[str] | None:
    """Names of living workers; None when the broker is away."""
    try:
        answers = current_app.control.ping(timeout=PING_SECONDS) or []
    except (BrokerAway, RedisError, OSError):
        return None
    return sorted(name for answer in answers for name in answer)


def brand_name(brand_id: UUID) -> str:
    """Raises Http404."""
    names = dict(brand_choices())
    if str(brand_id) not in names:
        raise Http404
    return names[str(brand_id)]


def require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied
