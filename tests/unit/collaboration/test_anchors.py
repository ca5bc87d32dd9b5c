"""What a spot may be: whatever fits is kept, whatever does not is refused by the path of the field."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brands.errors import InvalidInput
from collaboration.threads import anchors

LETTERS = "xywh kind.é"
FRACTION = st.floats(0, 1)
SIDE = st.floats(0.001, 1)
PLACE = st.lists(st.floats(-1e6, 1e6) | st.integers(-1000, 1000), min_size=3, max_size=3)
PATH = st.lists(st.tuples(FRACTION, FRACTION).map(list), min_size=1, max_size=20)


@st.composite
def areas(draw: st.DrawFn) -> dict[str, Any]:
    w, h = draw(SIDE), draw(SIDE)
    area = {"x": (1 - w) * draw(FRACTION), "y": (1 - h) * draw(FRACTION), "w": w, "h": h}
    return area | ({"path": draw(PATH)} if draw(st.booleans()) else {})


@st.composite
def times(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(st.integers(0, anchors.MAX_FRAME))
    end = draw(st.integers(start, anchors.MAX_FRAME))
    fps = draw(st.sampled_from(["24000/1001", "30000/1001", "24", "25", "60/1", "1/2"]))
    region = {"region": draw(areas())} if draw(st.booleans()) else {}
    return {"kind": "time", "start": start, "end": end, "fps": fps, **region}


@st.composite
def points(draw: st.DrawFn) -> dict[str, Any]:
    turn, rise = draw(st.floats(0, 2 * math.pi)), draw(st.floats(-math.pi / 2, math.pi / 2))
    normal = [math.cos(turn) * math.cos(rise), math.sin(rise), math.sin(turn) * math.cos(rise)]
    position = draw(PLACE)
    target = [0.0 if abs(position[0]) > 1 else position[0] + 3.5, *position[1:]]
    camera = {"position": position, "target": target, "fov": draw(st.floats(1, 175))}
    node = draw(st.one_of(st.just({}), st.builds(lambda n: {"node": n}, st.text(LETTERS, min_size=1, max_size=20))))
    return {"kind": "point3d", "position": draw(PLACE), "normal": normal, "camera": camera, **node}


ANCHORS = st.one_of(st.just({"kind": "none"}), areas().map(lambda area: {"kind": "region", **area}), times(), points())
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(LETTERS, max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(LETTERS, max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=100)
@given(anchor=ANCHORS)
def test_what_fits_is_kept_inside_its_bounds_and_reads_back_as_itself(anchor: dict[str, Any]) -> None:
    kept = anchors.parsed(anchor)
    assert anchors.parsed(json.loads(json.dumps(kept, allow_nan=False))) == kept
    assert set(kept) == set(anchor)
    area = kept.get("region", kept)
    if "x" in area:
        assert area["x"] + area["w"] <= 1 + 1e-9
        assert area["y"] + area["h"] <= 1 + 1e-9
        assert all(math.isclose(area[side], (anchor.get("region") or anchor)[side], abs_tol=2e-6) for side in "xywh")


@settings(max_examples=100)
@given(anchor=ANCHORS, data=st.data())
def test_one_spoilt_field_is_named_by_its_path(anchor: dict[str, Any], data: st.DataObject) -> None:
    """Any leaf, made into what no anchor holds."""
    path = data.draw(st.sampled_from(list(_leaves(anchor))))
    wrong = data.draw(st.sampled_from([None, True, math.nan, math.inf, -math.inf, {}, [], 10**400, -(10**400)]))
    spoilt = _with(anchor, path, wrong)
    with pytest.raises(InvalidInput) as refused:
        anchors.parsed(spoilt)
    named = ".".join(["anchor", *map(str, path)])
    assert any(named == field or named.startswith(f"{field}.") for field in refused.value.fields), refused.value.fields


@settings(max_examples=200)
@given(anything=ANYTHING, kind=st.sampled_from(["none", "region", "time", "point3d", "", None]))
def test_whatever_comes_is_kept_or_refused_and_never_breaks(anything: Any, kind: str | None) -> None:
    tried = {**anything, "kind": kind} if isinstance(anything, dict) else anything
    try:
        kept = anchors.parsed(tried)
    except InvalidInput as error:
        named = list(error.fields)
    else:
        named = ["anchor"] if len(json.dumps(kept, allow_nan=False)) <= anchors.MAX_BYTES else []
    assert named
    assert all(field == "anchor" or field.startswith("anchor.") for field in named)


def region(**changes: Any) -> dict[str, Any]:
    return {"kind": "region", "x": 0.1, "y": 0.1, "w": 0.2, "h": 0.2, **changes}


def time(**changes: Any) -> dict[str, Any]:
    return {"kind": "time", "start": 3, "end": 9, "fps": "24000/1001", **changes}


def point(**changes: Any) -> dict[str, Any]:
    camera = {"position": [0, 0, 5], "target": [0, 0, 0], "fov": 40}
    return {"kind": "point3d", "position": [0, 1, 0], "normal": [0, 1, 0], "camera": camera, **changes}


@pytest.mark.parametrize(
    ("anchor", "named"),
    [
        (None, "anchor"),
        ({}, "anchor.kind"),
        ({"kind": ["region"]}, "anchor.kind"),
        ({"kind": "none", "x": 1}, "anchor.x"),
        (region(x=-0.1), "anchor.x"),
        (region(x=1.01), "anchor.x"),
        (region(w=0), "anchor.w"),
        (region(w=1e-9), "anchor.w"),
        (region(x=0.9, w=0.11), "anchor.w"),
        (region(y="0.1"), "anchor.y"),
        (region(z=1), "anchor.z"),
        (region(path=[]), "anchor.path"),
        (region(path=[[0.1, 0.2, 0.3]]), "anchor.path.0"),
        (region(path=[[0.1, 0.2], [0.1, 2]]), "anchor.path.1.1"),
        (region(path=[[0.5, 0.5]] * 201), "anchor.path"),
        (region(path=[[0.123456, 0.654321]] * 200), "anchor"),
        (time(start=-1), "anchor.start"),
        (time(start=1.5), "anchor.start"),
        (time(end=2), "anchor.end"),
        (time(fps=24), "anchor.fps"),
        (time(fps="24/0"), "anchor.fps"),
        (time(fps="1e3"), "anchor.fps"),
        (time(fps="241"), "anchor.fps"),
        (time(fps="٢٤"), "anchor.fps"),
        (time(region={"x": 0, "y": 0, "w": 2, "h": 1}), "anchor.region.w"),
        (time(region={"x": 0, "y": 0, "w": 1, "h": 1, "kind": "region"}), "anchor.region.kind"),
        (point(normal=[0, 0, 0]), "anchor.normal"),
        (point(normal=[1, 1, 0]), "anchor.normal"),
        (point(position=[0, 1]), "anchor.position"),
        (point(position=[0, 1, 1e7]), "anchor.position.2"),
        (point(node=""), "anchor.node"),
        (point(node="n" * 121), "anchor.node"),
        (point(node=-1), "anchor.node"),
        (point(camera={"position": [0, 0, 5], "target": [0, 0, 5], "fov": 40}), "anchor.camera.target"),
        (point(camera={"position": [0, 0, 5], "target": [0, 0, 0], "fov": 0}), "anchor.camera.fov"),
        (point(camera={"position": [0, 0, 5], "target": [0, 0, 0]}), "anchor.camera.fov"),
    ],
)
def test_what_is_wrong_is_named(anchor: Any, named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        anchors.parsed(anchor)
    assert list(refused.value.fields) == [named]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, (*path, name))
    elif isinstance(value, list):
        for n, each in enumerate(value):
            yield from _leaves(each, (*path, n))
    else:
        yield path


def _with(value: Any, path: tuple[Any, ...], leaf: Any) -> Any:
    if not path:
        return leaf
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _with(value[path[0]], path[1:], leaf)
    return copy
