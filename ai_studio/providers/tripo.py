"""Tripo: a text becomes a textured model in one task.

Source: https://platform.tripo3d.ai/docs/generation, https://docs.tripo3d.ai/get-started/pricing.html
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ai_studio.choices import AspectRatio, GenerationType, Quality, Queue
from ai_studio.providers.api import Answer, Api
from ai_studio.providers.base import Demand, Fault, Job, ModelInfo, Outcome, Provider, ProviderError, Report, Running
from ai_studio.providers.tasks import bearer, credits_of, finished, part, pause_seconds, percent, task_id

PATH = "/v2/openapi/task"
# Credits: 20 with a plain texture, 10 more for a detailed one, 20 more for detailed geometry (3.0 only).
CREDITS = {Quality.STANDARD: Decimal(20), Quality.HIGH: Decimal(30), Quality.ULTRA: Decimal(50)}
MODELS = {
    "v2.5-20250123": ("Tripo 2.5", (Quality.STANDARD, Quality.HIGH)),
    "v3.0-20250812": ("Tripo 3.0", (Quality.STANDARD, Quality.HIGH, Quality.ULTRA)),
}
CODES = {"2008": "moderated", "2010": "no_credit"}
ENDS = {"banned": "moderated", "cancelled": "cancelled_there", "expired": "expired"}


class TripoProvider(Provider):
    name = "tripo"
    repeatable = False
    key_variable = "TRIPO_API_KEY"
    lost_is_billed = True
    base_url = "https://api.tripo3d.ai"

    def models(self) -> Sequence[ModelInfo]:
        return [
            ModelInfo(
                provider=self.name,
                name=name,
                label=label,
                types=(GenerationType.MODEL_3D,),
                qualities=qualities,
                aspect_ratios=tuple(AspectRatio.values),  # a model has none
                parameters=("seed",),
                queue=Queue.IO,
                quality_rank=5 if Quality.ULTRA in qualities else 3,
            )
            for name, (label, qualities) in MODELS.items()
        ]

    def demand(self, job: Job) -> Demand:
        return Demand({"credit": CREDITS[Quality(job.quality)]})

    def submit(self, job: Job, report: Report) -> Outcome:
        answer = self._api(job).ask("POST", PATH, paid=True, json=_order(job))
        return Running(task_id(_data(answer).get("task_id"), paid=True), pause_seconds())

    def poll(self, job: Job, external_id: str) -> Outcome:
        said = _data(self._api(job).ask("GET", f"{PATH}/{external_id}"))
        status = said.get("status")
        if status == "success":
            took = credits_of(said.get("consumed_credit"))
            usage = {} if took is None else {"credit": took}
            return finished(job, _address(said), usage=usage, most=self.demand(job).units, raw=_raw(said))
        if status == "failed":
            raise ProviderError(Fault.TRANSIENT, "task_failed", _reason(said), over=True)
        if status in ENDS:
            raise ProviderError(Fault.PERMANENT, ENDS[status], _reason(said))
        return Running(external_id, pause_seconds(), progress=percent(said.get("progress")), raw=_raw(said))

    def cancel(self, job: Job, external_id: str) -> None:
        """Tripo's interface has no way to stop a task, whatever it is called."""
        raise ProviderError(Fault.PERMANENT, "no_cancel", "Tripo does not let tasks be stopped.")

    def _api(self, job: Job) -> Api:
        return bearer(self, self.base_url, job, read_error=_error, codes=CODES)


def _order(job: Job) -> dict[str, Any]:
    order: dict[str, Any] = {
        "type": "text_to_model",
        "model_version": job.model,
        "prompt": job.prompt,
        "texture": True,
        "pbr": True,
        "texture_quality": "standard" if job.quality == Quality.STANDARD else "detailed",
        "model_seed": job.seed,
    }
    if job.negative_prompt:
        order["negative_prompt"] = job.negative_prompt
    if job.quality == Quality.ULTRA:
        order["geometry_quality"] = "detailed"
    return order


def _error(said: Any) -> tuple[str | None, str | None]:
    """{"code": a number, "message", "suggestion"}"""
    body = said if isinstance(said, dict) else {}
    code, message = body.get("code"), body.get("message")
    return (str(code) if isinstance(code, int) else None), (message if isinstance(message, str) else None)


def _data(answer: Answer) -> dict[str, Any]:
    """{"code": 0, "data": {…}}; another code is a refusal, whatever the status."""
    said = answer.json()
    if said.get("code") != 0:
        code, message = _error(said)
        raise ProviderError(Fault.PERMANENT, CODES.get(code or "", "refused"), message or "Tripo refused it.")
    return part(said, "data")


def _address(said: dict[str, Any]) -> Any:
    output = part(said, "output")
    return output.get("pbr_model") or output.get("model")


def _reason(said: dict[str, Any]) -> str:
    return str(said.get("error_msg") or f"Tripo says of the task: {said.get('status')}.")


def _raw(said: dict[str, Any]) -> dict[str, Any]:
    names = ("task_id", "status", "progress", "consumed_credit", "error_code", "error_msg")
    return {name: said[name] for name in names if name in said}
