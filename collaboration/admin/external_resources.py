from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.html import pretty_json
from collaboration.external import registering
from collaboration.models import ExternalResource


@admin.register(ExternalResource)
class ExternalResourceAdmin(ReadOnlyAdmin):
    """The frontend registers them; staff looks, and archives."""

    staff_actions = (
        StaffAction(
            "archive",
            "Archive",
            "archive",
            do=lambda actor, row: registering.archive(actor=actor, resource=row),
            done="archived, and gone with its threads until it is registered again",
            offered=lambda row: row.archived_at is None,
            dangerous=True,
        ),
    )
    list_display = ["title", "kind", "external_id", "version", "brand", "updated_at", "archived_at"]
    list_filter = [BrandFilter, ("kind", ChoicesDropdownFilter)]
    list_select_related = ["brand"]
    search_fields = ["title", "=external_id"]
    ordering = ["-id"]
    fields = [
        "title", "kind", "external_id", "brand", "version", "address", "thumbnail_url", "facts", "created_by",
        "created_at", "updated_at", "archived_at",
    ]  # fmt: skip

    @display(description="Address")
    def address(self, resource: ExternalResource) -> SafeString:
        link = '<a class="at-link" href="{}" rel="noopener noreferrer" target="_blank">{}</a>'
        return format_html(link, resource.url, resource.url)

    @display(description="Metadata")
    def facts(self, resource: ExternalResource) -> str:
        return pretty_json(resource.metadata)
