"""What a spot may be: nowhere in particular, a region, a stretch of time, a point in space. Pure: no row is asked.

{"kind": "none"}
{"kind": "region", "x", "y", "w", "h", "path"?}      fractions of the picture, 0 to 1 from the upper left corner
{"kind": "time", "start", "end", "fps", "region"?}    frames from 0, both included; fps as "24" or "24000/1001"
{"kind": "point3d", "position", "normal", "camera", "node"?}    in the model's units; camera: position, target, fov
"""

import json
import math
import re
from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any

from brands.errors import InvalidInput
from collaboration.threads.choices import AnchorKind

MAX_BYTES = 4096
MAX_PATH = 200  # points
MAX_FRAME = 1_000_000
MAX_FPS = 240
MAX_COORDINATE = 1e6
MAX_NODE_NAME = 120
MAX_NODE = 65_535
MAX_FOV = 175.0
# Finer than any pixel; and numbers stay short, so that 4 KB of them are 4 KB in the database, too.
_DIGITS = 6
_UNIT_TOLERANCE = 0.01  # of a normal's length
_DIRECTION = 1e-5  # apart, at least: from where a camera looks to what it looks at
_FPS = re.compile(r"[1-9][0-9]{0,6}(/[1-9][0-9]{0,6})?", re.ASCII)
NONE: dict[str, Any] = {"kind": str(AnchorKind.NONE)}


def parsed(anchor: Any, at: str = "anchor") -> dict[str, Any]:
    """The anchor as it is kept. Raises InvalidInput naming the path of the field that is wrong."""
    fields = _object(anchor, at, needs=["kind"], more=None)
    kind = fields["kind"]
    if not isinstance(kind, str) or kind not in _READERS:
        raise _wrong(f"{at}.kind", f"One of {', '.join(_READERS)}.")
    kept = {"kind": kind, **_READERS[kind](anchor, at)}
    size = len(json.dumps(kept, ensure_ascii=False).encode())
    if size > MAX_BYTES:
        raise _wrong(at, f"At most {MAX_BYTES:,} bytes as JSON; this has {size:,}.")
    return kept


def fps_of(anchor: dict[str, Any]) -> Fraction:
    """Frames per second of a `time` anchor that was parsed."""
    return Fraction(anchor["fps"])


def _none(anchor: dict[str, Any], at: str) -> dict[str, Any]:
    _object(anchor, at, needs=["kind"])
    return {}


def _region(anchor: dict[str, Any], at: str) -> dict[str, Any]:
    _object(anchor, at, needs=["kind", "x", "y", "w", "h"], more=["path"])
    return _area(anchor, at)


def _area(fields: dict[str, Any], at: str) -> dict[str, Any]:
    x, y, w, h = (_number(fields[name], f"{at}.{name}", low=0, high=1) for name in "xywh")
    area: dict[str, Any] = {"x": x, "y": y, "w": _side(w, x, f"{at}.w"), "h": _side(h, y, f"{at}.h")}
    return area | ({"path": _path(fields["path"], f"{at}.path")} if "path" in fields else {})


def _side(side: float, corner: float, at: str) -> float:
    """Cut where rounding made it reach over the edge."""
    room = round(1 - corner, _DIGITS)
    if side > room + 10**-_DIGITS:
        raise _wrong(at, f"It reaches beyond the edge: at most {room:g}.")
    if min(side, room) <= 0:
        raise _wrong(at, "Greater than 0, after six digits.")
    return min(side, room)


def _path(points: Any, at: str) -> list[list[float]]:
    if not isinstance(points, list) or not 1 <= len(points) <= MAX_PATH:
        raise _wrong(at, f"A list of 1 to {MAX_PATH} points [x, y].")
    return [_vector(point, f"{at}.{n}", size=2, low=0, high=1) for n, point in enumerate(points)]


def _time(anchor: dict[str, Any], at: str) -> dict[str, Any]:
    _object(anchor, at, needs=["kind", "start", "end", "fps"], more=["region"])
    start = _whole(anchor["start"], f"{at}.start", high=MAX_FRAME)
    end = _whole(anchor["end"], f"{at}.end", high=MAX_FRAME)
    if end < start:
        raise _wrong(f"{at}.end", "Not before start.")
    kept: dict[str, Any] = {"start": start, "end": end, "fps": _fps(anchor["fps"], f"{at}.fps")}
    if "region" in anchor:
        region = _object(anchor["region"], f"{at}.region", needs=["x", "y", "w", "h"], more=["path"])
        kept["region"] = _area(region, f"{at}.region")
    return kept


def _fps(value: Any, at: str) -> str:
    if not isinstance(value, str) or not _FPS.fullmatch(value) or Fraction(value) > MAX_FPS:
        raise _wrong(at, f'A fraction of up to {MAX_FPS} frames a second as text, such as "25" or "24000/1001".')
    return value


def _point3d(anchor: dict[str, Any], at: str) -> dict[str, Any]:
    _object(anchor, at, needs=["kind", "position", "normal", "camera"], more=["node"])
    normal = _vector(anchor["normal"], f"{at}.normal", low=-1 - _UNIT_TOLERANCE, high=1 + _UNIT_TOLERANCE)
    if abs(math.hypot(*normal) - 1) > _UNIT_TOLERANCE:
        raise _wrong(f"{at}.normal", "Of length 1.")
    kept = {
        "position": _place(anchor["position"], f"{at}.position"),
        "normal": normal,
        "camera": _camera(anchor["camera"], f"{at}.camera"),
    }
    return kept | ({"node": _node(anchor["node"], f"{at}.node")} if "node" in anchor else {})


def _camera(value: Any, at: str) -> dict[str, Any]:
    camera = _object(value, at, needs=["position", "target", "fov"])
    position, target = (_place(camera[name], f"{at}.{name}") for name in ("position", "target"))
    if math.dist(position, target) < _DIRECTION:
        raise _wrong(f"{at}.target", "Not where the camera is.")
    fov = _number(camera["fov"], f"{at}.fov", low=0, high=MAX_FOV)
    if fov <= 0:
        raise _wrong(f"{at}.fov", "Greater than 0, in degrees.")
    return {"position": position, "target": target, "fov": fov}


def _node(value: Any, at: str) -> str | int:
    """By name, or by index where it has none."""
    if isinstance(value, str):
        if not 1 <= len(value) <= MAX_NODE_NAME:
            raise _wrong(at, f"1 to {MAX_NODE_NAME} characters.")
        return value
    return _whole(value, at, high=MAX_NODE)


def _object(value: Any, at: str, *, needs: Collection[str], more: Collection[str] | None = ()) -> dict[str, Any]:
    """`value`, an object with these fields; with `more` None any others."""
    if not isinstance(value, dict):
        raise _wrong(at, "An object.")
    wrong = {f"{at}.{name}": ["This field is required."] for name in needs if name not in value}
    if more is not None:
        unknown = sorted(name for name in value if name not in {*needs, *more})
        wrong |= {f"{at}.{name[:40]}": ["This field is unknown."] for name in unknown[:20]}
    if wrong:
        raise InvalidInput(fields=wrong)
    return value


def _place(value: Any, at: str) -> list[float]:
    return _vector(value, at, low=-MAX_COORDINATE, high=MAX_COORDINATE)


def _vector(value: Any, at: str, *, low: float, high: float, size: int = 3) -> list[float]:
    if not isinstance(value, list) or len(value) != size:
        raise _wrong(at, f"A list of {size} numbers.")
    return [_number(each, f"{at}.{n}", low=low, high=high) for n, each in enumerate(value)]


def _number(value: Any, at: str, *, low: float, high: float) -> float:
    # A comparison with NaN is false, one with a whole number of a thousand digits is exact.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise _wrong(at, f"A number from {low:g} to {high:g}.")
    return round(float(value), _DIGITS) + 0.0  # no -0.0


def _whole(value: Any, at: str, *, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= high:
        raise _wrong(at, f"A whole number from 0 to {high:,}.")
    return value


def _wrong(at: str, sentence: str) -> InvalidInput:
    return InvalidInput(fields={at: [sentence]})


_READERS: dict[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
    AnchorKind.NONE.value: _none,
    AnchorKind.REGION.value: _region,
    AnchorKind.TIME.value: _time,
    AnchorKind.POINT3D.value: _point3d,
}
