"""One hostile file in a worker: what a job's thread does with it."""

from uuid import UUID

from ai_studio import decoding
from ai_studio.providers.base import Job, OutputFile

SOME_ID = UUID("00000000-0000-7000-8000-000000000001")


def job(type_: str, *, prompt: str = "a red mug") -> Job:
    return Job(
        key=SOME_ID,
        brand_id=SOME_ID,
        type=type_,
        model="model-1",
        prompt=prompt,
        negative_prompt="",
        quality="standard",
        aspect_ratio="1:1",
        seed=1,
        steps=None,
        guidance=None,
        duration_seconds=None,
        palette=(),
        extras={},
        provider="somebody",
    )


def decoded(type_: str, data: bytes) -> list[OutputFile] | str:
    """The files, or why there are none. What it raises else is a defect."""
    try:
        return decoding.files_of(data, job=job(type_))
    except decoding.BadFile as bad:
        return bad.message


def prepare() -> None:
    """A worker process begins."""
    import logging

    import django

    django.setup()
    logging.disable(logging.CRITICAL)  # hundreds of refusals are what this is about
