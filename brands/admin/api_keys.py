from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from brands.admin.base import BrandFilter, ReadOnlyAdmin, StaffAction
from brands.html import mono
from brands.models import ApiKey
from brands.services import api_keys

STATES = {"live": "success", "expired": "warning", "revoked": "danger"}


class StateFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, state.capitalize()) for state in STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
        expired = queryset.filter(revoked_at=None, expires_at__lte=timezone.now())
        by_state = {
            "revoked": queryset.filter(revoked_at__isnull=False),
            "expired": expired,
            "live": queryset.filter(revoked_at=None).exclude(pk__in=expired.values("pk")),
        }
        return by_state.get(self.value() or "", queryset)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """What a key is called and may do; never its secret, nor the hash of it."""

    staff_actions = (
        StaffAction(
            "revoke",
            "Revoke",
            "key_off",
            do=lambda actor, key: api_keys.revoke(actor=actor, key=key),
            done="revoked; it opens nothing any more",
            offered=lambda key: key.revoked_at is None,
            dangerous=True,
        ),
    )
    never_asked = frozenset({"secret_sha256"})
    list_display = ["name", "brand", "shown", "state", "created_by", "last_used_at", "expires_at"]
    list_filter = [BrandFilter, StateFilter]
    list_select_related = ["brand", "created_by"]
    search_fields = ["name", "prefix"]
    ordering = ["-id"]
    fields = [
        "name", "brand", "shown", "state", "scopes", "created_by", "created_at", "last_used_at", "expires_at",
        "revoked_at", "rotated_to",
    ]  # fmt: skip

    @display(description="Key")
    def shown(self, key: ApiKey) -> str:
        return mono(f"{key.prefix}_…{key.last4}")

    @display(description="State", label=STATES)
    def state(self, key: ApiKey) -> str:
        if key.revoked_at:
            return "revoked"
        return "live" if key.is_live(at=timezone.now()) else "expired"
