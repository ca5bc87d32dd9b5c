"""Budgets, quotas, the ledger and costs. Limits may be changed; what moved is history."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import AllValuesFieldListFilter
from django.db.models import URLField
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter, RangeDateTimeFilter
from unfold.decorators import display

from ai_studio.admin import costs
from ai_studio.admin.costs import in_words
from ai_studio.choices import LedgerKind
from ai_studio.models import Budget, CostRecord, LedgerEntry, Price, UserQuota
from ai_studio.services import budgets
from brands.admin.base import BrandFilter, BrandModelAdmin, ReadOnlyAdmin
from brands.html import pretty_json, usd, used

KIND_COLOURS = {
    LedgerKind.HOLD: "info",
    LedgerKind.SETTLE: "success",
    LedgerKind.RELEASE: "warning",
    LedgerKind.ADJUST: "danger",
}


@admin.register(Budget)
class BudgetAdmin(BrandModelAdmin):
    list_display = ["month", "brand", "share"]
    list_filter = [BrandFilter, ("month_date", RangeDateFilter)]
    list_select_related = ["brand"]
    ordering = ["-month_date", "brand_id"]
    fields = ["brand", "month", "share", "runs_out", "limit_usd"]
    readonly_fields = ["brand", "month", "share", "runs_out"]

    @display(description="Month", ordering="month_date")
    def month(self, budget: Budget) -> str:
        return f"{budget.month_date:%B %Y}"

    @display(description="Runs out")
    def runs_out(self, budget: Budget) -> str:
        """On its page, which is in the brand's scope."""
        return in_words(budgets.forecast_of(budget, at=timezone.now()))

    @display(description="Used")
    def share(self, budget: Budget) -> str:
        return used(spent=budget.spent_usd, reserved=budget.reserved_usd, limit=budget.limit_usd)


@admin.register(UserQuota)
class UserQuotaAdmin(BrandModelAdmin):
    list_display = ["month", "brand", "user", "turns", "share"]
    list_filter = [BrandFilter, ("month_date", RangeDateFilter)]
    list_select_related = ["brand", "user"]
    search_fields = ["user__email", "user__name"]
    ordering = ["-month_date", "id"]
    fields = ["brand", "user", "month", "turns", "share", "limit_generations", "limit_usd"]
    readonly_fields = ["brand", "user", "month", "turns", "share"]

    @display(description="Month", ordering="month_date")
    def month(self, quota: UserQuota) -> str:
        return f"{quota.month_date:%B %Y}"

    @display(description="Generations", ordering="used_generations")
    def turns(self, quota: UserQuota) -> str:
        return f"{quota.used_generations:,} of {quota.limit_generations:,}"

    @display(description="Money")
    def share(self, quota: UserQuota) -> str:
        return used(spent=quota.spent_usd, reserved=quota.reserved_usd, limit=quota.limit_usd)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "brand", "movement", "amount", "of", "person"]
    list_filter = [BrandFilter, ("kind", ChoicesDropdownFilter), ("at", RangeDateTimeFilter)]
    list_select_related = ["brand", "generation", "quota__user"]
    search_fields = ["=generation__id", "effect_key"]
    ordering = ["-id"]
    fields = ["at", "brand", "movement", "amount", "generation", "budget", "quota", "effect_key", "note"]

    @display(description="Kind", ordering="kind", label=KIND_COLOURS)
    def movement(self, entry: LedgerEntry) -> str:
        return entry.kind

    @display(description="Amount", ordering="amount_usd")
    def amount(self, entry: LedgerEntry) -> str:
        return usd(entry.amount_usd)

    @display(description="Generation")
    def of(self, entry: LedgerEntry) -> str:
        return entry.generation.prompt[:60]

    @display(description="Person")
    def person(self, entry: LedgerEntry) -> str:
        return str(entry.quota.user)


@admin.register(CostRecord)
class CostRecordAdmin(ReadOnlyAdmin):
    list_display = ["at", "brand", "amount", "source", "of"]
    list_filter = [BrandFilter, ("source", ChoicesDropdownFilter), ("at", RangeDateTimeFilter)]
    list_select_related = ["brand", "generation"]
    search_fields = ["=generation__id"]
    ordering = ["-id"]
    fields = ["at", "brand", "amount", "source", "generation", "details_shown"]

    @display(description="Amount", ordering="amount_usd")
    def amount(self, record: CostRecord) -> str:
        return usd(record.amount_usd)

    @display(description="Generation")
    def of(self, record: CostRecord) -> str:
        return record.generation.prompt[:60]

    @display(description="Details")
    def details_shown(self, record: CostRecord) -> str:
        return pretty_json(record.details)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("report/", wrap(costs.report_view), name="ai_studio_costs"),
            path("report.csv", wrap(costs.report_csv_view), name="ai_studio_costs_csv"),
            path("adjust/<uuid:generation_id>/", wrap(costs.adjust_view), name="ai_studio_cost_adjust"),
            *super().get_urls(),
        ]


@admin.register(Price)
class PriceAdmin(ModelAdmin):
    """The same for every brand. A new price is a new row: none is changed or removed."""

    list_display = ["provider", "model", "type", "quality", "tier", "unit", "unit_price_usd", "valid_from"]
    list_filter = [("provider", AllValuesFieldListFilter), ("unit", AllValuesFieldListFilter)]
    search_fields = ["provider", "model", "unit"]
    fields = [
        "provider", "model", "type", "quality", "tier", "unit", "unit_price_usd", "valid_from", "source_url",
    ]  # fmt: skip

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
