"""What we ask Replicate for. Inputs as on each model's page, replicate.com/OWNER/NAME/api/schema."""

from decimal import Decimal
from typing import Any

from ai_studio.choices import GenerationType, Quality
from ai_studio.providers.base import Job
from ai_studio.providers.hosted import FILM_RATIOS, Hosted, by_name, decimal_or_none, image_of

SECONDS = tuple(Decimal(seconds) for seconds in (4, 6, 8))


def _flux(job: Job) -> dict[str, Any]:
    return {"prompt": job.prompt, "aspect_ratio": job.aspect_ratio, "seed": job.seed, "output_format": "png"}


def _flux_open(job: Job) -> dict[str, Any]:
    return {**_flux(job), "num_outputs": 1, "num_inference_steps": job.steps}


def _flux_dev(job: Job) -> dict[str, Any]:
    return {**_flux_open(job), "guidance": decimal_or_none(job.guidance)}


def _trellis(job: Job) -> dict[str, Any]:
    return {
        "images": [image_of(job)],
        "seed": job.seed,
        "randomize_seed": False,
        "generate_model": True,
        "generate_color": False,
        "texture_size": 1024,
    }


def _veo(job: Job) -> dict[str, Any]:
    return {
        "prompt": job.prompt,
        "negative_prompt": job.negative_prompt or None,
        "aspect_ratio": job.aspect_ratio,
        "duration": MODELS[job.model].seconds(job),
        "resolution": "720p" if job.quality == Quality.STANDARD else "1080p",
        # Sound is half of the fast one's price, and moves nothing.
        "generate_audio": not job.model.endswith("-fast"),
        "seed": job.seed,
    }


MODELS = by_name(
    (
        Hosted(
            "black-forest-labs/flux-schnell", "FLUX.1 schnell (Replicate)", GenerationType.IMAGE_2D,
            (Quality.STANDARD,), _flux_open, "image", parameters=("seed", "steps"), steps_range=(1, 4),
            extras=("go_fast", "output_quality"), quality_rank=2,
        ),
        Hosted(
            "black-forest-labs/flux-dev", "FLUX.1 dev (Replicate)", GenerationType.IMAGE_2D,
            (Quality.STANDARD, Quality.HIGH), _flux_dev, "image", parameters=("seed", "steps", "guidance"),
            steps_range=(1, 50), guidance_range=(Decimal(0), Decimal(10)), extras=("go_fast", "output_quality"),
        ),
        Hosted(
            "black-forest-labs/flux-1.1-pro", "FLUX1.1 pro (Replicate)", GenerationType.IMAGE_2D,
            (Quality.STANDARD, Quality.HIGH), _flux, "image", extras=("prompt_upsampling", "safety_tolerance"),
            quality_rank=4,
        ),
        Hosted(
            "black-forest-labs/flux-1.1-pro-ultra", "FLUX1.1 pro ultra (Replicate)", GenerationType.IMAGE_2D,
            (Quality.ULTRA,), _flux, "image", extras=("raw", "safety_tolerance"), quality_rank=5,
        ),
        Hosted(
            "firtoz/trellis", "Trellis (Replicate)", GenerationType.MODEL_3D,
            (Quality.STANDARD,), _trellis, "call", needs=("image",), extras=("mesh_simplify", "texture_size"),
            version="e8f6c45206993f297372f5436b90350817bd9b4a0d52d2a76df50c1c8afa2b3c",
        ),
        Hosted(
            "google/veo-3.1-fast", "Veo 3.1 fast (Replicate)", GenerationType.ANIMATION,
            (Quality.STANDARD, Quality.HIGH), _veo, "second", aspect_ratios=FILM_RATIOS,
            parameters=("seed", "duration_seconds"), durations_seconds=SECONDS,
        ),
        Hosted(
            "google/veo-3.1", "Veo 3.1 (Replicate)", GenerationType.ANIMATION,
            (Quality.HIGH, Quality.ULTRA), _veo, "second", aspect_ratios=FILM_RATIOS,
            parameters=("seed", "duration_seconds"), durations_seconds=SECONDS, quality_rank=5,
        ),
    )
)  # fmt: skip
