"""The providers that are switched on: as one brand may use them, and how they do for the whole installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Aggregate, Count, F, FloatField, Max, Q
from django.db.models.functions import Extract, Now

from ai_studio.choices import GenerationType
from ai_studio.models import Attempt
from ai_studio.providers.credentials import installation_key
from ai_studio.providers.registry import providers
from ai_studio.routing.gathering import surroundings
from ai_studio.routing.remembering import breaker
from brands.models import Brand
from brands.permissions import Actor, require

HEALTH_WINDOW = timedelta(hours=24)
WHERE_KEYS_ARE = {"brand": "brand", "installation": "installation", "none": "not_needed", "": "missing"}


@dataclass(frozen=True)
class Usable:
    """`key`: whose it is. `why_not`: in words, empty when it can be used now."""

    name: str
    models: Sequence[str]
    enabled: bool
    key: str
    rests_seconds: float
    why_not: Sequence[str]

    @property
    def is_usable(self) -> bool:
        return not self.why_not


@dataclass(frozen=True)
class State:
    """How a provider stands for the whole installation: with its own key, if it needs one. Brands may have theirs.
    Without models it is not set up here."""

    name: str
    has_models: bool
    has_key: bool
    rests_seconds: float

    @property
    def state(self) -> str:
        if not self.has_models:
            return "not_set_up"
        if not self.has_key:
            return "no_key"
        return "rests" if self.rests_seconds else "asked"


def usable(*, actor: Actor) -> list[Usable]:
    """In the order in which they are asked. In the brand's scope."""
    require(actor, "asset.view", Brand.objects.get(pk=actor.brand_id))
    known = surroundings(actor.brand_id)
    disabled = known.settings.disabled_providers
    return [
        Usable(
            name=name,
            models=[model.name for model in provider.models()],
            enabled=name not in disabled,
            key=WHERE_KEYS_ARE[known.keys[name]],
            rests_seconds=round(known.rests[name], 1),
            why_not=_why_not(enabled=name not in disabled, key=known.keys[name], rests=known.rests[name]),
        )
        for name, provider in providers().items()
    ]


def _why_not(*, enabled: bool, key: str, rests: float) -> list[str]:
    reasons = {
        "It is switched off for the brand.": not enabled,
        "It has no key: neither the brand's nor the installation's.": not key,
        f"It rests for {rests:.0f} s after failures.": rests > 0,
    }
    return [sentence for sentence, holds in reasons.items() if holds]


class Percentile(Aggregate):
    """PostgreSQL's percentile_cont of a share."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def health() -> list[dict[str, Any]]:
    """For staff: every provider × model × type that was asked in the last 24 hours, in any brand, as far as job
    records are kept."""
    good = Q(error_code="")
    seconds = Extract(F("finished_at") - F("started_at"), "epoch")
    recent = Attempt.objects.all_brands(reason="provider health").filter(
        started_at__gt=Now() - HEALTH_WINDOW, finished_at__isnull=False
    )
    rows = recent.exclude(error_code="called_off").order_by().values("provider", "model", kind=F("generation__type"))
    measured = rows.annotate(
        calls=Count("id"),
        succeeded=Count("id", filter=good),
        p50=Percentile(seconds, share=0.5, filter=good),
        p95=Percentile(seconds, share=0.95, filter=good),
        failed_at=Max("finished_at", filter=~good),
        errors=ArrayAgg("error_code", filter=~good, order_by=("-started_at",)),
    )
    return [
        row
        | {
            "success_percent": 100 * row["succeeded"] / row["calls"],
            "last_error": (row["errors"] or [""])[0],
            "label": GenerationType(row["kind"]).label,
        }
        for row in measured.order_by("provider", "model", "kind")
    ]


def states() -> list[State]:
    """In the order in which they are asked."""
    names = list(providers())
    rests = breaker().rests([f"breaker:{name}" for name in names])
    return [
        State(name, bool(provider.models()), not provider.key_variable or bool(installation_key(provider)), seconds)
        for (name, provider), seconds in zip(providers().items(), rests, strict=True)
    ]
