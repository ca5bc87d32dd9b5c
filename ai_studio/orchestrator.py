"""Routing: which provider and model make a wish, and why the others do not."""

from dataclasses import dataclass
from typing import Any

from ai_studio.choices import GenerationType
from ai_studio.providers.base import ModelInfo
from ai_studio.providers.registry import all_models
from brands.errors import InvalidInput


@dataclass(frozen=True)
class Want:
    """What a route is asked for: the work, the roles of its files, and perhaps a provider or a model by name."""

    type: str
    quality: str
    aspect_ratio: str
    provider: str | None = None
    model: str | None = None
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """The chosen model; `decision` is what is stored on the generation to explain it."""

    model: ModelInfo
    decision: dict[str, Any]


def route(want: Want) -> Route:
    """The first model that can make it. InvalidInput names the field no model satisfies."""
    _check_names(want)
    refusals = [(candidate, _refusal(candidate, want)) for candidate in all_models()]
    chosen = next((candidate for candidate, reason in refusals if reason is None), None)
    if chosen is None:
        reasons = [f"{candidate.name}: {reason}." for candidate, reason in refusals]
        raise InvalidInput("No model can make this.", fields={"model": reasons})
    why = "asked for" if want.provider or want.model else "the first that can make it"
    rejected = [
        {"provider": candidate.provider, "model": candidate.name, "reason": reason or "another one came first"}
        for candidate, reason in refusals
        if candidate is not chosen
    ]
    return Route(
        chosen, {"chosen": {"provider": chosen.provider, "model": chosen.name, "reason": why}, "rejected": rejected}
    )


def _check_names(want: Want) -> None:
    models = all_models()
    if want.provider is not None and want.provider not in {m.provider for m in models}:
        raise InvalidInput(fields={"provider": [f"Unknown provider: {want.provider}."]})
    if want.model is not None and want.model not in {m.name for m in models}:
        raise InvalidInput(fields={"model": [f"Unknown model: {want.model}."]})


def _refusal(candidate: ModelInfo, want: Want) -> str | None:
    if want.provider not in (None, candidate.provider):
        return f"the provider {want.provider} was asked for"
    if want.model not in (None, candidate.name):
        return f"the model {want.model} was asked for"
    return _inability(candidate, want)


def _inability(candidate: ModelInfo, want: Want) -> str | None:
    if want.type not in candidate.types:
        return f"does not make {GenerationType(want.type).label}"
    if want.quality not in candidate.qualities:
        return f"does not offer the quality {want.quality}"
    if want.aspect_ratio not in candidate.aspect_ratios:
        return f"does not offer the aspect ratio {want.aspect_ratio}"
    return _refusal_of_files(candidate, want)


def _refusal_of_files(candidate: ModelInfo, want: Want) -> str | None:
    if refused := sorted(set(want.inputs) - set(candidate.takes)):
        return f"does not start from: {', '.join(refused)}"
    if missing := sorted(set(candidate.needs) - set(want.inputs)):
        return f"cannot start without: {', '.join(missing)}"
    return None
