"""The pages: before the door, inside, and what is done there."""

import re
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ai_studio.api.files import file_response
from brands import registry
from brands.errors import AtelierError, InvalidInput, NotFound
from brands.permissions import can
from collaboration.models.review_decision import MAX_COMMENT
from collaboration.reviews import deciding
from collaboration.reviews.choices import Verdict
from collaboration.shares import opening, pictures
from collaboration.shares.opening import PasswordNeeded
from collaboration.shares.page import showing, spots
from collaboration.shares.page.visiting import COOKIE, for_guests, gone, let_in, open_to_all, page_of, sentences
from collaboration.shares.tries import TooManyTries
from collaboration.shares.visits import Visit
from collaboration.threads import commenting, seeing
from collaboration.threads import opening as threads
from collaboration.threads.opening import Wanted

MAX_NAME, MAX_PASSWORD, MAX_TOKEN = 80, 128, 200
MAX_PAGE = 100
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?", re.ASCII)
SEE_OTHER = 303


@require_GET
@open_to_all("120/minute")
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Takes no use of the link: programs that look at addresses in mails do not open it."""
    door = opening.door(token=token)
    if door is None:
        return gone(request)
    return page_of(request, "landing", token=token, asks_password=door.asks_password)


@require_POST
@open_to_all("60/minute")
def open_link(request: HttpRequest) -> HttpResponse:
    token, password = request.POST.get("token", "")[:MAX_TOKEN], request.POST.get("password", "")[:MAX_PASSWORD]
    name = _plain(request.POST.get("name", ""))[:MAX_NAME]
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        opened = opening.open_link(token=_plain(token), password=_plain(password), name=name, address=address)
    except TooManyTries as error:
        response = page_of(request, "wait", status=429, tries=True)
        response["Retry-After"] = str(error.retry_after)
        return response
    except (NotFound, PasswordNeeded):
        if opening.door(token=_plain(token)) is None:
            return gone(request)
        return page_of(request, "landing", status=403, token=token, asks_password=True, refused=True)
    place = reverse("guest:inside", kwargs={"session_id": opened.session.pk})
    response = HttpResponseRedirect(place)
    response.status_code = SEE_OTHER
    return let_in(response, opened, place)


@require_GET
@for_guests()
def inside(request: HttpRequest, visit: Visit) -> HttpResponse:
    return _page(request, visit, visit.link.resource_type, visit.row)


@require_GET
@for_guests()
def item(request: HttpRequest, visit: Visit, code: str, pk: UUID) -> HttpResponse:
    """What the resource holds."""
    return _page(request, visit, code, registry.resolve(actor=visit.actor, code=code, id=pk))


@require_GET
@for_guests("6000/minute")
def file(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """To look at, or with ?download to keep. The cookie decides with each request: no address outlives the visit."""
    download = "download" in request.GET
    artifact = showing.file(visit.actor, pk, capability="asset.download" if download else "asset.view")
    response = file_response(request, artifact, cache_control="no-store")  # type: ignore[arg-type]
    if download:
        response["Content-Disposition"] = response.get("Content-Disposition", "").replace("inline", "attachment")
    return response


@require_GET
@for_guests()
def drawing(request: HttpRequest, visit: Visit, code: str, pk: UUID) -> HttpResponse:
    draw = pictures.draws(code)
    row = registry.resolve(actor=visit.actor, code=code, id=pk)
    if draw is None:
        raise NotFound()
    return HttpResponse(draw(visit.actor, row), content_type="image/svg+xml")


@require_POST
@for_guests("60/minute")
def comment(request: HttpRequest, visit: Visit, code: str, pk: UUID) -> HttpResponse:
    """A new thread, or a reply in one."""
    row = registry.resolve(actor=visit.actor, code=code, id=pk)

    def said() -> Any:
        body = _plain(request.POST.get("body", ""))
        if thread := _uuid(request.POST.get("thread", "")):
            held = seeing.held(visit.actor, thread)
            return commenting.add(actor=visit.actor, thread=held, body=body).thread
        wanted = Wanted(code, pk, body, anchor=spots.asked(request.POST))
        return threads.open_thread(actor=visit.actor, wanted=wanted)

    return _done(request, visit, code, row, said)


@require_POST
@for_guests("60/minute")
def decide(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    row = registry.resolve(actor=visit.actor, code="REVIEW", id=pk)

    def decided() -> None:
        deciding.decide(
            actor=visit.actor,
            review_id=pk,
            round=_number(request.POST.get("round", ""), most=2**31 - 1),
            verdict=_verdict(request.POST.get("verdict", "")),
            at=timezone.now(),
            comment=_plain(request.POST.get("comment", ""))[:MAX_COMMENT],
        )

    return _done(request, visit, "REVIEW", row, decided)


@require_POST
@for_guests()
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    opening.leave(brand_id=visit.actor.brand_id, session_id=visit.session.pk)
    response = page_of(request, "left")
    response.delete_cookie(COOKIE, path=reverse("guest:inside", kwargs={"session_id": visit.session.pk}))
    return response


def _page(
    request: HttpRequest, visit: Visit, code: str, row: Any, *, errors: Any = (), status: int = 200, written: str = ""
) -> HttpResponse:
    shown = showing.shown(visit.actor, code, row, page=_number(request.GET.get("page", ""), most=MAX_PAGE))
    talk = showing.talk(visit.actor, code, row.pk)
    return page_of(
        request,
        shown.kind,
        status=status,
        visit=visit,
        shown=shown,
        here=shown.facts,
        is_inside_another=(code, row.pk) != (visit.link.resource_type, visit.link.resource_id),
        pins=talk,
        talks=code in showing.RESOURCE_TYPES,
        may_comment=_may_comment(visit, row) if code in showing.RESOURCE_TYPES else False,
        zones=spots.ZONES,
        second=_seconds(request.GET.get("t", "")),
        errors=errors,
        written=written,
    )


def _may_comment(visit: Visit, row: Any) -> bool:
    return can(visit.actor, seeing.COMMENTING, row)


def _done(request: HttpRequest, visit: Visit, code: str, row: Any, do: Any) -> HttpResponse:
    """Back to the page; with what was wrong and what was written, when something was."""
    try:
        with transaction.atomic():
            thread = do()
    except NotFound:
        raise
    except AtelierError as error:
        written = request.POST.get("body", "")
        return _page(request, visit, code, row, errors=sentences(error), status=error.status, written=written)
    place = reverse("guest:inside", kwargs={"session_id": visit.session.pk})
    if (code, row.pk) != (visit.link.resource_type, visit.link.resource_id):
        place = reverse("guest:item", kwargs={"session_id": visit.session.pk, "code": code, "pk": row.pk})
    response = HttpResponseRedirect(f"{place}#thread-{thread.pk}" if thread is not None else place)
    response.status_code = SEE_OTHER
    return response


def _plain(text: str) -> str:
    """PostgreSQL's text holds neither NUL nor halves of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _number(text: str, *, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else 0


def _seconds(text: str) -> str:
    return text if _SECONDS.fullmatch(text) else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound() from error


def _verdict(text: str) -> str:
    if text not in Verdict.values:
        raise InvalidInput(fields={"verdict": ["Choose one."]})
    return text
