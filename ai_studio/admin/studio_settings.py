from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from ai_studio.models import StudioSettings
from ai_studio.services import budgets, queue
from brands.admin.base import BrandFilter, BrandModelAdmin, StaffAction
from brands.html import usd
from brands.permissions import staff_actor


class WordsField(forms.CharField):
    """Words and phrases, one a line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class StudioSettingsForm(forms.ModelForm):
    denied_words = WordsField(
        required=False, help_text="One a line. The brand's own, beside those that no studio makes."
    )
    tone = WordsField(required=False, help_text="One a line: moods and styles, such as playful, premium, minimalist.")
    disabled_providers = WordsField(required=False, help_text="One a line: those that are not to be asked.")
    provider_weights = forms.JSONField(
        required=False, widget=UnfoldAdminTextareaWidget, help_text='For the strategy "weighted": {"provider": weight}.'
    )

    def clean_provider_weights(self) -> Any:
        return self.cleaned_data["provider_weights"] or {}


@admin.register(StudioSettings)
class StudioSettingsAdmin(BrandModelAdmin):
    form = StudioSettingsForm
    staff_actions = (
        StaffAction(
            "pause",
            "Pause",
            "pause",
            do=lambda actor, row: queue.pause(actor=actor),
            done="paused; what runs goes on, what waits stays waiting",
            offered=lambda row: row.paused_at is None,
        ),
        StaffAction(
            "resume",
            "Resume",
            "play_arrow",
            do=lambda actor, row: queue.resume(actor=actor),
            done="resumed",
            offered=lambda row: row.paused_at is not None,
        ),
    )
    list_display = ["brand", "budget", "quota", "max_running", "state"]
    list_filter = [BrandFilter]
    list_select_related = ["brand"]
    ordering = ["brand__name"]
    readonly_fields = ["brand", "paused_at"]
    fields = [
        "brand", "monthly_budget_usd", "user_monthly_usd", "user_monthly_generations", "max_running", "paused_at",
        "moderation", "moderation_on_outage", "denied_words", "tone", "optimizer",
        "strategy", "provider_weights", "disabled_providers",
    ]  # fmt: skip

    def brand_of(self, row: StudioSettings) -> UUID:
        return row.pk

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """A new monthly budget counts at once, for this month too: that is the service's to do."""
        if "monthly_budget_usd" in form.changed_data:
            actor = staff_actor(obj.pk, request.user)
            budgets.set_monthly_limit(actor=actor, limit_usd=obj.monthly_budget_usd, at=timezone.now())
        if set(form.changed_data) - {"monthly_budget_usd"}:
            super().save_model(request, obj, form, change)

    @display(description="Budget a month", ordering="monthly_budget_usd")
    def budget(self, row: StudioSettings) -> str:
        return usd(row.monthly_budget_usd)

    @display(description="Per person a month")
    def quota(self, row: StudioSettings) -> str:
        return f"{row.user_monthly_generations:,} generations, {usd(row.user_monthly_usd)}"

    @display(description="Queue", label={"running": "success", "paused": "warning"})
    def state(self, row: StudioSettings) -> str:
        return "paused" if row.paused_at else "running"
