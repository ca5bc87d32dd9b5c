from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    MultipleChoicesDropdownFilter,
    RangeDateTimeFilter,
)
from unfold.decorators import display

from ai_studio.admin import provider_health, queue, queue_bulk
from ai_studio.admin.generation_page import generation_page
from ai_studio.admin.pictures import thumbnail
from ai_studio.choices import Status
from ai_studio.models import Generation
from ai_studio.providers.registry import all_models
from ai_studio.services import generations
from ai_studio.services.overview import with_thumbnails
from ai_studio.templatetags.atelier_admin import STATUS_COLOURS
from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.html import NOTHING, usd
from brands.tenancy.scope import brand_scope

RELOAD = {"HX-Refresh": "true"}

# Every word of the question must begin a word of the prompt: the index the API's search uses.
_FOUND = """
SELECT id FROM ai_studio_generation WHERE prompt_words @@ (
    SELECT string_agg(quote_literal(word.lexeme) || ':*', ' & ')::tsquery
    FROM unnest(to_tsvector('simple'::regconfig, %s)) AS word)
"""


class ProviderFilter(DropdownFilter):
    title = "provider"
    parameter_name = "provider"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = sorted({model.provider for model in all_models()})
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(provider=self.value()) if self.value() else queryset


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    """A generation is the user's: staff looks, cancels and retries, and changes nothing else."""

    staff_actions = (
        StaffAction(
            "cancel",
            "Cancel",
            "cancel",
            do=lambda actor, row: generations.cancel(actor=actor, generation=row),
            done="cancelled; what was held is released",
            offered=lambda row: not row.is_terminal,
            dangerous=True,
            audited_as="generation.cancelled",
        ),
        StaffAction(
            "retry",
            "Retry",
            "replay",
            do=lambda actor, row: generations.retry(actor=actor, generation=row),
            done="asked for again",
            offered=lambda row: row.status in (Status.FAILED, Status.CANCELLED),
            audited_as="generation.retried",
        ),
    )
    change_form_template = "admin/ai_studio/generation.html"
    list_before_template = "admin/ai_studio/list_refresh.html"
    list_display = ["picture", "wish", "brand", "state", "at_work", "cost", "user", "created_at"]
    list_display_links = ["picture", "wish"]
    list_filter = [
        BrandFilter,
        ("type", ChoicesDropdownFilter),
        ("status", MultipleChoicesDropdownFilter),
        ProviderFilter,
        ("created_at", RangeDateTimeFilter),
    ]
    list_select_related = ["brand", "user"]
    search_fields = ["prompt"]
    search_help_text = "Beginnings of words in the prompt, or an id."
    ordering = ["-id"]
    fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return with_thumbnails(rows) if _is_list(request) else rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(pk=UUID(term)), False
        except ValueError:
            return queryset.filter(pk__in=RawSQL(_FOUND, [term])), False  # noqa: S611 - a bound parameter

    @display(description="")
    def picture(self, generation: Generation) -> SafeString:
        return thumbnail(generation)

    @display(description="Prompt")
    def wish(self, generation: Generation) -> str:
        short = Truncator(generation.prompt).chars(70)
        facts = " · ".join(
            [generation.get_type_display(), generation.quality, generation.aspect_ratio, generation.provider]
        )
        return format_html('<span class="at-wish">{}<small>{}</small></span>', short, facts)

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def state(self, generation: Generation) -> str:
        return generation.status

    @display(description="Progress", ordering="progress")
    def at_work(self, generation: Generation) -> SafeString | str:
        if generation.status in (Status.FAILED, Status.CANCELLED):
            return generation.error_code or NOTHING
        return format_html(
            '<span class="at-progress"><progress max="100" value="{}"></progress>{} %</span>',
            generation.progress,
            generation.progress,
        )

    @display(description="Cost", ordering="cost_usd")
    def cost(self, generation: Generation) -> str:
        if generation.cost_usd is None and not generation.is_terminal:
            return f"≤ {usd(generation.estimated_cost_usd)}"
        return usd(generation.cost_usd)

    # --- its page ---------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("providers/", wrap(provider_health.provider_health_view), name="ai_studio_provider_health"),
            path("queue/", wrap(queue.queue_view), name="ai_studio_queue"),
            path("queue/workers/", wrap(queue.workers_view), name="ai_studio_queue_workers"),
            path(
                "queue/<uuid:brand_id>/all/<slug:verb>/", wrap(queue_bulk.queue_bulk_view), name="ai_studio_queue_all"
            ),
            path("queue/<uuid:brand_id>/<slug:verb>/", wrap(queue.queue_switch_view), name="ai_studio_queue_switch"),
            path("<path:object_id>/live/", wrap(self.live_view), name="ai_studio_generation_live"),
            *super().get_urls(),
        ]

    def page_context(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        generation = self.get_object(request, unquote(object_id))
        return {**super().page_context(request, object_id), **generation_page(generation), "title": "Generation"}

    def live_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What a running job's page asks every other second: its state, or a reload when the job has ended."""
        generation = self.get_object(request, object_id)
        if generation is None:
            raise Http404
        if not self.has_view_permission(request, generation):
            raise PermissionDenied
        if generation.is_terminal:
            return HttpResponse(status=204, headers=RELOAD)
        with brand_scope(generation.brand_id):
            return render(request, "admin/ai_studio/live.html", {"generation": generation})


def _is_list(request: HttpRequest) -> bool:
    return getattr(request.resolver_match, "url_name", "") == "ai_studio_generation_changelist"
