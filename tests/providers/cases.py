"""What the contract tests ask each provider for that is given a task: one job that it makes, and what that takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ai_studio.providers.base import Job
from tests.providers.fakes import WISHES
from tests.providers.standing import job


@dataclass(frozen=True)
class Case:
    """`submit` is the line of its request, `poll` a pattern for the question how far it is; `file` one for the file."""

    name: str
    wish: Mapping[str, Any]
    submit: str
    poll: str
    file: str
    media_type: str
    usage: Mapping[str, Decimal] = field(default_factory=dict)
    too_long: int = 0
    paid: bool = True

    def job(self, **changes: Any) -> Job:
        return job(**{**self.wish, "provider": self.name, **changes})


CASES = {
    case.name: case
    for case in (
        Case(
            "meshy", WISHES["meshy"], "POST /openapi/v2/text-to-3d", "GET /openapi", "GET /files",
            "model/gltf-binary", {"credit": Decimal(20)}, 600,
        ),
        Case(
            "runway", WISHES["runway"], "POST /v1/text_to_video", "GET /v1/tasks", "GET /files",
            "video/mp4", {"credit": Decimal(60)}, 1000,
        ),
        Case(
            "tripo", WISHES["tripo"], "POST /v2/openapi/task", "GET /v2/openapi/task", "GET /files",
            "model/gltf-binary", {"credit": Decimal(20)}, 1024,
        ),
        Case(
            "luma", WISHES["luma"], "POST /dream-machine/v1/generations", "GET /dream-machine", "GET /files",
            "video/mp4", {}, 5000,
        ),
        Case("comfyui", WISHES["comfyui"], "POST /prompt", "GET /history", "GET /view", "image/png", paid=False),
    )
}  # fmt: skip
