"""A spot must be on what it is pinned to: on a picture, in an animation's time, on a node that a model has."""

import json
import struct
from decimal import Decimal
from typing import Any

import pytest

from ai_studio.choices import ArtifactRole
from ai_studio.decoders import glb
from tests import studio
from tests.collaboration import REGION, external, opened, url, wish
from tests.factories import client_for

CAMERA = {"position": [0, 1, 5], "target": [0, 0, 0], "fov": 40}
POINT = {"kind": "point3d", "position": [0, 0.5, 0], "normal": [0, 1, 0], "camera": CAMERA}
TIME = {"kind": "time", "start": 0, "end": 47, "fps": "24"}


@pytest.fixture
def client(ours):
    return client_for(ours.editor)


def made(tenant, type_, media_type, data=studio.PNG, **facts):
    done = studio.generation(tenant, type=type_, status="COMPLETED")
    studio.artifact(done, role=ArtifactRole.RESULT, name="result.bin", media_type=media_type, data=data, **facts)
    return done


def model(tenant, type_="MODEL_3D", **facts):
    document = {"asset": {"version": "2.0"}, "nodes": [{"name": "mug 1"}, {"name": "handle"}, {}]}
    return made(tenant, type_, "model/gltf-binary", glb.write(document, b""), **facts)


def refused(client, tenant, row, anchor: Any) -> list[str]:
    answer = client.post(url(tenant, "threads/"), wish(row, anchor=anchor))
    assert answer.status_code == 400, answer.json()
    return list(answer.json()["errors"])


def test_a_time_must_begin_before_the_end_of_the_animation(ours, client):
    film = made(ours, "ANIMATION", "image/webp", duration_seconds=Decimal("2.000"))
    assert opened(client, ours, film, anchor=TIME)["anchor"] == TIME
    inside = {side: REGION[side] for side in "xywh"}
    opened(client, ours, film, anchor={**TIME, "end": 46, "fps": "24000/1001", "region": inside})
    assert refused(client, ours, film, {**TIME, "end": 48}) == ["anchor.end"]
    assert refused(client, ours, film, {**TIME, "start": 60, "end": 90}) == ["anchor.start"]
    assert refused(client, ours, film, {**TIME, "end": 48, "fps": "24000/1001"}) == ["anchor.end"]
    assert refused(client, ours, film, POINT) == ["anchor.kind"]


def test_a_point_names_a_node_that_the_model_has(ours, client):
    mug = model(ours)
    for node in ("handle", 2):
        assert opened(client, ours, mug, anchor={**POINT, "node": node})["anchor"]["node"] == node
    opened(client, ours, mug, anchor=POINT)
    for node in ("spout", 3, "handle 2"):
        assert refused(client, ours, mug, {**POINT, "node": node}) == ["anchor.node"]
    assert refused(client, ours, mug, REGION) == ["anchor.kind"]
    assert refused(client, ours, mug, TIME) == ["anchor.kind"]
    opened(client, ours, model(ours, "ANIMATION", duration_seconds=Decimal(2)), anchor=TIME)


def test_a_model_whose_head_is_too_long_to_read_takes_any_node(ours, client):
    long = struct.pack("<4sIII4s", b"glTF", 2, 40, 50_000_000, b"JSON") + b"{}"
    opened(client, ours, made(ours, "MODEL_3D", "model/gltf-binary", long), anchor={**POINT, "node": "any"})


def test_a_picture_takes_regions_and_what_has_no_file_yet_takes_no_spot(ours, client):
    picture = studio.finished(ours)
    opened(client, ours, picture, anchor={**REGION, "path": [[0.25, 0.125], [0.5, 0.25]]})
    assert refused(client, ours, picture, TIME) == ["anchor.kind"]
    waiting = studio.generation(ours)
    assert refused(client, ours, waiting, REGION) == ["anchor.kind"]
    thread = opened(client, ours, waiting)
    assert (thread["version"], thread["is_current"]) == ("", True)


def test_what_is_elsewhere_takes_any_spot(ours, client):
    for anchor in (REGION, TIME, POINT):
        assert opened(client, ours, external(ours), anchor=anchor)["anchor"]["kind"] == anchor["kind"]


def test_bad_spots_are_named_by_their_path(ours, client, subtests):
    picture = studio.finished(ours)
    for text, named in (
        ('{"kind": "region", "x": NaN, "y": 0, "w": 1, "h": 1}', None),  # is no JSON
        ('{"kind": "region", "x": 0, "y": 0, "w": Infinity, "h": 1}', None),
        ('{"kind": "region", "x": "NaN", "y": 0, "w": 1, "h": 1}', "anchor.x"),
        ('{"kind": "region", "x": 0, "y": 0, "w": 1e400, "h": 1}', "anchor.w"),
        ('{"kind": "region", "x": 0.5, "y": 0, "w": 0.6, "h": 1}', "anchor.w"),
        ('{"kind": "region", "x": 0, "y": 0, "w": 1, "h": 1, "colour": "red"}', "anchor.colour"),
        (json.dumps({**REGION, "path": [[0.5, 0.5]] * 5000}), "anchor.path"),
        ("null", "anchor"),
        ('"region"', "anchor"),
    ):
        with subtests.test(text[:50]):
            body = json.dumps(wish(picture))[:-1] + f', "anchor": {text}}}'
            answer = client.post(url(ours, "threads/"), body, content_type="application/json")
            assert answer.status_code == 400, answer.json()
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert list(answer.json().get("errors", [])) == ([named] if named else [])
