"""What a provider is told of a generation."""

from uuid import UUID

from ai_studio.models import Generation
from ai_studio.providers.base import Job


def job_of(generation: Generation, *, key: UUID) -> Job:
    """`key` names the attempt; before there is one, any other."""
    return Job(
        key=key,
        brand_id=generation.brand_id,
        type=generation.type,
        model=generation.model,
        prompt=generation.prompt,
        negative_prompt=generation.negative_prompt,
        quality=generation.quality,
        aspect_ratio=generation.aspect_ratio,
        seed=generation.seed,
        steps=generation.steps,
        guidance=generation.guidance,
        duration_seconds=generation.duration_seconds,
        palette=tuple(generation.palette),
        extras=generation.extras,
        provider=generation.provider,
    )
