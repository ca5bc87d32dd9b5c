"""Imports of history: how far they are, and a page to upload a file from."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from analytics.choices import ImportFormat, ImportStatus
from analytics.imports.columns import KNOWN
from analytics.models import EventImport
from analytics.models.event_import import LARGEST, OPEN
from analytics.services import imports
from brands.admin.base import REASON, BrandFilter, BrandModelAdmin, StaffAction, brand_choices
from brands.api.exceptions import problem
from brands.errors import AtelierError, InvalidInput
from brands.html import pretty_json
from brands.permissions import Actor, staff_actor
from brands.tenancy.scope import brand_scope

COLOURS = {
    ImportStatus.DONE: "success",
    ImportStatus.FAILED: "danger",
    ImportStatus.RUNNING: "info",
    ImportStatus.UPLOADING: "warning",
}


@admin.register(EventImport)
class EventImportAdmin(BrandModelAdmin):
    may_add = True
    list_display = ["name", "brand", "format", "state", "percent", "rows_done", "stored", "duplicates", "rejected"]
    list_filter = [BrandFilter, ("status", ChoicesDropdownFilter), ("format", ChoicesDropdownFilter)]
    list_select_related = ["brand"]
    search_fields = ["name"]
    ordering = ["-id"]
    fields = [
        "name", "brand", "format", "mapping_shown", "size_bytes", "received_bytes", "sha256", "state", "percent",
        "rows_done", "stored", "duplicates", "rejected", "error", "created_by", "created_at", "finished_at",
    ]  # fmt: skip
    staff_actions = (
        StaffAction(
            "cancel",
            "Call off",
            "cancel",
            do=lambda actor, job: imports.call_off(actor=actor, pk=job.pk),
            done="called off; what is stored stays",
            offered=lambda job: job.status in OPEN,
            dangerous=True,
        ),
        StaffAction(
            "retry",
            "Try again",
            "replay",
            do=lambda actor, job: imports.try_again(actor=actor, pk=job.pk),
            done="goes on where it was",
            offered=lambda job: job.status == ImportStatus.FAILED and job.is_uploaded,
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Status", ordering="status", label=COLOURS)
    def state(self, job: EventImport) -> str:
        return job.status

    @display(description="Progress", ordering="share_done")
    def percent(self, job: EventImport) -> str:
        return f"{job.share_done:.0%}"

    @display(description="Mapping")
    def mapping_shown(self, job: EventImport) -> str:
        return pretty_json(job.mapping)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("begin/", wrap(self.begin_view), name="analytics_eventimport_begin"),
            path("<uuid:pk>/part/", wrap(self.part_view), name="analytics_eventimport_part"),
            *super().get_urls(),
        ]

    def _add_view(self, request: HttpRequest, form_url: str, extra_context: Any) -> HttpResponse:
        """The upload: a script sends the file in parts, and goes on where a broken one was."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Upload a file of events",
            "opts": self.opts,
            "brands": brand_choices(),
            "formats": ImportFormat.choices,
            "fields": KNOWN,
        }
        return TemplateResponse(request, "admin/analytics/upload.html", context)

    def begin_view(self, request: HttpRequest) -> HttpResponse:
        """A new upload, or the one of this file that was broken off."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        brands = dict(brand_choices())
        try:
            if request.POST.get("brand") not in brands:
                raise InvalidInput(fields={"brand": ["Choose one."]})
            brand_id = UUID(request.POST["brand"])
            with brand_scope(brand_id):
                return JsonResponse(_shown(_begun(staff_actor(brand_id, request.user), request.POST)))
        except AtelierError as error:
            return problem(error)

    def part_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """POST sends a part; GET tells how far upload and import are."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        row = EventImport.objects.all_brands(reason=REASON).filter(pk=pk).first()
        if row is None:
            raise Http404
        if request.method != "POST":
            return JsonResponse(_shown(row))
        try:
            with brand_scope(row.brand_id):
                actor = staff_actor(row.brand_id, request.user)
                offset = _number(request.headers.get("Upload-Offset", ""), "Upload-Offset")
                return JsonResponse(_shown(imports.append(actor=actor, pk=pk, offset=offset, data=request.body)))
        except AtelierError as error:
            return problem(error)


def _begun(actor: Actor, given: Any) -> EventImport:
    size = _number(given.get("size_bytes", ""), "file")
    if not 1 <= size <= LARGEST:
        raise InvalidInput(fields={"file": [f"A file has 1 to {LARGEST:,} bytes."]})
    name = given.get("name", "").strip()
    if not 1 <= len(name) <= 255 or "\x00" in name:  # noqa: PLR2004
        raise InvalidInput(fields={"file": ["Its name has 1 to 255 characters."]})
    known = imports.unfinished(actor=actor, name=name, size_bytes=size)
    if known is not None:
        return known
    format_ = given.get("format", "")
    if format_ and format_ not in ImportFormat.values:
        raise InvalidInput(fields={"format": ["Choose one."]})
    mapping = {field: column for field in KNOWN if (column := given.get(f"map-{field}", "").strip())}
    return imports.begin(actor=actor, name=name, size_bytes=size, format=format_, mapping=mapping)


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):  # noqa: PLR2004
        raise InvalidInput(fields={field: ["Not a number of bytes."]})
    return int(text)


def _shown(job: EventImport) -> dict[str, Any]:
    facts = ("status", "received_bytes", "size_bytes", "share_done", "rows_done", "stored", "duplicates", "rejected")
    return {"id": str(job.pk), "error": job.error, **{name: getattr(job, name) for name in facts}}
