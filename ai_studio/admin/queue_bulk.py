"""What staff may do to many of a brand's jobs at once: first the page that asks, then the doing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from ai_studio.admin.queue import brand_name, require
from ai_studio.services import queue_bulk
from ai_studio.services.queue_bulk import MOST_AT_ONCE
from brands.admin.base import sentence
from brands.errors import AtelierError
from brands.permissions import Actor, staff_actor
from brands.tenancy.scope import brand_scope


@dataclass(frozen=True)
class BulkAction:
    """`found()` counts what it would be done to, `do(actor)` does it; both in the brand's scope."""

    label: str
    question: str
    means: str
    found: Callable[[], int]
    do: Callable[[Actor], int]
    done: str


ACTIONS = {
    "cancel": BulkAction(
        "Cancel waiting",
        "Cancel what waits?",
        "They have not begun. What was held for them is released; running jobs go on.",
        found=lambda: queue_bulk.waiting().count(),
        do=lambda actor: queue_bulk.cancel_waiting(actor=actor),
        done="cancelled; what was held is released",
    ),
    "retry": BulkAction(
        "Retry failed",
        "Ask again for what failed?",
        "They failed in the last 24 hours and were not asked for again. Each costs its person's quota and the "
        "brand's budget anew; when those do not cover all, none is asked for.",
        found=lambda: queue_bulk.failed(at=timezone.now()).count(),
        do=lambda actor: queue_bulk.retry_failed(actor=actor, at=timezone.now()),
        done="asked for again",
    ),
}


def queue_bulk_view(request: HttpRequest, brand_id: UUID, verb: str) -> HttpResponse:
    """GET asks, POST does."""
    require(request, "ai_studio.change_generation")
    name = brand_name(brand_id)
    if verb not in ACTIONS:
        raise Http404
    action = ACTIONS[verb]
    if request.method == "POST":
        _do(request, brand_id, name, action)
        return HttpResponseRedirect(reverse("admin:ai_studio_queue"))
    with brand_scope(brand_id):
        found = action.found()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"{name}: {action.question}",
        "action": action,
        "found": found,
        "now": min(found, MOST_AT_ONCE),
        "dangerous": verb == "cancel",
    }
    return TemplateResponse(request, "admin/ai_studio/queue_bulk.html", context)


def _do(request: HttpRequest, brand_id: UUID, name: str, action: BulkAction) -> None:
    """What a service refuses is undone as a whole and told."""
    try:
        with brand_scope(brand_id):
            done = action.do(staff_actor(brand_id, request.user))
    except AtelierError as error:
        messages.error(request, f"{name}: {sentence(error)}")
        return
    messages.success(request, f"{name}: {done} {action.done}.")
