"""Models of many makers at one host (Replicate, fal): what each can make, takes, and counts."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ai_studio.choices import AspectRatio, Queue
from ai_studio.providers.base import Demand, Fault, InputFile, Job, ModelInfo, ProviderError

ALL_RATIOS = tuple(AspectRatio.values)
FILM_RATIOS = (AspectRatio.WIDE.value, AspectRatio.TALL.value)
# What the hosts advise for files in the body itself.
MAX_INLINE_BYTES = 5_000_000


@dataclass(frozen=True)
class Hosted:
    """`order` writes the model's own input; `unit` is what its price is for: image, second or call. `extras`: the
    model's further parameters that a wish may name."""

    name: str
    label: str
    type: str
    qualities: tuple[str, ...]
    order: Callable[[Job], dict[str, Any]]
    unit: str
    aspect_ratios: tuple[str, ...] = ALL_RATIOS
    parameters: tuple[str, ...] = ("seed",)
    extras: tuple[str, ...] = ()
    steps_range: tuple[int, int] | None = None
    guidance_range: tuple[Decimal, Decimal] | None = None
    durations_seconds: tuple[Decimal, ...] = ()
    needs: tuple[str, ...] = ()
    version: str = ""
    quality_rank: int = 3

    def info(self, provider: str) -> ModelInfo:
        durations = self.durations_seconds
        return ModelInfo(
            provider=provider,
            name=self.name,
            label=self.label,
            types=(self.type,),
            qualities=self.qualities,
            aspect_ratios=self.aspect_ratios,
            parameters=self.parameters,
            queue=Queue.IO,
            steps_range=self.steps_range,
            guidance_range=self.guidance_range,
            duration_range_seconds=(durations[0], durations[-1]) if durations else None,
            default_duration_seconds=durations[-1] if durations else None,
            durations_seconds=durations,
            takes=self.needs,
            needs=self.needs,
            quality_rank=self.quality_rank,
        )

    def demand(self, job: Job) -> Demand:
        return Demand({self.unit: Decimal(self.seconds(job)) if self.unit == "second" else Decimal(1)})

    def seconds(self, job: Job) -> int:
        """The shortest it can make that is as long as was asked for; else its longest."""
        wanted = job.duration_seconds or self.durations_seconds[-1]
        return int(next((one for one in self.durations_seconds if one >= wanted), self.durations_seconds[-1]))

    def input(self, job: Job) -> dict[str, Any]:
        """What the model is given; what is not set is left out. ProviderError, PERMANENT, for what it does not take."""
        if unknown := set(job.extras) - set(self.extras):
            raise ProviderError(Fault.PERMANENT, "unknown_parameter", f"It has no {', '.join(sorted(unknown))}.")
        said = {**self.order(job), **job.extras}
        return {name: value for name, value in said.items() if value is not None}


def by_name(models: tuple[Hosted, ...]) -> Mapping[str, Hosted]:
    return {model.name: model for model in models}


def image_of(job: Job) -> str:
    """The picture that the work starts from, as a data URL. ProviderError, PERMANENT, when there is none."""
    found: InputFile | None = next((file for file in job.inputs if file.role == "image"), None)
    if found is None:
        raise ProviderError(Fault.PERMANENT, "image_needed", "This model starts from a picture, and none was given.")
    if len(found.data) > MAX_INLINE_BYTES:
        raise ProviderError(Fault.PERMANENT, "image_too_large", "The picture is too large to be sent along.")
    return f"data:{found.media_type};base64,{base64.b64encode(found.data).decode()}"


def first_url(output: Any, *names: str) -> str | None:
    """The address of the file in an answer: itself, the first of a list, or below one of `names`."""
    if isinstance(output, list):
        return first_url(output[0], *names) if output else None
    if isinstance(output, dict):
        return next((url for name in names if (url := first_url(output.get(name), *names))), None)
    return output if isinstance(output, str) and output else None


def decimal_or_none(number: Decimal | None) -> float | None:
    """As JSON wants it."""
    return None if number is None else float(number)
