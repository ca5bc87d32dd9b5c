import re
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from brands.admin.base import BrandModelAdmin
from brands.errors import NotFound
from brands.html import NOTHING, swatches
from brands.models import Brand, User
from brands.models.brand import MAX_COLOURS, validate_palette
from brands.permissions import staff_actor
from brands.services import brands, logos


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
    new_logo = forms.FileField(required=False, widget=UnfoldAdminFileFieldWidget, help_text="PNG, JPEG or WebP.")

    class Meta:
        model = Brand
        fields = ["name", "currency", "timezone", "palette"]


class NewBrandForm(BrandForm):
    new_logo = None  # type: ignore[assignment]
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True), widget=UnfoldAdminSelectWidget, help_text="A brand keeps an owner."
    )


@admin.register(Brand)
class BrandAdmin(BrandModelAdmin):
    form = BrandForm
    may_add = True
    list_filter = ()
    list_display = ["name", "slug", "colours", "currency", "timezone", "created_at"]
    search_fields = ["name", "slug"]
    readonly_fields = ["slug", "colours", "logo_image", "id", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "currency", "timezone"]}),
        ("Look", {"fields": ["colours", "palette", "logo_image", "new_logo"]}),
        ("Record", {"fields": ["id", "created_at", "updated_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["name", "owner", "currency", "timezone", "palette"]})]

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

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's
        return super().get_form(request, obj, change, **({} if change else {"form": NewBrandForm}), **kwargs)

    def save_model(self, request: HttpRequest, obj: Brand, form: Any, change: Any) -> None:
        wanted = form.cleaned_data
        if not change:
            facts = {name: wanted[name] for name in brands.CHANGEABLE}
            obj.pk = brands.create(user=wanted["owner"], **facts).pk
            return
        # Read again: the form has already written its values onto `obj`.
        brand, actor = Brand.objects.get(pk=obj.pk), staff_actor(obj.pk, request.user)
        changes = {name: wanted[name] for name in brands.CHANGEABLE if name in form.changed_data}
        brands.update(actor=actor, brand=brand, changes=changes)
        if wanted.get("new_logo"):
            logos.replace(actor=actor, brand=brand, file=wanted["new_logo"])

    def _add_view(self, request: HttpRequest, form_url: str, extra_context: Any) -> HttpResponse:
        """No brand to choose: it is being made."""
        return super(BrandModelAdmin, self).changeform_view(request, None, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.logo_view)
        return [path("<uuid:brand_id>/logo/", view, name="brands_brand_logo"), *super().get_urls()]

    def logo_view(self, request: HttpRequest, brand_id: UUID) -> HttpResponse:
        brand = self.get_object(request, str(brand_id))
        if not self.has_view_permission(request, brand):
            raise PermissionDenied
        if brand is None:
            raise Http404
        try:
            return HttpResponse(logos.read(brand), content_type="image/png")
        except (NotFound, FileNotFoundError) as error:
            raise Http404 from error
