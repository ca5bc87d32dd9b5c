"""How apps above this one draw their resources for guests; told in AppConfig.ready()."""

from collections.abc import Callable
from typing import Any

from brands.permissions import Actor

# SVG whose texts are escaped.
Draw = Callable[[Actor, Any], str]
_draws: dict[str, Draw] = {}


def drawn_by(resource_type: str, draw: Draw) -> None:
    if _draws.setdefault(resource_type, draw) != draw:
        raise ValueError(f"{resource_type} is drawn already.")


def draws(resource_type: str) -> Draw | None:
    return _draws.get(resource_type)
