"""Where comments are pinned: from forms to anchors, and from anchors to what the page draws."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from brands.errors import InvalidInput

FPS = "30"  # of spots that are named in seconds
# Name of the words, and the upper left corner in thirds.
ZONES = {
    "top_left": (0, 0),
    "top": (1, 0),
    "top_right": (2, 0),
    "left_side": (0, 1),
    "middle": (1, 1),
    "right_side": (2, 1),
    "bottom_left": (0, 2),
    "bottom": (1, 2),
    "bottom_right": (2, 2),
}
_THIRD = 0.333333


@dataclass(frozen=True)
class Spot:
    """What is drawn of an anchor; lengths as CSS per cent, whatever the reader's language writes for a point."""

    kind: str
    x: str = ""
    y: str = ""
    w: str = ""
    h: str = ""
    seconds: str = ""
    position: str = ""
    normal: str = ""


def spot(anchor: dict[str, Any]) -> Spot:
    if anchor["kind"] == "region":
        return Spot("region", **_sides(anchor))
    if anchor["kind"] == "time":
        top, _, bottom = anchor["fps"].partition("/")
        seconds = anchor["start"] * int(bottom or 1) / int(top)
        region = _sides(anchor["region"]) if "region" in anchor else {}
        return Spot("time", seconds=f"{seconds:.2f}", **region)
    if anchor["kind"] == "point3d":
        return Spot("point3d", position=_metres(anchor["position"]), normal=_metres(anchor["normal"]))
    return Spot("none")


def asked(form: QueryDict) -> dict[str, Any]:
    """The anchor that a form names: exactly, as the page's script does; by a part of the picture; or by a second.
    Raises InvalidInput naming `anchor`; what is in it is checked where threads are opened."""
    if exact := form.get("anchor", ""):
        return _parsed(exact)
    if (zone := ZONES.get(form.get("zone", ""))) is not None:
        x, y = (round(part * _THIRD, 6) for part in zone)
        return {"kind": "region", "x": x, "y": y, "w": _THIRD, "h": _THIRD}
    if second := form.get("second", "").strip().replace(",", "."):
        return _at(second)
    return {"kind": "none"}


def _parsed(text: str) -> dict[str, Any]:
    try:
        anchor = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(fields={"anchor": ["Not readable."]}) from error
    if not isinstance(anchor, dict):
        raise InvalidInput(fields={"anchor": ["Not readable."]})
    return anchor


def _at(second: str) -> dict[str, Any]:
    try:
        frame = int(float(second) * int(FPS))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(fields={"second": ["A number of seconds."]}) from error
    return {"kind": "time", "start": frame, "end": frame, "fps": FPS}


def _sides(region: dict[str, Any]) -> dict[str, str]:
    return {side: f"{region[side] * 100:.3f}%" for side in "xywh"}


def _metres(vector: list[float]) -> str:
    return " ".join(f"{number:.6f}m" for number in vector)
