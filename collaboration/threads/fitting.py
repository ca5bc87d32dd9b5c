"""Whether a spot is on what it is pinned to: of a kind that the file has, inside its time, on a node that is there."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Model

from ai_studio.choices import GenerationType
from ai_studio.models import Artifact, Generation
from ai_studio.previews import GLB
from brands.errors import InvalidInput
from collaboration.models import ExternalResource
from collaboration.threads import anchors, nodes, pins
from collaboration.threads.choices import AnchorKind

# Durations are kept in thousandths of a second; a frame of what is shown here is longer.
_ROUNDING = Fraction(1, 2000)


def check(row: Model, anchor: dict[str, Any]) -> None:
    """InvalidInput naming the path of what does not fit `row`, a generation, a report or an external resource."""
    kind = anchor["kind"]
    if kind == AnchorKind.NONE or isinstance(row, ExternalResource):
        return  # what is behind the address is not known here
    result = pins.result_of(row) if isinstance(row, Generation) else None
    if isinstance(row, Generation) and result is None:
        raise _wrong("kind", "There is no file yet: only none.")
    fitting = _kinds(row, result)
    if kind not in fitting:
        raise _wrong("kind", f"One of {', '.join(fitting)} for what this is.")
    if result is not None and kind == AnchorKind.TIME:
        _check_time(anchor, result.duration_seconds)
    if result is not None and kind == AnchorKind.POINT3D and "node" in anchor:
        _check_node(anchor["node"], result)


def _kinds(row: Model, result: Artifact | None) -> list[str]:
    """The most precise last."""
    if result is None:
        return [AnchorKind.NONE, AnchorKind.REGION]  # a report's picture
    moves = isinstance(row, Generation) and row.type == GenerationType.ANIMATION
    if result.media_type == GLB:
        return [AnchorKind.NONE, *([AnchorKind.TIME] if moves else []), AnchorKind.POINT3D]
    return [AnchorKind.NONE, AnchorKind.REGION, *([AnchorKind.TIME] if moves else [])]


def _check_time(anchor: dict[str, Any], duration_seconds: Decimal | None) -> None:
    """Each frame must begin before the end of the animation."""
    if duration_seconds is None:
        return
    last_begins = Fraction(duration_seconds) - _ROUNDING
    for name in ("start", "end"):
        if anchor[name] / anchors.fps_of(anchor) > last_begins:
            raise _wrong(name, f"Past the end: the animation takes {duration_seconds} seconds.")


def _check_node(node: str | int, result: Artifact) -> None:
    known = nodes.names_of(result)
    if known is None:
        return
    if node not in known if isinstance(node, str) else node >= len(known):
        raise _wrong("node", "The model has no such node.")


def _wrong(name: str, sentence: str) -> InvalidInput:
    return InvalidInput(fields={f"anchor.{name}": [sentence]})
