"""What somebody wants made: the wish, whether it can be one, and which of its words a moderator reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from ai_studio.choices import AspectRatio, GenerationType, Quality, Status
from ai_studio.models import Generation
from ai_studio.models.generation import MAX_DISTINCT_ID, MAX_PROMPT_LENGTH, MAX_SEED
from ai_studio.providers.base import ModelInfo
from ai_studio.services import inputs
from ai_studio.services.inputs import Input
from ai_studio.services.moderation import Texts
from brands.errors import InvalidInput

CHANGEABLE = frozenset(
    {
        "prompt",
        "negative_prompt",
        "distinct_id",
        "quality",
        "aspect_ratio",
        "seed",
        "steps",
        "guidance",
        "duration_seconds",
        "extras",
    }
)


@dataclass(frozen=True)
class Source:
    """The template behind a prompt, its version, and what its variables were given."""

    template_id: UUID
    version: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Wish:
    """What somebody wants made. Unset parameters are the model's to choose; an unset seed is drawn. `routing`: the
    fields of Preference (ai_studio/routing/wants.py). `made_by`: (provider, model) of what it is made from.
    `distinct_id`: whom it is for, where that is not the person who asks."""

    type: str
    prompt: str
    negative_prompt: str = ""
    quality: str = Quality.STANDARD
    aspect_ratio: str = AspectRatio.SQUARE
    seed: int | None = None
    steps: int | None = None
    guidance: Decimal | None = None
    duration_seconds: Decimal | None = None
    extras: Mapping[str, Any] = field(default_factory=dict)
    provider: str | None = None
    model: str | None = None
    priority: int = 5
    source: Source | None = None
    inputs: tuple[Input, ...] = ()
    routing: Mapping[str, Any] = field(default_factory=dict)
    made_by: tuple[str, str] | None = None
    distinct_id: str = ""


def wish_of(generation: Generation) -> Wish:
    """The wish behind a generation, seed included, so that asking again gives the same: from the model that made it
    where it can, from the one that was asked for by name in any case. What came to nothing is routed anew."""
    asked = _asked_of(generation)
    in_vain = generation.status in (Status.FAILED, Status.CANCELLED)
    return Wish(
        type=generation.type,
        prompt=generation.prompt,
        negative_prompt=generation.negative_prompt,
        quality=generation.quality,
        aspect_ratio=generation.aspect_ratio,
        seed=generation.seed,
        steps=generation.steps,
        guidance=generation.guidance,
        duration_seconds=generation.duration_seconds,
        extras=generation.extras,
        provider=asked.pop("provider", None),
        model=asked.pop("model", None),
        priority=generation.priority,
        source=_source_of(generation),
        inputs=inputs.of(generation),
        routing=asked,
        made_by=None if in_vain else (generation.provider, generation.model),
        distinct_id=generation.distinct_id,
    )


def _asked_of(generation: Generation) -> dict[str, Any]:
    """What was said of its route. Of generations from before that was kept: that it be the same."""
    return dict(generation.routing.get("asked", {"provider": generation.provider, "model": generation.model}))


def _source_of(generation: Generation) -> Source | None:
    if generation.template_id is None or generation.template_version is None:
        return None
    return Source(generation.template_id, generation.template_version, generation.template_values)


def changed(parent: Generation, changes: Mapping[str, Any]) -> Wish:
    """The wish behind `parent`, with `changes`. Raises InvalidInput naming `changes.<field>`."""
    wish = wish_of(parent)
    if unknown := set(changes) - CHANGEABLE:
        raise InvalidInput(fields={f"changes.{name}": ["Cannot be changed."] for name in sorted(unknown)})
    source = wish.source if changes.get("prompt", wish.prompt) == wish.prompt else None
    return replace(wish, source=source, **changes)


def texts_of(wish: Wish) -> Texts:
    """What a moderator reads of a wish, by field.

    Not the negative prompt: it names what must not be seen, and “no blood” is a wish to be granted. So are extras whose
    names begin with `negative`; other texts in extras are wishes, which some models put before the prompt.
    """
    extras = "\n".join(_texts_in(wish.extras))
    read = {"parameters.extras": extras} if extras else {}
    if wish.source is None:
        return {"prompt": wish.prompt, **read}
    values = {f"variables.{name}": value for name, value in wish.source.values.items()}
    return {**values, "template": wish.prompt, **read}


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if not name.lower().startswith("negative"):
                yield from _texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts_in(inner)


def words_of_child(wish: Wish) -> Texts:
    """The same for a wish that was asked for before: its words are all in its prompt."""
    return texts_of(replace(wish, source=None))


def check(wish: Wish) -> None:
    problems = {
        "type": wish.type not in GenerationType.values and f"One of {', '.join(GenerationType.values)}.",
        "prompt": not 1 <= len(wish.prompt.strip()) <= MAX_PROMPT_LENGTH and f"1 to {MAX_PROMPT_LENGTH} characters.",
        "distinct_id": len(wish.distinct_id) > MAX_DISTINCT_ID and f"At most {MAX_DISTINCT_ID} characters.",
        "negative_prompt": len(wish.negative_prompt) > MAX_PROMPT_LENGTH and f"At most {MAX_PROMPT_LENGTH} characters.",
        "parameters.quality": wish.quality not in Quality.values and f"One of {', '.join(Quality.values)}.",
        "parameters.aspect_ratio": wish.aspect_ratio not in AspectRatio.values
        and f"One of {', '.join(AspectRatio.values)}.",
        "parameters.seed": wish.seed is not None and not 0 <= wish.seed <= MAX_SEED and f"0 to {MAX_SEED}.",
        "priority": not 0 <= wish.priority <= 9 and "0 to 9.",  # noqa: PLR2004
    }
    _raise_if_any(problems)


def check_ranges(wish: Wish, model: ModelInfo) -> None:
    problems = {
        "parameters.steps": _outside(wish.steps, model.steps_range),
        "parameters.guidance": _outside(wish.guidance, model.guidance_range),
        "parameters.duration_seconds": _outside(wish.duration_seconds, model.duration_range_seconds)
        or _none_of(wish.duration_seconds, model.durations_seconds),
    }
    _raise_if_any(problems)


def _raise_if_any(problems: Mapping[str, str | bool]) -> None:
    if fields := {name: [str(sentence)] for name, sentence in problems.items() if sentence}:
        raise InvalidInput(fields=fields)


def _outside(value: Decimal | int | None, allowed: tuple[Any, Any] | None) -> str | bool:
    if value is None:
        return False
    if allowed is None:
        return "This model does not take it."
    low, high = allowed
    return not low <= value <= high and f"{low} to {high}."


def _none_of(value: Decimal | None, allowed: Sequence[Decimal]) -> str | bool:
    return bool(allowed) and value is not None and value not in allowed and f"One of {', '.join(map(str, allowed))}."


def duration(wish: Wish, model: ModelInfo) -> Decimal | None:
    """Seconds to make: only animations last."""
    if wish.type == GenerationType.ANIMATION:
        return model.default_duration_seconds if wish.duration_seconds is None else wish.duration_seconds
    if wish.duration_seconds is not None:
        raise InvalidInput(fields={"parameters.duration_seconds": ["Only animations last."]})
    return None
