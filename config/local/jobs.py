"""One generation of each type, watched until it ends."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from config.local.api import Api
from config.local.errors import LaunchError
from config.local.screen import Bar, Screen

PROMPTS = {
    "IMAGE_2D": "a golden perfume bottle on a marble table at sunset, warm light, minimal",
    "MODEL_3D": "a red ceramic mug with a gold handle",
    "ANIMATION": "three blue balloons floating over the sea, calm",
    "TEMPLATE": "summer sale poster for a shoe brand, bold, yellow and black",
}
TERMINAL = ("COMPLETED", "FAILED", "CANCELLED")
POLL_SECONDS = 0.25
DEADLINE_SECONDS = 180.0


@dataclass
class Job:
    """A generation under way. `seconds` runs from our POST to the answer that says it is over."""

    type: str
    address: str
    bar: Bar
    detail: dict[str, Any]
    seconds: float = 0.0

    @property
    def is_over(self) -> bool:
        return self.detail.get("status") in TERMINAL

    @property
    def link(self) -> str:
        result = self.detail.get("result")
        return str(result["url"]) if result else ""


def generate_each_type(api: Api, screen: Screen, *, beside: Callable[[], bool] = lambda: True) -> list[Job]:
    """`beside`: something else with a bar, looked at until it says that it is over."""
    with screen.bars():
        jobs = [_create(api, screen, kind, prompt) for kind, prompt in PROMPTS.items()]
        deadline = time.monotonic() + DEADLINE_SECONDS
        while (waiting := [job for job in jobs if not job.is_over]) or not beside():
            if waiting and time.monotonic() > deadline:
                names = ", ".join(job.type for job in waiting)
                raise LaunchError(f"Not finished after {DEADLINE_SECONDS:.0f} s: {names}.")
            time.sleep(POLL_SECONDS)
            beside()
            for job in waiting:
                _refresh(job, api, screen)
    return jobs


def _create(api: Api, screen: Screen, kind: str, prompt: str) -> Job:
    bar = screen.bar(kind)
    address = api.create({"type": kind, "prompt": prompt, "parameters": {"seed": 7}})
    return Job(kind, address, bar, {})


def _refresh(job: Job, api: Api, screen: Screen) -> None:
    job.detail = api.detail(job.address)
    job.seconds = job.bar.seconds
    if job.is_over:
        status = job.detail["status"]
        screen.finish(job.bar, note=status.lower(), ok=status == "COMPLETED")
    else:
        screen.update(job.bar, percent=float(job.detail["progress"]), note=str(job.detail["stage"]))


def show(jobs: list[Job], api: Api, screen: Screen) -> None:
    rows = [(job.type, job.detail["status"], f"{job.seconds:.1f}", _cost(job), _outcome(job, api)) for job in jobs]
    screen.line()
    screen.table(("type", "status", "seconds", "cost", "link"), rows)
    screen.line()


def _cost(job: Job) -> str:
    cost = job.detail.get("cost_usd")
    return "-" if cost is None else f"{float(cost):.2f} USD"


def _outcome(job: Job, api: Api) -> str:
    return urljoin(api.url, job.link) if job.link else str(job.detail.get("error") or "-")
