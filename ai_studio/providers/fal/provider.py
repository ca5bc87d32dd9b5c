"""fal's queue. https://docs.fal.ai/model-endpoints/queue

The id that an attempt keeps is the path of the address that fal named for the request: its status is below it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ai_studio import decoding, webhooks_in
from ai_studio.providers import credentials
from ai_studio.providers.api import Api, base_of, download, garbled
from ai_studio.providers.base import (
    Demand,
    Fault,
    Finished,
    ForgedLetterError,
    Job,
    Letter,
    ModelInfo,
    Outcome,
    Provider,
    ProviderError,
    Report,
    Running,
)
from ai_studio.providers.fal.models import MODELS
from ai_studio.providers.hosted import Hosted, first_url
from ai_studio.webhooks_in import ed25519
from ai_studio.webhooks_in.remembered import Remembered

POLL_SECONDS = 2.0
KEYS_SECONDS = 24 * 3600.0  # as long as fal allows
DONE = "COMPLETED"
FILES = ("images", "image", "video", "model_mesh", "model_glb", "url")
KEPT = ("status", "request_id", "queue_position", "metrics", "error", "error_type", "seed", "has_nsfw_concepts")
# https://fal.ai/docs/documentation/model-apis/request-errors: all other types are fal's own fault
CALLERS_FAULT = ("bad_request", "client_")
_REQUEST = re.compile(r"/[\w./-]{1,120}/requests/[\w-]{1,64}", re.ASCII)


class FalProvider(Provider):
    name = "fal"
    repeatable = False
    key_variable = "FAL_KEY"
    lost_is_billed = True
    signs_webhooks = True
    base_url = "https://queue.fal.run"
    keys_url = "https://rest.alpha.fal.ai"

    def __init__(self) -> None:
        self._keys: Remembered[list[Ed25519PublicKey]] = Remembered(keep_seconds=KEYS_SECONDS)

    def models(self) -> Sequence[ModelInfo]:
        return [model.info(self.name) for model in MODELS.values()]

    def demand(self, job: Job) -> Demand:
        return _model(job).demand(job)

    def submit(self, job: Job, report: Report) -> Outcome:
        order = _model(job).input(job)
        webhook = webhooks_in.url_for(job)
        answer = self._api(job).ask(
            "POST",
            f"/{job.model}",
            paid=True,
            json=order,
            params={"fal_webhook": webhook} if webhook else None,
            headers={"x-fal-no-retry": "1"},
        )
        said = answer.json()
        return Running(self._request_of(said), POLL_SECONDS, raw=_kept(said))

    def poll(self, job: Job, external_id: str) -> Outcome:
        api = self._api(job)
        said = api.ask("GET", f"{external_id}/status").json()
        if said.get("status") != DONE:
            return Running(external_id, POLL_SECONDS, raw=_kept(said))
        if said.get("error"):
            raise _failed(said)
        result = api.ask("GET", external_id).json()
        if _is_filtered(result):
            raise ProviderError(Fault.PERMANENT, "content_filtered", "fal's safety checker kept the picture back.")
        url = first_url(result, *FILES)
        if url is None:
            raise ProviderError(Fault.PERMANENT, "file_gone", "The answer names no file.")
        data = download(url, max_bytes=decoding.max_bytes(job.type))
        return Finished(decoding.files_of(data, job=job), raw=_kept({**result, **said}))

    def cancel(self, job: Job, external_id: str) -> None:
        if not external_id:
            raise ProviderError(Fault.PERMANENT, "not_found", "fal knows no ids of ours.")
        try:
            self._api(job).ask("PUT", f"{external_id}/cancel")
        except ProviderError as error:
            # 400 {"status": "ALREADY_COMPLETED"}, 404 {"status": "NOT_FOUND"}
            if error.code not in ("not_found", "ALREADY_COMPLETED"):
                raise

    def verify_webhook(self, letter: Letter) -> str:
        try:
            request = ed25519.check(self._public_keys(), letter.headers, letter.body, at=letter.at)
        except ForgedLetterError:  # or the keys were changed
            request = ed25519.check(self._public_keys(again=True), letter.headers, letter.body, at=letter.at)
        path = f"/{'/'.join(letter.model.split('/')[:2])}/requests/{request}"
        if letter.model and not _REQUEST.fullmatch(path):
            raise ForgedLetterError("names no request")
        return path

    def _public_keys(self, *, again: bool = False) -> list[Ed25519PublicKey]:
        base = base_of(self.name, self.keys_url)
        return self._keys.get(base, lambda: self._fetch(base), again=again)

    def _fetch(self, base: str) -> list[Ed25519PublicKey]:
        keys = ed25519.read_keys(Api(base, {}).ask("GET", "/.well-known/jwks.json").json())
        if not keys:
            raise garbled(paid=False)
        return keys

    def _request_of(self, said: Mapping[str, Any]) -> str:
        """The path of the request, of an address that is fal's own."""
        url = said.get("response_url")
        base = urlsplit(base_of(self.name, self.base_url))
        parts = urlsplit(url if isinstance(url, str) else "")
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc) or not _REQUEST.fullmatch(parts.path):
            raise garbled(paid=True)
        return parts.path

    def _api(self, job: Job) -> Api:
        key = credentials.key(self, job.brand_id)
        return Api(base_of(self.name, self.base_url), {"Authorization": f"Key {key}"}, read_error=_read_error)


def _model(job: Job) -> Hosted:
    if job.model not in MODELS:
        raise ProviderError(Fault.PERMANENT, "unknown_model", f"There is no {job.model}.")
    return MODELS[job.model]


def _read_error(said: Any) -> tuple[str | None, str | None]:
    """{"detail": sentence | [{"type", "msg"}], "error_type"}, or {"status"} of what cannot be cancelled."""
    body = said if isinstance(said, dict) else {}
    detail = body.get("detail")
    first = detail[0] if isinstance(detail, list) and detail and isinstance(detail[0], dict) else {}
    code = first.get("type") or body.get("error_type") or body.get("status")
    message = first.get("msg") or detail
    if code == "content_policy_violation":
        code = "content_filtered"
    return (code if isinstance(code, str) else None), (message if isinstance(message, str) else None)


def _failed(said: Mapping[str, Any]) -> ProviderError:
    kind, sentence = str(said.get("error_type", "")), str(said["error"])
    if "content_policy" in kind:
        return ProviderError(Fault.PERMANENT, "content_filtered", sentence)
    if kind.startswith(CALLERS_FAULT):
        return ProviderError(Fault.PERMANENT, kind, sentence)
    return ProviderError(Fault.TRANSIENT, "provider_failed", sentence, over=True)


def _is_filtered(result: Mapping[str, Any]) -> bool:
    flags = result.get("has_nsfw_concepts")
    return isinstance(flags, list) and bool(flags) and all(flag is True for flag in flags)


def _kept(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without prompts, files and logs."""
    return {name: said[name] for name in KEPT if name in said}
