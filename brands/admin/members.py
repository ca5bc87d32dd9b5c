from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from brands.admin.base import BrandFilter, BrandModelAdmin
from brands.choices import Role
from brands.models import Membership, User
from brands.tenancy.scope import current_brand_id

COLOURS = {Role.OWNER: "primary", Role.ADMIN: "info", Role.EDITOR: "success"}


@admin.register(Membership)
class MembershipAdmin(BrandModelAdmin):
    may_add = may_delete = True
    list_display = ["user", "brand", "role_label", "created_at"]
    list_filter = [BrandFilter, ("role", ChoicesDropdownFilter)]
    list_select_related = ["user", "brand"]
    search_fields = ["user__email", "user__name"]
    fields = ["user", "role"]
    ordering = ["-created_at", "id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user"] if obj else []

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        """Who is not a member yet."""
        if db_field.name == "user":
            return User.objects.filter(is_active=True).exclude(memberships__brand_id=current_brand_id())
        return super().get_field_queryset(db, db_field, request)

    @display(description="Role", ordering="role", label=COLOURS)
    def role_label(self, membership: Membership) -> str:
        return membership.role
