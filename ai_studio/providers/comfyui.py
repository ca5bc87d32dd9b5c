"""ComfyUI on a machine of one's own: switched on by naming its address (STUDIO_PROVIDER_URLS, comfyui=…).

Source: server.py and execution.py of ComfyUI. It costs nothing and takes our own id (the attempt's) for its job, so
that a job whose answer was lost is found, and one that is sent again does no harm.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from ai_studio import decoding
from ai_studio.choices import AspectRatio, GenerationType, Quality, Queue
from ai_studio.providers.api import Api, base_of
from ai_studio.providers.base import Fault, Finished, Job, ModelInfo, Outcome, Provider, ProviderError, Report, Running
from ai_studio.providers.local.contract import size_of
from ai_studio.providers.tasks import part, pause_seconds, task_id

WORKFLOW = Path(__file__).parent / "workflows" / "text_to_image.json"
STEPS = {Quality.STANDARD: 20, Quality.HIGH: 30, Quality.ULTRA: 45}
GUIDANCE = Decimal(7)
SIDE_PIXELS, STEP_PIXELS = 1024, 64


class ComfyUIProvider(Provider):
    name = "comfyui"
    repeatable = True

    def models(self) -> Sequence[ModelInfo]:
        if self.name not in settings.STUDIO_PROVIDER_URLS:
            return []
        return [
            ModelInfo(
                provider=self.name,
                name="comfyui-text-to-image",
                label="ComfyUI, text to image",
                types=(GenerationType.IMAGE_2D,),
                qualities=tuple(Quality.values),
                aspect_ratios=tuple(AspectRatio.values),
                parameters=("seed", "steps", "guidance"),
                queue=Queue.IO,
                steps_range=(1, 100),
                guidance_range=(Decimal(1), Decimal(20)),
            )
        ]

    def submit(self, job: Job, report: Report) -> Outcome:
        name = str(job.key)
        order = {"prompt": _workflow(job), "client_id": name, "prompt_id": name}
        said = self._api().ask("POST", "/prompt", json=order).json()
        # Versions before 2025 give an id of their own.
        return Running(task_id(said.get("prompt_id"), paid=False), pause_seconds(), raw={"number": said.get("number")})

    def poll(self, job: Job, external_id: str) -> Outcome:
        if entry := self._history(external_id):
            return self._ended(job, entry)
        waiting, running = self._queue()
        if external_id in waiting or external_id in running:
            return Running(external_id, pause_seconds())
        if entry := self._history(external_id):  # it ended between the two questions
            return self._ended(job, entry)
        raise ProviderError(Fault.TRANSIENT, "job_gone", "ComfyUI was started anew, and forgot the job.", over=True)

    def cancel(self, job: Job, external_id: str) -> None:
        name = external_id or str(job.key)
        self._api().ask("POST", "/queue", json={"delete": [name]})
        # Older versions stop whatever runs, which may be somebody else's.
        if name in self._queue()[1]:
            self._api().ask("POST", "/interrupt", json={"prompt_id": name})

    def _history(self, name: str) -> dict[str, Any]:
        return part(self._api().ask("GET", f"/history/{name}").json(), name)

    def _queue(self) -> tuple[set[str], set[str]]:
        """The ids of what waits, and of what runs."""
        said = self._api().ask("GET", "/queue").json()
        return _ids(said.get("queue_pending")), _ids(said.get("queue_running"))

    def _ended(self, job: Job, entry: dict[str, Any]) -> Finished:
        status = part(entry, "status")
        if status.get("status_str") == "error":
            raise _failure(status)
        place = _first_image(entry)
        answer = self._api().ask("GET", "/view", params=place)
        if len(answer.body) > decoding.max_bytes(job.type):
            raise decoding.BadFile("The picture is too large.")
        return Finished(files=decoding.files_of(answer.body, job=job), raw={"status": status.get("status_str")})

    def _api(self) -> Api:
        return Api(base_of(self.name, "http://127.0.0.1:8188"), {})


def _workflow(job: Job) -> Any:
    width, height = size_of(job.aspect_ratio, SIDE_PIXELS, STEP_PIXELS)
    values = {
        "$prompt": job.prompt,
        "$negative_prompt": job.negative_prompt,
        "$seed": job.seed,
        "$steps": job.steps or STEPS[Quality(job.quality)],
        "$guidance": float(job.guidance if job.guidance is not None else GUIDANCE),
        "$checkpoint": settings.COMFYUI_CHECKPOINT,
        "$width": width,
        "$height": height,
    }
    return _filled(json.loads(WORKFLOW.read_text()), values)


def _filled(node: Any, values: Mapping[str, Any]) -> Any:
    """Only whole strings of the workflow are replaced: a prompt cannot change its form."""
    if isinstance(node, dict):
        return {name: _filled(inner, values) for name, inner in node.items()}
    if isinstance(node, list):
        return [_filled(inner, values) for inner in node]
    return values[node] if isinstance(node, str) and node.startswith("$") else node


def _ids(entries: Any) -> set[str]:
    """Entries are [number, id, …]."""
    known = entries if isinstance(entries, list) else []
    return {entry[1] for entry in known if isinstance(entry, list) and len(entry) > 1 and isinstance(entry[1], str)}


def _first_image(entry: dict[str, Any]) -> dict[str, str]:
    for output in part(entry, "outputs").values():
        images = output.get("images") if isinstance(output, dict) else None
        for image in images if isinstance(images, list) else []:
            if isinstance(image, dict) and image.get("type") == "output":
                return {name: str(image.get(name, "")) for name in ("filename", "subfolder", "type")}
    raise ProviderError(Fault.PERMANENT, "no_file", "ComfyUI says it is done, and names no picture.")


def _failure(status: dict[str, Any]) -> ProviderError:
    messages = status.get("messages")
    for message in messages if isinstance(messages, list) else []:
        if isinstance(message, list) and message[:1] == ["execution_error"] and isinstance(message[-1], dict):
            said = str(message[-1].get("exception_message") or "The workflow failed.")
            return ProviderError(Fault.TRANSIENT, "workflow_failed", said, over=True)
    return ProviderError(Fault.PERMANENT, "cancelled_there", "The workflow was interrupted.")
