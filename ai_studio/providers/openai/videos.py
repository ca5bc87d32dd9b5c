"""POST /videos, then GET /videos/{id} until it is done, then its content."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from ai_studio import decoding
from ai_studio.providers.api import Api, garbled
from ai_studio.providers.base import Demand, Fault, Finished, Job, Outcome, ProviderError, Running
from ai_studio.providers.openai.images import words
from ai_studio.providers.openai.models import FILM_SIZES

POLL_SECONDS = 10.0
PATIENCE_FOR_FILES = 5
BLOCKED = "OpenAI's safety system refused this film. Say it in other words."
# In the codes of what its contents are refused for: the same again ends the same.
FINAL = ("moderation", "content_policy", "safety", "sentinel")


def demand(job: Job) -> Demand:
    return Demand({"second": Decimal(_seconds(job))}, tier=_size(job))


def make(api: Api, job: Job) -> Outcome:
    order = {"model": job.model, "prompt": words(job), "seconds": _seconds(job), "size": _size(job)}
    said = api.ask("POST", "/videos", paid=True, json=order).json()
    external_id = said.get("id")
    if not isinstance(external_id, str) or not external_id:
        raise garbled(paid=True)
    return Running(external_id, POLL_SECONDS, progress=_progress(said), raw=said)


def look(api: Api, job: Job, external_id: str) -> Outcome:
    """Whatever it calls its state, it is still at it until it says that it is done or has failed."""
    path = f"/videos/{quote(external_id, safe='')}"
    said = api.ask("GET", path).json()
    if said.get("status") == "failed":
        raise _failed(said)
    if said.get("status") != "completed":
        return Running(external_id, POLL_SECONDS, progress=_progress(said), raw=said)
    usage = {"second": _made_seconds(said, job)}
    film = _content(api, path, "video")
    try:
        files = decoding.files_of(film, job=job, thumbnail=_thumbnail(api, path))
    except decoding.BadFile as error:  # it was made, and is paid
        raise ProviderError(error.fault, error.code, error.message, usage=usage) from error
    return Finished(files=files, usage=usage, raw=said)


def _failed(said: dict[str, Any]) -> ProviderError:
    error = said.get("error")
    error = error if isinstance(error, dict) else {}
    code = str(error.get("code") or "provider_failed")
    sentence = BLOCKED if code == "moderation_blocked" else str(error.get("message") or "The film could not be made.")
    if any(final in code for final in FINAL):
        return ProviderError(Fault.PERMANENT, code, sentence)
    return ProviderError(Fault.TRANSIENT, code, sentence, over=True)


def _content(api: Api, path: str, variant: str) -> bytes:
    params = {"variant": variant}
    return api.ask("GET", f"{path}/content", params=params, patience=PATIENCE_FOR_FILES).body


def _thumbnail(api: Api, path: str) -> bytes | None:
    """A picture of the film is made here where theirs cannot be had."""
    try:
        return _content(api, path, "thumbnail")
    except ProviderError:
        return None


def _made_seconds(said: dict[str, Any], job: Job) -> Decimal:
    made = said.get("seconds")
    return Decimal(made) if isinstance(made, str) and made.isascii() and made.isdigit() else Decimal(_seconds(job))


def _seconds(job: Job) -> str:
    """As the API wants it: a text."""
    return str(int(job.duration_seconds or 4))


def _size(job: Job) -> str:
    return FILM_SIZES[job.model][job.quality][job.aspect_ratio]


def _progress(said: dict[str, Any]) -> int | None:
    progress = said.get("progress")
    return progress if type(progress) is int and 0 <= progress <= 100 else None  # noqa: PLR2004
