"""What providers share that are given a task and asked again and again how far it is."""

import random
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ai_studio import decoding
from ai_studio.providers.api import download, garbled
from ai_studio.providers.base import Fault, Finished, Job, OutputFile, ProviderError

POLL_SECONDS = 5.0
JITTER_SECONDS = 2.0
# It becomes a part of addresses.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,119}")


def pause_seconds() -> float:
    """Until the next poll; with jitter, so that jobs of one moment do not stay one crowd."""
    return POLL_SECONDS + random.uniform(0, JITTER_SECONDS)  # noqa: S311  (jitter, not a secret)


def task_id(said: Any, *, paid: bool) -> str:
    """The provider's own id of a task. ProviderError when it is none: `paid`, whether naming it was paid for."""
    if not isinstance(said, str) or not _NAME.fullmatch(said):
        raise garbled(paid=paid)
    return said


def part(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object that `body` has there; empty when there is none."""
    inner = body.get(name)
    return inner if isinstance(inner, dict) else {}


def credits_of(said: Any) -> Decimal | None:
    """None for what is no number of credits."""
    try:
        number = None if isinstance(said, bool) or said is None else Decimal(str(said))
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and number >= 0 else None


def percent(said: Any, *, whole: float = 100) -> int | None:
    """None for what is no progress."""
    known = isinstance(said, int | float) and not isinstance(said, bool) and 0 <= said <= whole
    return int(said * 100 / whole) if known else None


def finished(job: Job, url: Any, *, usage: Mapping[str, Decimal], most: Mapping[str, Decimal], raw: Any) -> Finished:
    """The job with the file at `url` as its result. `usage`: what the provider says it used; `most`: what it takes when
    the file turns out to be of no use, because the work was done."""
    try:
        files = _files(job, url)
    except ProviderError as error:
        if error.fault is Fault.PERMANENT:
            error.usage = dict(usage or most)
        raise
    return Finished(files=files, usage=usage, raw=raw)


def _files(job: Job, url: Any) -> list[OutputFile]:
    if not isinstance(url, str):
        raise ProviderError(Fault.PERMANENT, "no_file", "The provider says it is done, and names no file.")
    return decoding.files_of(download(url, max_bytes=decoding.max_bytes(job.type)), job=job)
