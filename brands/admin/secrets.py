from django.contrib import admin
from unfold.decorators import display

from brands.admin.base import BrandFilter, ReadOnlyAdmin
from brands.html import mono
from brands.models import Secret


@admin.register(Secret)
class SecretAdmin(ReadOnlyAdmin):
    """Which secrets brands keep, under which key; never a value, nor its ciphertext."""

    list_display = ["name", "brand", "shown", "key_id", "updated_at", "updated_by"]
    list_filter = [BrandFilter]
    list_select_related = ["brand", "updated_by"]
    search_fields = ["name"]
    never_asked = frozenset({"ciphertext"})
    ordering = ["-id"]
    fields = ["name", "brand", "shown", "key_id", "updated_at", "updated_by"]

    @display(description="Value")
    def shown(self, secret: Secret) -> str:
        return mono(f"…{secret.last4}")
