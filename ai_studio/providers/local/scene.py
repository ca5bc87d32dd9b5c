"""The scene graph: the typed meaning of a prompt, shared by all four renderers."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Item:
    """A group of equal things. "" and 0 mean the prompt left it open."""

    kind: str
    count: int = 1
    material: str = ""
    finish: str = ""
    pattern: str = ""
    colours: tuple[str, ...] = ()  # #rrggbb, main first
    size: str = "medium"
    proportion: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the renderers need besides size and quality."""

    items: tuple[Item, ...]
    style: str = "photoreal"
    mood: str = "neutral"
    light: str = "studio"
    setting: str = "studio"
    support: str = ""
    layout: str = "auto"
    view: str = "threequarter"
    motion: str = "auto"
    purpose: str = ""
    background_colour: str = ""
    effects: tuple[str, ...] = ()
    without: tuple[str, ...] = ()  # nodes forbidden by the negative prompt, "category=value"
    copy_lines: tuple[str, ...] = ()  # text in quotation marks: what a template says
    palette: tuple[str, ...] = ()
    seed: int = 0
    strength: float = 1.0
    abstract: bool = False  # nothing in the prompt named a subject or setting: the seed chose

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, in declaration order."""
        return {**asdict(self), "note": self._note()}

    def _note(self) -> str:
        return "No subject was named: the seed chose an abstract composition." if self.abstract else ""


def draw(seed: int, *names: str | int) -> float:
    """A number in [0, 1) that depends only on seed and names, on every machine and Python version."""
    text = "/".join(map(str, (seed, *names)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48


def pick(options: tuple[T, ...], seed: int, *names: str | int) -> T:
    """One of `options`, chosen by seed and names."""
    return options[int(draw(seed, *names) * len(options))]
