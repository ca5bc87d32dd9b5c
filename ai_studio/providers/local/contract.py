"""What goes into the local renderer and what comes out. Nothing here imports Django or the renderer itself."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, get_args

OutputType = Literal["IMAGE_2D", "MODEL_3D", "ANIMATION", "TEMPLATE"]
Quality = Literal["standard", "high", "ultra"]
Role = Literal["RESULT", "THUMBNAIL", "PREVIEW", "EXTRA"]

PROVIDER = "local"
MODEL = "atelier-local-1"
RENDERER_VERSION = "1.0.1"

TYPES: tuple[str, ...] = get_args(OutputType)
QUALITIES: tuple[str, ...] = get_args(Quality)
ASPECT_RATIOS: tuple[str, ...] = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3")
DURATION_RANGE = (1, 10)  # seconds
SEED_RANGE = (0, 2**31 - 1)
STEPS_RANGE = (1, 64)  # eight steps are one refinement pass, see `passes`
GUIDANCE_RANGE = (0.0, 20.0)  # NEUTRAL_GUIDANCE applies palette and mood exactly as written in the tables
NEUTRAL_GUIDANCE = 7.5
DEFAULT_STEPS: Mapping[str, int] = {"standard": 32, "high": 40, "ultra": 48}
PROMPT_MAX = 10_000  # characters; the parser is linear, this only bounds the answer's size
THUMBNAIL_SIDE = 512

_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


class InvalidRequest(ValueError):
    """The request is outside the published limits. `field` names the offending parameter."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.field = name


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One job. `seed` picks among equally fitting compositions; `palette` holds the brand's #rrggbb colours."""

    type: OutputType
    prompt: str
    negative_prompt: str = ""
    seed: int = 0
    quality: Quality = "standard"
    aspect_ratio: str = "1:1"
    duration_seconds: Decimal | int = 2
    steps: int | None = None
    guidance: float | None = None
    palette: tuple[str, ...] = ()
    extras: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file in memory. Sizes are pixels; `duration_seconds` is set for things that move."""

    role: Role
    name: str
    media_type: str
    data: bytes
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RenderResult:
    """Exactly one RESULT and one THUMBNAIL, perhaps PREVIEW and EXTRA files, and what was made of the prompt.

    `understood` pairs a word with the scene node it set; `prompt_coverage` is understood / content words (0–1).
    """

    files: tuple[RenderedFile, ...]
    scene: dict[str, Any]
    understood: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    prompt_coverage: float
    renderer_version: str = RENDERER_VERSION


def passes(request: RenderRequest) -> int:
    """Refinement passes, 1–8: each shifts the camera within the pixel and the light within its area."""
    steps = DEFAULT_STEPS[request.quality] if request.steps is None else request.steps
    return -(-steps // 8)


def size_of(aspect_ratio: str, side: int, step: int = 16) -> tuple[int, int]:
    """Width and height in pixels with about side² pixels in all, multiples of `step`."""
    w, h = (int(n) for n in aspect_ratio.split(":"))
    scale = side / math.sqrt(w * h)
    return max(step, round(w * scale / step) * step), max(step, round(h * scale / step) * step)


def strength(request: RenderRequest) -> float:
    """How hard palette and mood are applied: 0 not at all, 1 as in the tables, at most 2."""
    guidance = NEUTRAL_GUIDANCE if request.guidance is None else request.guidance
    return min(2.0, guidance / NEUTRAL_GUIDANCE)


def check(request: RenderRequest) -> None:
    """Raise InvalidRequest for anything outside the limits above; nothing is silently clamped."""
    _one_of("type", request.type, TYPES)
    _one_of("quality", request.quality, QUALITIES)
    _one_of("aspect_ratio", request.aspect_ratio, ASPECT_RATIOS)
    _between("seed", request.seed, *SEED_RANGE)
    _between("duration_seconds", request.duration_seconds, *DURATION_RANGE)
    _between("steps", request.steps, *STEPS_RANGE)
    _between("guidance", request.guidance, *GUIDANCE_RANGE)
    for text in (request.prompt, request.negative_prompt):
        _between("prompt", len(text), 0, PROMPT_MAX)
    for colour in request.palette:
        if not _HEX.match(colour):
            raise InvalidRequest("palette", f"{colour!r} is not #rrggbb")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InvalidRequest(name, f"{value!r} is not one of {', '.join(allowed)}")


def _between(name: str, value: Decimal | float | None, low: float, high: float) -> None:
    # `not (low <= …)` also refuses NaN.
    if value is not None and not (low <= value <= high):
        raise InvalidRequest(name, f"{value} is not within {low}–{high}")
