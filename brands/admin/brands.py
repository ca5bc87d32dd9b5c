import re
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from brands.admin.base import REASON, BrandModelAdmin, rendered
from brands.html import NOTHING, swatches
from brands.models import Brand
from brands.models.brand import MAX_COLOURS, validate_palette
from brands.tenancy.keys import own_storage_key
from brands.tenancy.models import new_id
from brands.tenancy.scope import BrandScopeError, brand_scope, current_brand_id


class PaletteField(forms.CharField):
    """Colours as people write them: #ff7a59 #12303f, with spaces or commas between."""

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        colours = re.split(r"[\s,]+", (value or "").strip().lower())
        return [colour for colour in colours if colour]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class BrandForm(forms.ModelForm):
    palette = PaletteField(
        required=False,
        validators=[validate_palette],
        widget=UnfoldAdminTextInputWidget,
        help_text=f"Up to {MAX_COLOURS} colours, such as #ff7a59 #12303f. The local renderer paints with them.",
    )

    class Meta:
        model = Brand
        fields = ["name", "slug", "currency", "timezone", "palette"]

    def clean_slug(self) -> str:
        """Row-level security hides the other brands: only staff may look whether a slug is taken."""
        slug: str = self.cleaned_data["slug"]
        if Brand.objects.all_brands(reason=REASON).filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Another brand has this slug.")
        return slug


@admin.register(Brand)
class BrandAdmin(BrandModelAdmin):
    form = BrandForm
    may_add = True
    list_filter = ()
    list_display = ["name", "slug", "colours", "currency", "timezone", "created_at"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["colours", "logo_image", "id", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "currency", "timezone"]}),
        ("Look", {"fields": ["colours", "palette", "logo_image"]}),
        ("Record", {"fields": ["id", "created_at", "updated_at"]}),
    ]

    def brand_of(self, row: Brand) -> UUID:
        return row.pk

    @display(description="Palette")
    def colours(self, brand: Brand) -> str:
        return swatches(brand.palette)

    @display(description="Logo")
    def logo_image(self, brand: Brand) -> str:
        if not brand.logo:
            return NOTHING
        return format_html('<img class="at-logo" alt="" src="{}">', reverse("admin:brands_brand_logo", args=[brand.pk]))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.logo_view)
        return [path("<uuid:brand_id>/logo/", view, name="brands_brand_logo"), *super().get_urls()]

    def logo_view(self, request: HttpRequest, brand_id: UUID) -> HttpResponseBase:
        brand = self.get_object(request, str(brand_id))
        if brand is None or not brand.logo or not self.has_view_permission(request, brand):
            raise Http404
        try:
            file = default_storage.open(own_storage_key(brand.pk, brand.logo))
        except (BrandScopeError, FileNotFoundError) as error:
            raise Http404 from error
        # Opened on its own, a logo is a document: it must run nothing.
        return FileResponse(file, headers={"Content-Security-Policy": "default-src 'none'; sandbox"})

    def _add_view(self, request: HttpRequest, form_url: str, extra_context: Any) -> HttpResponse:
        with brand_scope(new_id()):
            return rendered(super(BrandModelAdmin, self).changeform_view(request, None, form_url, extra_context))

    def name_brand(self, row: Brand) -> None:
        row.pk = current_brand_id()
