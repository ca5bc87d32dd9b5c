"""The chain on a generation: who is next, and what is written down when its work moves on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ai_studio.models import Generation
from ai_studio.providers.registry import providers

Step = Mapping[str, Any]


def key_of(generation: Generation) -> str:
    """Whose key its present provider is asked with."""
    return str(next((step.get("key", "none") for step in _steps(generation) if _is(step, generation)), "none"))


def next_of(generation: Generation) -> Step | None:
    """The next of the chain that nobody has turned to yet and that is still switched on."""
    turned_to = [(move["to"]["provider"], move["to"]["model"]) for move in generation.routing.get("fallovers", [])]
    waiting = [
        step for step in generation.routing.get("chain", []) if (step["provider"], step["model"]) not in turned_to
    ]
    return next((step for step in waiting if step["provider"] in providers() and not _is(step, generation)), None)


def moved(generation: Generation, step: Step, *, cause: str, message: str, at: datetime) -> dict[str, Any]:
    """The generation's decision, with one more move."""
    move = {
        "from": {"provider": generation.provider, "model": generation.model},
        "to": {"provider": step["provider"], "model": step["model"]},
        "cause": cause,
        "message": message,
        "at": at.isoformat(),
    }
    return {**generation.routing, "fallovers": [*generation.routing.get("fallovers", []), move]}


def _steps(generation: Generation) -> list[Step]:
    chosen = generation.routing.get("chosen")
    return [*([chosen] if chosen else []), *generation.routing.get("chain", [])]


def _is(step: Step, generation: Generation) -> bool:
    return (step.get("provider"), step.get("model")) == (generation.provider, generation.model)
