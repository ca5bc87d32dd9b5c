"""What is known of the candidates at the moment: switches, keys, breakers, limits, figures. A few queries for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from ai_studio.choices import Strategy
from ai_studio.models import Price, StudioSettings
from ai_studio.prices import table
from ai_studio.providers.base import ModelInfo, Provider
from ai_studio.providers.credentials import installation_key, secret_name
from ai_studio.providers.registry import all_models, providers
from ai_studio.routing import filters, measuring, rates, slots
from ai_studio.routing.breaker import name_of
from ai_studio.routing.candidates import NOTHING, Candidate, Facts
from ai_studio.routing.estimates import estimate_usd
from ai_studio.routing.remembering import breaker
from ai_studio.routing.wants import Want
from brands.models import Secret


@dataclass
class Surroundings:
    """Of one brand, read once for all wishes of a request. In the brand's scope."""

    brand_id: UUID
    settings: StudioSettings
    keys: Mapping[str, str]
    rests: Mapping[str, float]
    calls_left: Mapping[str, int | None]
    full: frozenset[str] = frozenset()
    _facts: Facts | None = field(default=None)
    _prices: Sequence[Price] | None = field(default=None)
    _running: Mapping[str, int] | None = field(default=None)

    @property
    def facts(self) -> Facts:
        if self._facts is None:
            self._facts = measuring.measured(brand_id=self.brand_id)
        return self._facts

    @property
    def prices(self) -> Sequence[Price]:
        if self._prices is None:
            self._prices = table.valid(at=timezone.now())
        return self._prices

    @property
    def running(self) -> Mapping[str, int]:
        if self._running is None:
            self._running = measuring.running()
        return self._running


def surroundings(brand_id: UUID) -> Surroundings:
    keys = keys_of(list(providers().values()))
    names = [name_of(name, key=key, brand_id=brand_id) for name, key in keys.items()]
    row = StudioSettings.objects.filter(pk=brand_id).first() or StudioSettings(brand_id=brand_id)
    return Surroundings(
        brand_id=brand_id,
        settings=row,
        keys=keys,
        rests=dict(zip(keys, breaker().rests(names), strict=True)),
        calls_left={name: rates.calls_left(name, key=key, brand_id=brand_id) for name, key in keys.items()},
        full=slots.full(keys, brand_id=brand_id),
    )


def keys_of(known: Sequence[Provider]) -> dict[str, str]:
    """Whose key each provider is asked with: brand, installation, none (it needs none), or empty: there is none.
    Nothing is decrypted."""
    names = {secret_name(provider.name): provider for provider in known if provider.key_variable}
    kept = set(Secret.objects.filter(name__in=names).values_list("name", flat=True)) if names else set()
    return {provider.name: _whose(provider, kept) for provider in known}


def _whose(provider: Provider, kept: set[str]) -> str:
    if not provider.key_variable:
        return "none"
    if secret_name(provider.name) in kept:
        return "brand"
    return "installation" if installation_key(provider) else ""


def candidates(known: Surroundings, want: Want, strategy: str) -> list[Candidate]:
    """Every model there is, in the order of STUDIO_PROVIDERS. Figures are read where the strategy asks for them."""
    return [_candidate(known, want, strategy, place, model) for place, model in enumerate(all_models())]


def _candidate(known: Surroundings, want: Want, strategy: str, place: int, model: ModelInfo) -> Candidate:
    name = model.provider
    measures = strategy in (Strategy.FASTEST, Strategy.BEST_QUALITY)
    return Candidate(
        model=model,
        place=place,
        price_usd=_price(known, model, want),
        key=known.keys[name],
        enabled=name not in known.settings.disabled_providers,
        rests_seconds=known.rests[name],
        calls_left=known.calls_left[name],
        is_full=name in known.full,
        load=_load(known, name) if strategy == Strategy.LEAST_BUSY else 0,
        measured=known.facts.get((name, model.name, want.type), NOTHING) if measures else NOTHING,
    )


def _price(known: Surroundings, model: ModelInfo, want: Want) -> Decimal | None:
    """Of those that can make it at all."""
    of_any_name = replace(want, provider=None, model=None)
    if filters.incapable(model, of_any_name):
        return None
    if filters.out_of_range(model, want):  # refused later on, for that
        of_any_name = replace(of_any_name, steps=None, guidance=None, duration_seconds=None)
    return estimate_usd(model, of_any_name, known.prices)


def _load(known: Surroundings, name: str) -> float:
    """Of what it takes at once, or of the brand's own limit where that is not known."""
    return known.running.get(name, 0) / (slots.limit_of(name) or known.settings.max_running)
