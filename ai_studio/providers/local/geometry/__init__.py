"""Subjects as closed meshes."""

import inspect
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from ai_studio.providers.local.geometry import (
    buildings,
    food,
    furniture,
    gadgets,
    nature,
    shapes,
    toys,
    vehicles,
    vessels,
    wear,
)
from ai_studio.providers.local.geometry.kit import Kit, Part, Solid
from ai_studio.providers.local.geometry.mesh import Mesh, bevelled

HEIGHT = 2.0  # every subject is scaled so that its largest side has this length
BEVEL = 0.008


def _podium(k: Kit) -> Solid:
    return k.lathe([(0, 0), (1, 0), (1, 0.42), (0, 0.42)], 0.03)


def _steps(k: Kit) -> Solid:
    return k.lathe([(0, 0), (1.5, 0), (1.5, 0.2), (1.25, 0.2), (1.25, 0.4), (1.0, 0.4), (1.0, 0.6), (0, 0.6)], 0.015)


def _slab(k: Kit) -> Solid:
    return k.box(2.5, 1.9, 0.16, r=0.05)


class Piece(NamedTuple):
    """A mesh in y-up units and the role that decides its look."""

    role: str
    mesh: Mesh


@cache
def builders() -> dict[str, Callable[[Kit], list[Part]]]:
    """Kind → builder; a module's public functions are its kinds."""
    modules = (shapes, vessels, wear, gadgets, furniture, vehicles, buildings, nature, food, toys)
    return {
        name: function
        for module in modules
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    }


@lru_cache(maxsize=96)
def subject(kind: str, segments: int) -> tuple[Piece, ...]:
    """The pieces of a kind, standing on y = 0, centred in x and z, largest side HEIGHT."""
    parts = [p for p in builders()[kind](Kit(segments)) if not p.solid.is_empty()]
    boxes = np.array([p.solid.bounding_box() for p in parts])
    low, high = boxes[:, :3].min(0), boxes[:, 3:].max(0)
    scale = HEIGHT / float((high - low).max())
    centre = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    pieces = [Piece(p.role, _mesh(p, centre, scale)) for p in parts]
    # Bevels round off what stood on the floor: let it down again.
    floor = np.array([0, min(p.mesh.points[:, 1].min() for p in pieces), 0], np.float32)
    return tuple(Piece(p.role, Mesh(p.mesh.points - floor, p.mesh.normals, p.mesh.faces)) for p in pieces)


SUPPORTS = {"podium": _podium, "steps": _steps, "slab": _slab}


@lru_cache(maxsize=16)
def support(kind: str, segments: int) -> Mesh:
    """Something of radius 1 to stand on, to be widened to fit."""
    return _mesh(Part("support", SUPPORTS[kind](Kit(segments * 2))), np.zeros(3), 1.0)


def _mesh(part: Part, centre: np.ndarray, scale: float) -> Mesh:
    raw = part.solid.simplify(2e-4).to_mesh()
    points = (np.asarray(raw.vert_properties[:, :3], np.float64) - centre) * scale
    upright = np.stack([points[:, 0], points[:, 2], -points[:, 1]], 1)
    return bevelled(upright, np.asarray(raw.tri_verts, np.int64), BEVEL)
