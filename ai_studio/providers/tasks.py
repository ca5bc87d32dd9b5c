"""What providers share that are given a task and asked again and again how far it is."""

import random
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ai_studio import decoding
from ai_studio.providers import credentials
from ai_studio.providers.api import Api, ReadError, base_of, download, garbled, standard_error
from ai_studio.providers.base import Fault, Finished, Job, OutputFile, Provider, ProviderError

POLL_SECONDS = 5.0
JITTER_SECONDS = 2.0
# It becomes a part of addresses.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,119}")


def bearer(
    provider: Provider,
    base_url: str,
    job: Job,
    *,
    headers: Mapping[str, str] | None = None,
    read_error: ReadError = standard_error,
    codes: Mapping[str, str] | None = None,
) -> Api:
    """With the key of the job's brand, or of the installation. Raises ProviderError, PERMANENT, when there is none."""
    key = {"Authorization": f"Bearer {credentials.key(provider, job.brand_id)}"}
    return Api(base_of(provider.name, base_url), {**key, **(headers or {})}, read_error, codes or {})


def call_off(api: Api, method: str, path: str) -> None:
    """What is not there any more is over."""
    try:
        api.ask(method, path)
    except ProviderError as error:
        if error.code != "not_found":
            raise


def nameless(provider: str) -> ProviderError:
    """For a task whose id never came back, at a provider that does not know ours."""
    return ProviderError(Fault.PERMANENT, "unknown_task", f"{provider} does not know tasks by ids of ours.")


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
