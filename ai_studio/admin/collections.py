from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldForeignKeyRawIdWidget

from ai_studio.choices import CollectionVisibility
from ai_studio.models import Collection, CollectionItem
from brands.admin.base import BrandFilter, BrandModelAdmin
from brands.admin.paged import PagedInline
from brands.tenancy.scope import current_brand_id

COLOURS = {CollectionVisibility.BRAND: "success", CollectionVisibility.PRIVATE: "warning"}


class BrandRawIdWidget(UnfoldForeignKeyRawIdWidget):
    """An id, with a list to choose it from that begins with the brand's own rows."""

    def base_url_parameters(self) -> dict[str, str]:
        return {**super().base_url_parameters(), "brand": str(current_brand_id())}

    def label_and_url_for_value(self, value: Any) -> tuple[str, str]:
        label, url = super().label_and_url_for_value(value)
        return Truncator(label.partition(": ")[2]).chars(40), url


class ItemInline(PagedInline):
    """In the collection's brand: another brand's generation is no choice, whatever id is sent."""

    model = CollectionItem
    fields = ["generation", "position"]
    readonly_fields = ["position"]  # what is new goes to the end; places are the brand's to change
    raw_id_fields = ["generation"]
    verbose_name_plural = "generations in it"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "generation":
            kwargs["widget"] = BrandRawIdWidget(db_field.remote_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Collection)
class CollectionAdmin(BrandModelAdmin):
    may_add = may_delete = True
    inlines = [ItemInline]
    list_display = ["name", "brand", "owner", "seen_by", "items_count", "created_at"]
    list_filter = [BrandFilter, ("visibility", ChoicesDropdownFilter)]
    list_select_related = ["brand", "owner"]
    search_fields = ["name", "owner__email"]
    ordering = ["-id"]
    fields = ["name", "description", "owner", "visibility"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(held=Count("items"))

    @display(description="Visibility", ordering="visibility", label=COLOURS)
    def seen_by(self, collection: Collection) -> str:
        return collection.visibility

    @display(description="Generations", ordering="held")
    def items_count(self, collection: Any) -> int:
        return int(collection.held)
