"""Replicate. https://replicate.com/docs/reference/http

`submit` never returns what is done already: files are fetched by `poll`, which may be tried again for nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from ai_studio import decoding, webhooks_in
from ai_studio.providers import credentials
from ai_studio.providers.api import Answer, Api, base_of, download, garbled
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
from ai_studio.providers.hosted import Hosted, first_url
from ai_studio.providers.replicate.models import MODELS
from ai_studio.webhooks_in import standard
from ai_studio.webhooks_in.remembered import Remembered

POLL_SECONDS = 2.0
AT_ONCE_SECONDS = 0.1
PREFER = "wait=5"  # most pictures are done by then
EVENTS = ["start", "completed"]
SECRET_SECONDS = 600.0
DONE, OVER = "succeeded", ("failed", "canceled", "aborted")
KEPT = ("id", "model", "version", "status", "error", "metrics", "created_at", "started_at", "completed_at")
# What Replicate says was used, as we count it.
COUNTED = {"image_count": "image", "video_output_duration_seconds": "second"}


class ReplicateProvider(Provider):
    name = "replicate"
    repeatable = False
    key_variable = "REPLICATE_API_TOKEN"
    lost_is_billed = True
    signs_webhooks = True
    base_url = "https://api.replicate.com/v1"

    def __init__(self) -> None:
        self._secrets: Remembered[str] = Remembered(keep_seconds=SECRET_SECONDS)

    def models(self) -> Sequence[ModelInfo]:
        return [model.info(self.name) for model in MODELS.values()]

    def demand(self, job: Job) -> Demand:
        return _model(job).demand(job)

    def submit(self, job: Job, report: Report) -> Outcome:
        model = _model(job)
        order: dict[str, Any] = {"input": model.input(job)}
        if webhook := webhooks_in.url_for(job):
            order |= {"webhook": webhook, "webhook_events_filter": EVENTS}
        if model.version:
            order["version"] = model.version
        path = "/predictions" if model.version else f"/models/{model.name}/predictions"
        answer = self._api(job).ask("POST", path, paid=True, json=order, headers={"Prefer": PREFER})
        said = answer.json()
        over = said.get("status") in (DONE, *OVER)
        return Running(_id_of(said, answer), AT_ONCE_SECONDS if over else POLL_SECONDS, raw=_kept(said))

    def poll(self, job: Job, external_id: str) -> Outcome:
        said = self._api(job).ask("GET", _path(external_id)).json()
        status = said.get("status")
        if status in OVER:
            raise _failed(said)
        if status != DONE:
            return Running(external_id, POLL_SECONDS, raw=_kept(said))
        url = first_url(said.get("output"), "model_file", "video", "image")
        if url is None:
            raise ProviderError(Fault.PERMANENT, "file_gone", "The answer names no file, or no longer.")
        data = download(url, max_bytes=decoding.max_bytes(job.type))
        return Finished(decoding.files_of(data, job=job), usage=_usage(said.get("metrics")), raw=_kept(said))

    def cancel(self, job: Job, external_id: str) -> None:
        if not external_id:
            raise ProviderError(Fault.PERMANENT, "not_found", "Replicate knows no ids of ours.")
        try:
            self._api(job).ask("POST", f"{_path(external_id)}/cancel")
        except ProviderError as error:
            if error.fault is not Fault.PERMANENT or not self._is_over(job, external_id):
                raise

    def verify_webhook(self, letter: Letter) -> str:
        self._check_signature(letter)
        try:
            said = json.loads(letter.body)
        except (ValueError, RecursionError) as error:
            raise ForgedLetterError("not JSON") from error
        named = said.get("id") if isinstance(said, dict) else None
        if not isinstance(named, str) or not named:
            raise ForgedLetterError("names no prediction")
        return named

    def _check_signature(self, letter: Letter) -> None:
        try:
            standard.check(self._secret(letter), letter.headers, letter.body, at=letter.at)
        except ForgedLetterError:  # or the secret was changed
            standard.check(self._secret(letter, again=True), letter.headers, letter.body, at=letter.at)

    def _secret(self, letter: Letter, *, again: bool = False) -> str:
        """Of the account whose key the brand's jobs are asked with."""
        key = credentials.key(self, letter.brand_id)
        account = hashlib.sha256(key.encode()).digest()
        return self._secrets.get((base_of(self.name, self.base_url), account), lambda: self._fetch(key), again=again)

    def _fetch(self, key: str) -> str:
        answer = self._asking(key).ask("GET", "/webhooks/default/secret")
        secret = answer.json().get("key")
        if not isinstance(secret, str) or not secret:
            raise garbled(paid=False)
        return secret

    def _is_over(self, job: Job, external_id: str) -> bool:
        try:
            return self._api(job).ask("GET", _path(external_id)).json().get("status") in (DONE, *OVER)
        except ProviderError as error:
            return error.code == "not_found"

    def _api(self, job: Job) -> Api:
        return self._asking(credentials.key(self, job.brand_id))

    def _asking(self, key: str) -> Api:
        return Api(base_of(self.name, self.base_url), {"Authorization": f"Bearer {key}"})


def _model(job: Job) -> Hosted:
    if job.model not in MODELS:
        raise ProviderError(Fault.PERMANENT, "unknown_model", f"There is no {job.model}.")
    return MODELS[job.model]


def _path(external_id: str) -> str:
    return f"/predictions/{quote(external_id, safe='')}"


def _id_of(said: Mapping[str, Any], answer: Answer) -> str:
    named = said.get("id")
    if not isinstance(named, str) or not 0 < len(named) <= 200:  # noqa: PLR2004
        raise garbled(paid=answer.paid)
    return named


def _failed(said: Mapping[str, Any]) -> ProviderError:
    reason = str(said.get("error") or f"The prediction ended as {said.get('status')}.")
    if said.get("status") != "failed":
        return ProviderError(Fault.PERMANENT, "provider_cancelled", reason)
    if any(word in reason.lower() for word in ("nsfw", "sensitive", "safety")):
        return ProviderError(Fault.PERMANENT, "content_filtered", reason)
    return ProviderError(Fault.TRANSIENT, "provider_failed", reason, over=True)


def _usage(metrics: Any) -> dict[str, Decimal]:
    """What was made, where Replicate counts it; its price is for that."""
    known = metrics if isinstance(metrics, dict) else {}
    found = {}
    for theirs, ours in COUNTED.items():
        try:
            amount = Decimal(str(known.get(theirs)))
        except InvalidOperation:
            continue
        if amount.is_finite() and amount > 0:
            found[ours] = amount
    return found


def _kept(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without inputs, files and logs."""
    return {name: said[name] for name in KEPT if name in said}
