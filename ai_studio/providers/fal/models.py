"""What we ask fal for. Inputs as on each model's page, fal.ai/models/NAME/api."""

from decimal import Decimal
from typing import Any

from ai_studio.choices import AspectRatio, GenerationType, Quality
from ai_studio.providers.base import Job
from ai_studio.providers.hosted import ALL_RATIOS, FILM_RATIOS, Hosted, by_name, decimal_or_none, image_of

SECONDS = tuple(Decimal(seconds) for seconds in (4, 6, 8))
# FLUX.1 and Ideogram name their sizes; what has no name is given in pixels.
SIZES: dict[str, Any] = {
    AspectRatio.SQUARE: "square_hd",
    AspectRatio.LANDSCAPE_4_3: "landscape_4_3",
    AspectRatio.WIDE: "landscape_16_9",
    AspectRatio.PORTRAIT_3_4: "portrait_4_3",
    AspectRatio.TALL: "portrait_16_9",
    AspectRatio.LANDSCAPE_3_2: {"width": 1216, "height": 832},
    AspectRatio.PORTRAIT_2_3: {"width": 832, "height": 1216},
}


def _sized(job: Job) -> dict[str, Any]:
    return {"prompt": job.prompt, "image_size": SIZES[job.aspect_ratio], "num_images": 1, "seed": job.seed}


def _flux(job: Job) -> dict[str, Any]:
    return {
        **_sized(job),
        "output_format": "png",
        "num_inference_steps": job.steps,
        "guidance_scale": decimal_or_none(job.guidance),
    }


def _flux_pro(job: Job) -> dict[str, Any]:
    return {**_sized(job), "output_format": "png"}


def _flux_ultra(job: Job) -> dict[str, Any]:
    return {
        "prompt": job.prompt,
        "aspect_ratio": job.aspect_ratio,
        "num_images": 1,
        "seed": job.seed,
        "output_format": "png",
    }


def _ideogram(job: Job) -> dict[str, Any]:
    return {
        **_sized(job),
        "negative_prompt": job.negative_prompt or None,
        "rendering_speed": "BALANCED",
        "expand_prompt": False,
    }


def _trellis(job: Job) -> dict[str, Any]:
    return {"image_url": image_of(job), "seed": job.seed, "texture_size": 1024}


def _veo(job: Job) -> dict[str, Any]:
    return {
        "prompt": job.prompt,
        "negative_prompt": job.negative_prompt or None,
        "aspect_ratio": job.aspect_ratio,
        "duration": f"{MODELS[job.model].seconds(job)}s",
        "resolution": "720p" if job.quality == Quality.STANDARD else "1080p",
        # Sound is half of the fast one's price, and moves nothing.
        "generate_audio": not job.model.endswith("/fast"),
        "seed": job.seed,
    }


MODELS = by_name(
    (
        Hosted(
            "fal-ai/flux/schnell", "FLUX.1 schnell (fal)", GenerationType.IMAGE_2D, (Quality.STANDARD,), _flux,
            "image", parameters=("seed", "steps"), steps_range=(1, 12), extras=("enable_safety_checker",),
            quality_rank=2,
        ),
        Hosted(
            "fal-ai/flux/dev", "FLUX.1 dev (fal)", GenerationType.IMAGE_2D, (Quality.STANDARD, Quality.HIGH), _flux,
            "image", parameters=("seed", "steps", "guidance"), steps_range=(1, 50),
            guidance_range=(Decimal(1), Decimal(20)), extras=("enable_safety_checker",),
        ),
        Hosted(
            "fal-ai/flux-pro/v1.1", "FLUX1.1 pro (fal)", GenerationType.IMAGE_2D,
            (Quality.STANDARD, Quality.HIGH), _flux_pro, "image", extras=("safety_tolerance",), quality_rank=4,
        ),
        Hosted(
            "fal-ai/flux-pro/v1.1-ultra", "FLUX1.1 pro ultra (fal)", GenerationType.IMAGE_2D, (Quality.ULTRA,),
            _flux_ultra, "image", extras=("raw", "safety_tolerance"), quality_rank=5,
        ),
        Hosted(
            "fal-ai/ideogram/v3", "Ideogram v3 (fal)", GenerationType.IMAGE_2D, (Quality.STANDARD, Quality.HIGH),
            _ideogram, "image", aspect_ratios=ALL_RATIOS, extras=("style",), quality_rank=4,
        ),
        Hosted(
            "fal-ai/trellis", "Trellis (fal)", GenerationType.MODEL_3D, (Quality.STANDARD,), _trellis, "call",
            needs=("image",), extras=("mesh_simplify", "texture_size"),
        ),
        Hosted(
            "fal-ai/veo3.1/fast", "Veo 3.1 fast (fal)", GenerationType.ANIMATION, (Quality.STANDARD, Quality.HIGH),
            _veo, "second", aspect_ratios=FILM_RATIOS, parameters=("seed", "duration_seconds"),
            durations_seconds=SECONDS,
        ),
        Hosted(
            "fal-ai/veo3.1", "Veo 3.1 (fal)", GenerationType.ANIMATION, (Quality.HIGH, Quality.ULTRA), _veo,
            "second", aspect_ratios=FILM_RATIOS, parameters=("seed", "duration_seconds"), durations_seconds=SECONDS,
            quality_rank=5,
        ),
    )
)  # fmt: skip
