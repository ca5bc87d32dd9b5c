"""OpenAI's models, and what is priced of them.

Only sizes and levels with a published price are offered: an unknown price is refused, never taken for nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from ai_studio.choices import AspectRatio, GenerationType, Quality, Queue
from ai_studio.providers.base import ModelInfo

NAME = "openai"
LEVELS: dict[str, str] = {Quality.STANDARD: "low", Quality.HIGH: "medium", Quality.ULTRA: "high"}
SQUARE: dict[str, str] = {AspectRatio.SQUARE: "1024x1024"}
PICTURES: dict[str, str] = {**SQUARE, AspectRatio.LANDSCAPE_3_2: "1536x1024", AspectRatio.PORTRAIT_2_3: "1024x1536"}
SMALL_FILM: dict[str, str] = {AspectRatio.WIDE: "1280x720", AspectRatio.TALL: "720x1280"}
LARGE_FILM: dict[str, str] = {AspectRatio.WIDE: "1792x1024", AspectRatio.TALL: "1024x1792"}
SECONDS = (Decimal(4), Decimal(8), Decimal(12))
CHAT_SIZES: dict[str, int] = {Quality.STANDARD: 1080, Quality.HIGH: 1440, Quality.ULTRA: 1920}


@dataclass(frozen=True)
class Picture:
    """A model of pictures. `by_token`: its tokens are priced, so that its own count is what is paid; such a model
    also takes files, whose tokens cannot be priced otherwise."""

    sizes: Mapping[str, str]
    qualities: tuple[str, ...]
    by_token: bool = False
    quality_rank: int = 3


PICTURE_MODELS = {
    "gpt-image-1": Picture(PICTURES, (Quality.STANDARD, Quality.HIGH, Quality.ULTRA), by_token=True, quality_rank=4),
    "gpt-image-1-mini": Picture(SQUARE, (Quality.STANDARD, Quality.HIGH), quality_rank=2),
    "gpt-image-1.5": Picture(SQUARE, (Quality.STANDARD, Quality.HIGH, Quality.ULTRA), quality_rank=5),
}
FILM_SIZES: dict[str, Mapping[str, Mapping[str, str]]] = {
    "sora-2": {Quality.STANDARD: SMALL_FILM},
    "sora-2-pro": {Quality.HIGH: SMALL_FILM, Quality.ULTRA: LARGE_FILM},
}


def picture_models() -> list[ModelInfo]:
    return [
        ModelInfo(
            provider=NAME,
            name=name,
            label=f"OpenAI {name}",
            types=(GenerationType.IMAGE_2D,),
            qualities=picture.qualities,
            aspect_ratios=tuple(picture.sizes),
            parameters=(),
            queue=Queue.IO,
            takes=("image", "mask") if picture.by_token else (),
            quality_rank=picture.quality_rank,
        )
        for name, picture in PICTURE_MODELS.items()
    ]


def film_models() -> list[ModelInfo]:
    return [
        ModelInfo(
            provider=NAME,
            name=name,
            label=f"OpenAI {name}",
            types=(GenerationType.ANIMATION,),
            qualities=tuple(sizes),
            aspect_ratios=tuple(SMALL_FILM),
            parameters=("duration_seconds",),
            queue=Queue.IO,
            duration_range_seconds=(SECONDS[0], SECONDS[-1]),
            default_duration_seconds=SECONDS[0],
            durations_seconds=SECONDS,
            quality_rank=5 if Quality.ULTRA in sizes else 3,
        )
        for name, sizes in FILM_SIZES.items()
    ]


def template_models() -> list[ModelInfo]:
    name = settings.OPENAI_CHAT_MODEL
    return [
        ModelInfo(
            provider=NAME,
            name=name,
            label=f"OpenAI {name}",
            types=(GenerationType.TEMPLATE,),
            qualities=tuple(CHAT_SIZES),
            aspect_ratios=tuple(AspectRatio.values),
            parameters=("seed",),
            queue=Queue.IO,
        )
    ]
