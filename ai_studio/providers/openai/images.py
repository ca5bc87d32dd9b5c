"""POST /images/generations, and /images/edits when there are files to start from."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings

from ai_studio import decoding
from ai_studio.providers.api import Answer, Api, garbled
from ai_studio.providers.base import Demand, Fault, Finished, InputFile, Job, ProviderError
from ai_studio.providers.openai.models import LEVELS, PICTURE_MODELS

PATIENCE = 5  # high quality takes two minutes and more
# 65 for the picture and 129 for each of its tiles of 512 pixels, the shorter side scaled to 512: eight cover 8 : 1.
MOST_INPUT_TOKENS = 65 + 8 * 129


def demand(job: Job) -> Demand:
    """The picture itself by its price; words and files by tokens, of which there are no more than bytes."""
    units = {"image": Decimal(1)}
    if PICTURE_MODELS[job.model].by_token:
        units["text_input_token"] = Decimal(len(words(job).encode()))
        if job.inputs:
            units["image_input_token"] = Decimal(MOST_INPUT_TOKENS * len(job.inputs))
    return Demand(units, tier=PICTURE_MODELS[job.model].sizes[job.aspect_ratio])


def make(api: Api, job: Job) -> Finished:
    said = ask(api, job).json()
    usage = usage_of(said, by_token=PICTURE_MODELS[job.model].by_token)
    try:
        data = picture_in(said)
        files = decoding.files_of(data, job=job)
    except ProviderError as error:  # it was made, and is paid
        raise ProviderError(error.fault, error.code, error.message, usage=usage) from error
    return Finished(files=files, usage=usage, raw={name: said[name] for name in said if name != "data"})


def ask(api: Api, job: Job) -> Answer:
    fields = {
        "model": job.model,
        "prompt": words(job),
        "n": 1,
        "size": PICTURE_MODELS[job.model].sizes[job.aspect_ratio],
        "quality": LEVELS[job.quality],
        "output_format": "png",
        "user": user_of(job),
    }
    path = "/images/edits" if job.inputs else "/images/generations"
    body: dict[str, Any] = {"data": fields, "files": _parts(job.inputs)} if job.inputs else {"json": fields}
    return api.ask("POST", path, paid=True, patience=PATIENCE, **body)


def _parts(inputs: tuple[InputFile, ...]) -> list[tuple[str, tuple[str, bytes, str]]]:
    names = {"image": "image[]", "mask": "mask"}
    return [(names[file.role], (file.name, file.data, file.media_type)) for file in inputs]


def words(job: Job) -> str:
    """Its models know no negative prompt: it is said in words."""
    return f"{job.prompt}\n\nAvoid: {job.negative_prompt}" if job.negative_prompt else job.prompt


def user_of(job: Job) -> str:
    """Tells brands apart for its abuse checks, and tells nobody who they are."""
    return hmac.new(settings.SECRET_KEY.encode(), job.brand_id.bytes, hashlib.sha256).hexdigest()


def picture_in(said: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(said["data"][0]["b64_json"], validate=True)
    except (KeyError, IndexError, TypeError, ValueError, binascii.Error) as error:
        raise ProviderError(Fault.PERMANENT, "bad_result", "The answer holds no picture.") from error


def usage_of(said: Mapping[str, Any], *, by_token: bool) -> dict[str, Decimal]:
    """By its own count of tokens where they are priced and it counts; else one picture."""
    usage = said.get("usage")
    if not by_token or usage is None:
        return {"image": Decimal(1)}
    try:
        details = usage["input_tokens_details"]
        counts = {
            "text_input_token": details["text_tokens"],
            "image_input_token": details["image_tokens"],
            "output_token": usage["output_tokens"],
        }
    except (KeyError, TypeError) as error:
        raise garbled(paid=True) from error
    if any(type(count) is not int or count < 0 for count in counts.values()):
        raise garbled(paid=True)
    return {unit: Decimal(count) for unit, count in counts.items() if count}
