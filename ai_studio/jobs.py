"""What a provider is told of a generation, and the files it starts from."""

from uuid import UUID

from django.db import connection

from ai_studio import artifacts
from ai_studio.models import Generation, GenerationInput
from ai_studio.providers import registry
from ai_studio.providers.base import Fault, InputFile, Job, ProviderError
from brands.errors import AtelierError
from brands.tenancy.scope import brand_scope


def job_of(generation: Generation, *, key: UUID, with_files: bool = False) -> Job:
    """`key` names the attempt; before there is one, any other. `with_files`: the inputs are read, which only a
    submission needs; without, they are named and empty. Reading raises ProviderError."""
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
        inputs=_inputs(generation, with_files=with_files),
    )


def _inputs(generation: Generation, *, with_files: bool) -> tuple[InputFile, ...]:
    """Nobody looks for them where the model takes none. `known_inputs`: rows that are not stored yet."""
    model = registry.model(generation.provider, generation.model)
    if model is None or not model.takes:
        return ()
    known = generation.__dict__.get("known_inputs")
    return tuple(_file(row, with_files=with_files) for row in (_stored(generation) if known is None else known))


def _stored(generation: Generation) -> list[GenerationInput]:
    """No connection is held afterwards, unless somebody's transaction is."""
    try:
        with brand_scope(generation.brand_id):
            return list(GenerationInput.objects.filter(generation=generation).select_related("artifact"))
    finally:
        if not connection.in_atomic_block:
            connection.close()


def _file(row: GenerationInput, *, with_files: bool) -> InputFile:
    artifact = row.artifact
    return InputFile(row.role, artifact.name, artifact.media_type, _read(row) if with_files else b"")


def _read(row: GenerationInput) -> bytes:
    """Its size was bounded when it was named, and is checked again by who opens it."""
    try:
        with artifacts.open_stored(row.artifact) as file:
            return bytes(file.read())
    except artifacts.StorageAway as error:
        raise ProviderError(Fault.TRANSIENT, "input_away", "A file to start from cannot be read now.") from error
    except (AtelierError, OSError) as error:
        raise ProviderError(Fault.PERMANENT, "input_gone", "A file to start from is no longer there.") from error
