from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from brands.admin.base import BrandFilter, BrandModelAdmin
from brands.choices import Role
from brands.models import Membership
from brands.permissions import staff_actor
from brands.services import members

COLOURS = {Role.OWNER: "primary", Role.ADMIN: "info", Role.EDITOR: "success"}


@admin.register(Membership)
class MembershipAdmin(BrandModelAdmin):
    """New members are invited: they join by proving that the address is theirs."""

    may_delete = True
    list_display = ["user", "brand", "role_label", "created_at"]
    list_filter = [BrandFilter, ("role", ChoicesDropdownFilter)]
    list_select_related = ["user", "brand", "custom_role"]
    search_fields = ["user__email", "user__name"]
    fields = ["user", "brand", "role", "custom_role", "created_at"]
    readonly_fields = ["user", "brand", "created_at"]
    ordering = ["-id"]

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: Any) -> None:
        membership = Membership.objects.get(pk=obj.pk)
        given: dict[str, Any] = {"role": obj.role, "custom_role": obj.custom_role_id}
        members.change_role(actor=staff_actor(obj.brand_id, request.user), membership=membership, **given)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        members.remove(actor=staff_actor(obj.brand_id, request.user), membership=obj)

    @display(description="Role", ordering="role", label=COLOURS)
    def role_label(self, membership: Membership) -> str:
        return membership.role_name
