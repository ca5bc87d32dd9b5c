"""Luma Dream Machine: films from a text.

Source: https://docs.lumalabs.ai/docs/video-generation, and the types of the vendor's own SDK (lumaai). Prices are per
million pixels, at 24 pictures a second.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ai_studio.choices import GenerationType, Quality, Queue
from ai_studio.providers.api import Api
from ai_studio.providers.base import Demand, Fault, Job, ModelInfo, Outcome, Provider, ProviderError, Report, Running
from ai_studio.providers.tasks import bearer, call_off, finished, nameless, part, pause_seconds, task_id

PATH = "/dream-machine/v1/generations"
MODELS = {"ray-2": ("Luma Ray 2", 4), "ray-flash-2": ("Luma Ray Flash 2", 2)}
RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4")
SHORT_SECONDS, LONG_SECONDS = 5, 9
PICTURES_PER_SECOND = 24
# The pixels of the wide picture are the most that any of the same name has.
RESOLUTIONS = {
    Quality.STANDARD: ("540p", 960 * 540),
    Quality.HIGH: ("720p", 1280 * 720),
    Quality.ULTRA: ("1080p", 1920 * 1080),
}


class LumaProvider(Provider):
    name = "luma"
    repeatable = False
    key_variable = "LUMA_API_KEY"
    lost_is_billed = True
    base_url = "https://api.lumalabs.ai"

    def models(self) -> Sequence[ModelInfo]:
        return [
            ModelInfo(
                provider=self.name,
                name=name,
                label=label,
                quality_rank=rank,
                types=(GenerationType.ANIMATION,),
                qualities=tuple(Quality.values),
                aspect_ratios=RATIOS,
                parameters=("duration_seconds",),
                queue=Queue.IO,
                duration_range_seconds=(Decimal(SHORT_SECONDS), Decimal(LONG_SECONDS)),
                default_duration_seconds=Decimal(SHORT_SECONDS),
                durations_seconds=(Decimal(SHORT_SECONDS), Decimal(LONG_SECONDS)),
            )
            for name, (label, rank) in MODELS.items()
        ]

    def demand(self, job: Job) -> Demand:
        name, pixels = RESOLUTIONS[Quality(job.quality)]
        return Demand({"megapixel": Decimal(pixels * PICTURES_PER_SECOND * _seconds(job)) / 1_000_000}, tier=name)

    def submit(self, job: Job, report: Report) -> Outcome:
        order = {
            "generation_type": "video",
            "model": job.model,
            "prompt": job.prompt,
            "aspect_ratio": job.aspect_ratio,
            "resolution": RESOLUTIONS[Quality(job.quality)][0],
            "duration": f"{_seconds(job)}s",
        }
        said = self._api(job).ask("POST", PATH, paid=True, json=order).json()
        return Running(task_id(said.get("id"), paid=True), pause_seconds(), raw=_raw(said))

    def poll(self, job: Job, external_id: str) -> Outcome:
        said = self._api(job).ask("GET", f"{PATH}/{external_id}").json()
        if said.get("state") == "completed":
            url = part(said, "assets").get("video")
            return finished(job, url, usage={}, most=self.demand(job).units, raw=_raw(said))
        if said.get("state") == "failed":
            raise _failure(said)
        return Running(external_id, pause_seconds(), raw=_raw(said))

    def cancel(self, job: Job, external_id: str) -> None:
        if not external_id:
            raise nameless("Luma")
        call_off(self._api(job), "DELETE", f"{PATH}/{external_id}")

    def _api(self, job: Job) -> Api:
        return bearer(self, self.base_url, job)


def _seconds(job: Job) -> int:
    """There are films of two lengths: the shortest that is long enough."""
    return LONG_SECONDS if (job.duration_seconds or 0) > SHORT_SECONDS else SHORT_SECONDS


def _failure(said: dict[str, Any]) -> ProviderError:
    """Luma names no codes. Moderation is told by its word; credits of what failed come back."""
    reason = str(said.get("failure_reason") or "Luma gave the task up.")
    if "moderation" in reason.lower():
        return ProviderError(Fault.PERMANENT, "moderated", reason)
    return ProviderError(Fault.TRANSIENT, "task_failed", reason, over=True)


def _raw(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in ("id", "state", "failure_reason", "model", "created_at") if name in said}
