"""Spots as a page draws them: over a picture in per cent of it, on a model where the 3D viewer takes hotspots."""

import math
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from collaboration.models import Thread
from collaboration.threads.choices import AnchorKind, ThreadStatus


@dataclass(frozen=True)
class Pin:
    """A region: its corner and sides in per cent, its path as the points of an SVG of 1 × 1."""

    label: str
    url: str
    here: bool
    resolved: bool
    left: str
    top: str
    width: str
    height: str
    points: str


@dataclass(frozen=True)
class Hotspot:
    """A point on a model, in metres."""

    label: str
    url: str
    here: bool
    position: str
    normal: str


def label(thread: Thread) -> str:
    """Internal threads and clients' ones are counted apart."""
    return f"{'I' if thread.is_internal else 'C'}{thread.number}"


def drawn(threads: list[Thread], here: Thread) -> list[Pin]:
    """This thread's region last, on top of the others."""
    found = [(thread, area) for thread in threads if (area := _area(thread.anchor))]
    return [_pin(thread, area, here) for thread, area in sorted(found, key=lambda pair: pair[0] == here)]


def hotspots(threads: list[Thread], here: Thread) -> list[Hotspot]:
    return [
        Hotspot(
            label(thread),
            _address(thread),
            thread == here,
            _metres(thread.anchor["position"]),
            _metres(thread.anchor["normal"]),
        )
        for thread in threads
        if thread.anchor["kind"] == AnchorKind.POINT3D
    ]


def orbit(anchor: dict[str, Any]) -> dict[str, str]:
    """The camera in the 3D viewer's words: around what, from which side (from +z towards +x, from the top), how far."""
    if anchor["kind"] != AnchorKind.POINT3D:
        return {}
    camera = anchor["camera"]
    x, y, z = (at - to for at, to in zip(camera["position"], camera["target"], strict=True))
    far = math.hypot(x, y, z)
    turn, rise = math.degrees(math.atan2(x, z)), math.degrees(math.acos(y / far))
    return {
        "target": _metres(camera["target"]),
        "orbit": f"{turn:.3f}deg {rise:.3f}deg {far:.6f}m",
        "fov": f"{camera['fov']:g}deg",
    }


def words(anchor: dict[str, Any]) -> str:
    """Where, for a list of facts."""
    if anchor["kind"] == AnchorKind.TIME:
        return f"Frames {anchor['start']} to {anchor['end']} at {anchor['fps']} a second"
    if anchor["kind"] == AnchorKind.POINT3D:
        place = ", ".join(f"{each:g}" for each in anchor["position"])
        return f"Point {place}" + (f" on {anchor['node']}" if "node" in anchor else "")
    area = _area(anchor)
    return f"Region of {area['w']:.0%} × {area['h']:.0%}" if area else "The whole"


def _area(anchor: dict[str, Any]) -> dict[str, Any] | None:
    area: dict[str, Any] | None = anchor if anchor["kind"] == AnchorKind.REGION else anchor.get("region")
    return area


def _pin(thread: Thread, area: dict[str, Any], here: Thread) -> Pin:
    left, top, width, height = (f"{100 * area[side]:.4f}%" for side in "xywh")
    points = " ".join(f"{x:.6f},{y:.6f}" for x, y in area.get("path", []))
    resolved = thread.status == ThreadStatus.RESOLVED
    return Pin(label(thread), _address(thread), thread == here, resolved, left, top, width, height, points)


def _address(thread: Thread) -> str:
    return reverse("admin:collaboration_thread_change", args=[thread.pk])


def _metres(place: list[float]) -> str:
    return " ".join(f"{each:.6f}m" for each in place)
