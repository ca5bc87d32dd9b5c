"""What staff does about anomalies: says what becomes of one, or has a metric looked at now."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from ai_studio.admin.queue import require
from analytics.dashboards.anomalies import CHANGE, VERBS
from analytics.models import Anomaly
from analytics.services import anomalies
from brands.admin.base import brand_choices, sentence
from brands.errors import AtelierError
from brands.permissions import staff_actor
from brands.tenancy.scope import brand_scope


@require_POST
def become_view(request: HttpRequest, brand_id: UUID, object_id: UUID, becomes: str) -> HttpResponse:
    require(request, CHANGE)
    if becomes not in VERBS:
        raise Http404
    try:
        with brand_scope(_known(brand_id)):
            row = Anomaly.objects.select_related("metric").filter(pk=object_id).first()
            if row is None:
                raise Http404
            anomalies.change_state(actor=staff_actor(brand_id, request.user), anomaly=row, to=VERBS[becomes][0])
        messages.success(request, f"{row.metric}: {VERBS[becomes][0].label.lower()}.")
    except AtelierError as error:
        messages.error(request, sentence(error))
    return _back(request)


@require_POST
def look_view(request: HttpRequest, brand_id: UUID, object_id: UUID) -> HttpResponse:
    require(request, CHANGE)
    try:
        with brand_scope(_known(brand_id)):
            actor = staff_actor(brand_id, request.user)
            (outcome,) = anomalies.asked(actor=actor, metrics=[object_id], from_date=None, at=timezone.now())
        messages.success(request, f"{outcome.metric}: {_told(outcome)}.")
    except AtelierError as error:
        messages.error(request, sentence(error))
    return _back(request)


def _told(outcome: anomalies.Outcome) -> str:
    if outcome.not_judged:
        return f"not judged ({outcome.not_judged.label.lower()})"
    return f"{outcome.judged} periods looked at, {outcome.found} new anomalies"


def _known(brand_id: UUID) -> UUID:
    if str(brand_id) not in dict(brand_choices()):
        raise Http404
    return brand_id


def _back(request: HttpRequest) -> HttpResponse:
    """To what was chosen."""
    chosen = QueryDict(request.POST.get("query", "").replace("\0", "")).urlencode()
    return HttpResponseRedirect(f"{reverse('dashboards:anomalies')}?{chosen}")
