"""Meshy: a text becomes a model in two paid tasks, a bare preview and then its texture.

Source: https://docs.meshy.ai/en/api/text-to-3d. The id that the attempt keeps says which stage it is at:
preview:TASK → ready:TASK:CREDITS (the next poll submits the second task) → refine:TASK:CREDITS.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ai_studio.choices import AspectRatio, GenerationType, Quality, Queue
from ai_studio.providers.api import Api
from ai_studio.providers.base import Demand, Fault, Job, ModelInfo, Outcome, Provider, ProviderError, Report, Running
from ai_studio.providers.tasks import (
    bearer,
    call_off,
    credits_of,
    finished,
    nameless,
    part,
    pause_seconds,
    percent,
    task_id,
)

PATH = "/openapi/v2/text-to-3d"
PREVIEW_CREDITS = {"meshy-6": Decimal(20), "meshy-5": Decimal(5)}
REFINE_CREDITS = Decimal(10)
AT_ONCE_SECONDS = 0.1
PREVIEW, READY, REFINE = "preview", "ready", "refine"


@dataclass(frozen=True)
class _Place:
    """Where a job is. `spent`: credits of the tasks before this one."""

    stage: str
    task: str
    spent: Decimal = Decimal(0)

    def __str__(self) -> str:
        return f"{self.stage}:{self.task}:{self.spent}"

    @classmethod
    def read(cls, external_id: str) -> "_Place":
        stage, task, spent = external_id.split(":")
        return cls(stage, task, Decimal(spent))


class MeshyProvider(Provider):
    name = "meshy"
    repeatable = False
    key_variable = "MESHY_API_KEY"
    lost_is_billed = True
    base_url = "https://api.meshy.ai"

    def models(self) -> Sequence[ModelInfo]:
        return [
            ModelInfo(
                provider=self.name,
                name=model,
                label=f"Meshy {model[-1]}",
                types=(GenerationType.MODEL_3D,),
                qualities=tuple(Quality.values),
                aspect_ratios=tuple(AspectRatio.values),  # a model has none
                parameters=(),
                queue=Queue.IO,
                quality_rank=5 if model == "meshy-6" else 3,
            )
            for model in PREVIEW_CREDITS
        ]

    def demand(self, job: Job) -> Demand:
        refine = REFINE_CREDITS if _is_textured(job) else 0
        return Demand({"credit": PREVIEW_CREDITS[job.model] + refine})

    def submit(self, job: Job, report: Report) -> Outcome:
        order = {"mode": "preview", "prompt": job.prompt, "ai_model": job.model, "topology": "triangle"}
        return self._start(job, order, PREVIEW, Decimal(0))

    def poll_submits(self, external_id: str) -> bool:
        return _Place.read(external_id).stage == READY

    def poll(self, job: Job, external_id: str) -> Outcome:
        place = _Place.read(external_id)
        if place.stage == READY:
            order = {"mode": "refine", "preview_task_id": place.task, "enable_pbr": job.quality == Quality.ULTRA}
            return self._start(job, order, REFINE, place.spent)
        said = self._api(job).ask("GET", f"{PATH}/{place.task}").json()
        status = said.get("status")
        if status == "SUCCEEDED":
            return self._done(job, place, said)
        if status in ("FAILED", "CANCELED"):
            raise _failure(place, said)
        return Running(external_id, pause_seconds(), progress=_progress(job, place, said), raw=_raw(said))

    def cancel(self, job: Job, external_id: str) -> None:
        if not external_id:
            raise nameless("Meshy")
        call_off(self._api(job), "DELETE", f"{PATH}/{_Place.read(external_id).task}")

    def _start(self, job: Job, order: dict[str, Any], stage: str, spent: Decimal) -> Running:
        said = self._api(job).ask("POST", PATH, paid=True, json=order).json()
        place = _Place(stage, task_id(said.get("result"), paid=True), spent)
        return Running(str(place), pause_seconds(), raw={"stage": stage, "task": place.task})

    def _done(self, job: Job, place: _Place, said: dict[str, Any]) -> Outcome:
        listed = REFINE_CREDITS if place.stage == REFINE else PREVIEW_CREDITS[job.model]
        took = credits_of(said.get("consumed_credits"))
        spent = place.spent + (listed if took is None else took)
        if place.stage == PREVIEW and _is_textured(job):
            return Running(str(_Place(READY, place.task, spent)), AT_ONCE_SECONDS, progress=50, raw=_raw(said))
        usage = {"credit": spent}
        return finished(job, part(said, "model_urls").get("glb"), usage=usage, most=usage, raw=_raw(said))

    def _api(self, job: Job) -> Api:
        return bearer(self, self.base_url, job)


def _is_textured(job: Job) -> bool:
    return job.quality != Quality.STANDARD


def _progress(job: Job, place: _Place, said: dict[str, Any]) -> int | None:
    """Of both tasks together."""
    done = percent(said.get("progress"))
    if done is None or not _is_textured(job):
        return done
    return done // 2 + (50 if place.stage == REFINE else 0)


def _failure(place: _Place, said: dict[str, Any]) -> ProviderError:
    """What failed is refunded; a preview that was textured in vain is not, and would be paid for again."""
    message = str(part(said, "task_error").get("message") or "Meshy gave the task up.")
    if said.get("status") == "CANCELED":
        return ProviderError(Fault.PERMANENT, "cancelled_there", message, usage=_spent(place))
    if place.spent:
        return ProviderError(Fault.PERMANENT, "refine_failed", message, usage=_spent(place))
    return ProviderError(Fault.TRANSIENT, "task_failed", message, over=True)


def _spent(place: _Place) -> dict[str, Decimal]:
    return {"credit": place.spent} if place.spent else {}


def _raw(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in ("id", "status", "progress", "consumed_credits", "task_error") if name in said}
