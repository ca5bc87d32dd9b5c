"""Stability: pictures by three families, and a 3D model from a picture.

https://platform.stability.ai/docs/api-reference, v2beta. Every body is multipart, with or without a file. What was
filtered or refused is not billed. 429 means that 150 requests in 10 s were exceeded, and locks out for a minute.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ai_studio import decoding
from ai_studio.choices import AspectRatio, GenerationType, Quality, Queue
from ai_studio.providers import credentials
from ai_studio.providers.api import Answer, Api, base_of, garbled
from ai_studio.providers.base import (
    Demand,
    Fault,
    Finished,
    InputFile,
    Job,
    ModelInfo,
    Outcome,
    Provider,
    ProviderError,
    Report,
)

LOCKED_OUT_SECONDS = 60.0
PATIENCE = 3
FILTERED = "Stability's filter held this result back. Say it in other words."
RATIOS = (
    AspectRatio.SQUARE, AspectRatio.WIDE, AspectRatio.TALL, AspectRatio.LANDSCAPE_3_2, AspectRatio.PORTRAIT_2_3,
)  # fmt: skip
TEXTURES: dict[str, str] = {Quality.STANDARD: "512", Quality.HIGH: "1024", Quality.ULTRA: "2048"}
CORE, SCULPTOR = "stable-image-core", "stable-fast-3d"
# 0 asks for a seed of its choice; ours end before this one.
SEED_FOR_ZERO = 2**32 - 2
# It answers 403, as for a wrong key.
_CODES = {"content_moderation": "moderation_blocked"}


@dataclass(frozen=True)
class _Family:
    path: str
    quality: str
    guided: bool = False
    styled: bool = False
    rank: int = 3


_FAMILIES = {
    CORE: _Family("core", Quality.STANDARD, styled=True),
    "stable-image-ultra": _Family("ultra", Quality.ULTRA, rank=5),
    "sd3.5-large": _Family("sd3", Quality.HIGH, guided=True, rank=4),
    "sd3.5-large-turbo": _Family("sd3", Quality.STANDARD, rank=2),
    "sd3.5-medium": _Family("sd3", Quality.STANDARD, guided=True),
}


class StabilityProvider(Provider):
    name = "stability"
    repeatable = False
    key_variable = "STABILITY_API_KEY"
    lost_is_billed = True
    base_url = "https://api.stability.ai"

    def models(self) -> Sequence[ModelInfo]:
        return [*(_picture_model(name, family) for name, family in _FAMILIES.items()), _sculptor()]

    def demand(self, job: Job) -> Demand:
        if job.type != GenerationType.MODEL_3D:
            return Demand({"image": Decimal(1)})
        return Demand({"call": Decimal(1)} if job.inputs else {"image": Decimal(1), "call": Decimal(1)})

    def submit(self, job: Job, report: Report) -> Outcome:
        key = credentials.key(self, job.brand_id)
        api = Api(base_of(self.name, self.base_url), {"Authorization": f"Bearer {key}"}, _read_error, _CODES)
        return _sculpted(api, job, report) if job.type == GenerationType.MODEL_3D else _pictured(api, job)

    def poll(self, job: Job, external_id: str) -> Outcome:
        raise ProviderError(Fault.PERMANENT, "nothing_to_poll", "Stability answers at once.")

    def cancel(self, job: Job, external_id: str) -> None:
        """It answers at once, or never: there is nothing to stop."""


def _picture_model(name: str, family: _Family) -> ModelInfo:
    return ModelInfo(
        provider=StabilityProvider.name,
        name=name,
        label=f"Stability {name}",
        types=(GenerationType.IMAGE_2D,),
        qualities=(family.quality,),
        aspect_ratios=RATIOS,
        parameters=("seed", "guidance") if family.guided else ("seed",),
        queue=Queue.IO,
        guidance_range=(Decimal(1), Decimal(10)) if family.guided else None,
        quality_rank=family.rank,
    )


def _sculptor() -> ModelInfo:
    return ModelInfo(
        provider=StabilityProvider.name,
        name=SCULPTOR,
        label="Stability stable-fast-3d",
        types=(GenerationType.MODEL_3D,),
        qualities=tuple(TEXTURES),
        aspect_ratios=RATIOS,
        parameters=("seed",),
        queue=Queue.IO,
        takes=("image",),
        quality_rank=2,
    )


def _pictured(api: Api, job: Job) -> Finished:
    picture, said = _picture(api, job)
    usage = {"image": Decimal(1)}
    return Finished(files=_decoded(picture, job, usage), usage=usage, raw=said)


def _sculpted(api: Api, job: Job, report: Report) -> Finished:
    """From the job's picture, or from one that is made first: then that one is paid, whatever comes of the rest."""
    usage: dict[str, Decimal] = {}
    said: dict[str, Any] = {}
    given = next(iter(job.inputs), None)
    if given is None:
        picture, said = _picture(api, replace(job, model=CORE, type=GenerationType.IMAGE_2D))
        given, usage = InputFile("image", "image.png", "image/png", picture), {"image": Decimal(1)}
        report(50)
    try:
        model = _sculpture(api, job, given)
    except ProviderError as error:
        raise _after_a_picture(error, usage) if usage else error from error
    usage |= {"call": Decimal(1)}
    return Finished(files=_decoded(model, job, usage), usage=usage, raw=said)


def _after_a_picture(error: ProviderError, usage: Mapping[str, Decimal]) -> ProviderError:
    """Never TRANSIENT: trying again would buy another picture."""
    fault = Fault.PERMANENT if error.fault is Fault.TRANSIENT else error.fault
    return ProviderError(fault, error.code, error.message, usage=usage)


def _picture(api: Api, job: Job) -> tuple[bytes, dict[str, Any]]:
    """The picture, and what was said beside it."""
    family = _FAMILIES[job.model]
    path = f"/v2beta/stable-image/generate/{family.path}"
    answer = _ask(api, path, data=_fields(job, family), files={"none": ""}, headers={"Accept": "application/json"})
    said = answer.json()
    if said.get("finish_reason") == "CONTENT_FILTERED":
        raise ProviderError(Fault.PERMANENT, "content_filtered", FILTERED)
    try:
        picture = base64.b64decode(said["image"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise garbled(paid=True) from error
    return picture, {name: said[name] for name in said if name != "image"}


def _fields(job: Job, family: _Family) -> dict[str, str]:
    style = job.extras.get("style_preset")
    fields = {
        "prompt": job.prompt,
        "negative_prompt": job.negative_prompt,
        "aspect_ratio": job.aspect_ratio,
        "seed": str(job.seed or SEED_FOR_ZERO),
        "output_format": "png",
        "model": job.model if family.path == "sd3" else "",
        "cfg_scale": str(job.guidance) if family.guided and job.guidance is not None else "",
        "style_preset": style if family.styled and isinstance(style, str) else "",
    }
    return {name: value for name, value in fields.items() if value}


def _sculpture(api: Api, job: Job, given: InputFile) -> bytes:
    fields = {"texture_resolution": TEXTURES[job.quality]}
    files = {"image": (given.name, given.data, given.media_type)}
    return _ask(api, "/v2beta/3d/stable-fast-3d", data=fields, files=files).body


def _ask(api: Api, path: str, **body: Any) -> Answer:
    try:
        return api.ask("POST", path, paid=True, patience=PATIENCE, **body)
    except ProviderError as error:
        if error.code == "rate_limited" and error.retry_after is None:
            error.retry_after = LOCKED_OUT_SECONDS
        raise


def _decoded(data: bytes, job: Job, usage: Mapping[str, Decimal]) -> list[Any]:
    try:
        return list(decoding.files_of(data, job=job))
    except decoding.BadFile as error:  # it was made, and is paid
        raise ProviderError(error.fault, error.code, error.message, usage=usage) from error


def _read_error(said: Any) -> tuple[str | None, str | None]:
    """{"id", "name", "errors": [sentence, …]}."""
    name, errors = (said.get("name"), said.get("errors")) if isinstance(said, dict) else (None, None)
    sentences = [each for each in errors if isinstance(each, str)] if isinstance(errors, list) else []
    return (name if isinstance(name, str) else None), " ".join(sentences) or None
