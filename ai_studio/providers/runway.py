"""Runway: films from a text, or from a picture and a text.

Source: https://docs.dev.runwayml.com/api/, https://docs.dev.runwayml.com/errors/task-failures/
"""

import base64
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ai_studio.choices import GenerationType, Quality, Queue
from ai_studio.providers.api import Api
from ai_studio.providers.base import (
    Demand,
    Fault,
    InputFile,
    Job,
    ModelInfo,
    Outcome,
    Provider,
    ProviderError,
    Report,
    Running,
)
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

VERSION = "2024-11-06"
SECONDS = (Decimal(2), Decimal(10))  # whole ones
DEFAULT_SECONDS = Decimal(5)
RATIOS = {"16:9": "1280:720", "9:16": "720:1280"}
RATIOS_OF_PICTURES = {**RATIOS, "4:3": "1104:832", "3:4": "832:1104", "1:1": "960:960"}
# What the prompt, or what was made of it, may not show or use: the same again ends the same.
FINAL = ("SAFETY", "ASSET")


class RunwayProvider(Provider):
    name = "runway"
    repeatable = False
    key_variable = "RUNWAY_API_KEY"
    lost_is_billed = True
    base_url = "https://api.dev.runwayml.com"

    def models(self) -> Sequence[ModelInfo]:
        return [
            self._model("gen4.5", "Runway Gen-4.5", Quality.HIGH, RATIOS),
            self._model("gen4_turbo", "Runway Gen-4 Turbo", Quality.STANDARD, RATIOS_OF_PICTURES, needs=("image",)),
        ]

    def _model(
        self, name: str, label: str, quality: str, ratios: Mapping[str, str], needs: tuple[str, ...] = ()
    ) -> ModelInfo:
        return ModelInfo(
            provider=self.name,
            name=name,
            label=label,
            types=(GenerationType.ANIMATION,),
            qualities=(quality,),
            aspect_ratios=tuple(ratios),
            parameters=("seed", "duration_seconds"),
            queue=Queue.IO,
            duration_range_seconds=SECONDS,
            default_duration_seconds=DEFAULT_SECONDS,
            takes=("image",),
            needs=needs,
            quality_rank=5 if quality == Quality.HIGH else 3,
        )

    def demand(self, job: Job) -> Demand:
        return Demand({"second": Decimal(_seconds(job))})

    def submit(self, job: Job, report: Report) -> Outcome:
        picture = next((file for file in job.inputs if file.role == "image"), None)
        path = "/v1/text_to_video" if picture is None else "/v1/image_to_video"
        said = self._api(job).ask("POST", path, paid=True, json=_order(job, picture)).json()
        task = task_id(said.get("id"), paid=True)
        return Running(task, pause_seconds(), raw={"estimatedCost": said.get("estimatedCost")})

    def poll(self, job: Job, external_id: str) -> Outcome:
        said = self._api(job).ask("GET", f"/v1/tasks/{external_id}").json()
        status = said.get("status")
        if status == "SUCCEEDED":
            output = said.get("output")
            url = output[0] if isinstance(output, list) and output else None
            return finished(job, url, usage=_usage(said), most=self.demand(job).units, raw=_raw(said))
        if status in ("FAILED", "CANCELLED"):
            raise _failure(said)
        return Running(external_id, pause_seconds(), progress=percent(said.get("progress"), whole=1), raw=_raw(said))

    def cancel(self, job: Job, external_id: str) -> None:
        if not external_id:
            raise nameless("Runway")
        call_off(self._api(job), "DELETE", f"/v1/tasks/{external_id}")

    def _api(self, job: Job) -> Api:
        return bearer(self, self.base_url, job, headers={"X-Runway-Version": VERSION})


def _order(job: Job, picture: InputFile | None) -> dict[str, Any]:
    order: dict[str, Any] = {
        "model": job.model,
        "promptText": job.prompt,
        "ratio": (RATIOS if picture is None else RATIOS_OF_PICTURES)[job.aspect_ratio],
        "duration": _seconds(job),
        "seed": job.seed,
    }
    if picture is not None:
        order["promptImage"] = f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"
    return order


def _seconds(job: Job) -> int:
    """As many as are wished for, and the rest of the last."""
    return math.ceil(job.duration_seconds or DEFAULT_SECONDS)


def _usage(said: dict[str, Any]) -> dict[str, Decimal]:
    took = credits_of(part(said, "cost").get("credits"))
    return {} if took is None else {"credit": took}


def _failure(said: dict[str, Any]) -> ProviderError:
    named = said.get("failureCode")
    word = named if isinstance(named, str) else ""
    message = str(said.get("failure") or "Runway gave the task up.")
    code = word.lower().replace(".", "_") or "task_failed"
    if said.get("status") == "CANCELLED":
        return ProviderError(Fault.PERMANENT, "cancelled_there", message, usage=_usage(said))
    if any(final in word.split(".") for final in FINAL):
        return ProviderError(Fault.PERMANENT, code, message, usage=_usage(said))
    return ProviderError(Fault.TRANSIENT, code, message, usage=_usage(said), over=True)


def _raw(said: dict[str, Any]) -> dict[str, Any]:
    """Without the addresses of the files: who has them has the files."""
    return {name: value for name, value in said.items() if name != "output"}
