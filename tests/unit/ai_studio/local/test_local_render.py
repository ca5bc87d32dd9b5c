"""The four types end to end, small: files, provenance, determinism, limits, steps and guidance."""

import hashlib
import io
import json
import os
import struct
import subprocess
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pygltflib
import pytest
import trimesh
from PIL import Image

from ai_studio.providers.local import animation, contract
from ai_studio.providers.local import render as door
from ai_studio.providers.local import template as templates
from ai_studio.providers.local.contract import InvalidRequest, RenderedFile, RenderRequest, RenderResult
from ai_studio.providers.local.provenance import SOURCE_TYPE

ROOT = Path(__file__).parents[4]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same code at a tenth of the size."""
    monkeypatch.setattr(door, "SIDES", {"standard": 128, "high": 192, "ultra": 256})
    monkeypatch.setattr(door, "PREVIEW_SIDE", 128)
    monkeypatch.setattr(animation, "SIDES", {"standard": 64, "high": 80, "ultra": 96})
    monkeypatch.setattr(templates, "SIDES", {"standard": 256, "high": 320, "ultra": 384})


def make(kind: str, prompt: str = "a red glass bottle, studio light", **more: object) -> RenderResult:
    more.setdefault("duration_seconds", 1)
    return door.render(RenderRequest(kind, prompt, **more))  # type: ignore[arg-type]


@cache
def usual(kind: str) -> RenderResult:
    """The default request, made once."""
    return make(kind)


def one(result: RenderResult, role: str) -> RenderedFile:
    (found,) = [file for file in result.files if file.role == role]
    return found


def digest(result: RenderResult) -> list[str]:
    return [hashlib.sha256(file.data).hexdigest() for file in result.files]


@pytest.mark.parametrize("kind", contract.TYPES)
def test_each_type_has_one_result_and_one_small_webp_thumbnail(kind: str) -> None:
    result = usual(kind)
    one(result, "RESULT")
    thumbnail = one(result, "THUMBNAIL")
    assert thumbnail.media_type == "image/webp"
    image = Image.open(io.BytesIO(thumbnail.data))
    assert image.format == "WEBP"
    assert image.size == (thumbnail.width, thumbnail.height)
    assert max(image.size) <= 512
    assert result.renderer_version == contract.RENDERER_VERSION
    json.dumps(result.scene)


@pytest.mark.parametrize("kind", contract.TYPES)
def test_images_verify_and_carry_xmp(kind: str) -> None:
    for file in usual(kind).files:
        if not file.media_type.startswith("image/") or file.media_type == "image/svg+xml":
            continue
        Image.open(io.BytesIO(file.data)).verify()
        image = Image.open(io.BytesIO(file.data))
        image.load()
        packet = image.info.get("xmp") or image.info["XML:com.adobe.xmp"]
        text = packet.decode() if isinstance(packet, bytes) else packet
        assert SOURCE_TYPE in text
        assert hashlib.sha256(b"a red glass bottle, studio light").hexdigest() in text
        assert "red glass bottle" not in text
        assert "atelier-local-1" in text


def test_the_png_keeps_its_xmp_in_the_itxt_chunk_of_the_specification() -> None:
    data = one(usual("IMAGE_2D"), "RESULT").data
    at, kinds = 8, []
    while at < len(data):
        (length,), kind = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        if kind == b"iTXt":
            kinds.append(data[at + 8 : at + 8 + length].split(b"\0")[0])
        at += 12 + length
    assert kinds == [b"XML:com.adobe.xmp"]


@pytest.mark.parametrize("ratio", contract.ASPECT_RATIOS)
def test_the_aspect_ratio_is_kept(ratio: str) -> None:
    result = one(make("IMAGE_2D", aspect_ratio=ratio), "RESULT")
    w, h = map(int, ratio.split(":"))
    assert result.width / result.height == pytest.approx(w / h, rel=0.14)
    width, height = contract.size_of(ratio, 1024)
    assert width / height == pytest.approx(w / h, rel=0.02)


@pytest.mark.parametrize("kind", ["MODEL_3D", "ANIMATION"])
def test_the_glb_is_read_by_others_and_is_watertight(kind: str) -> None:
    result = make(kind, "three gold rings and a chair on a podium, spinning")
    (file,) = [f for f in result.files if f.media_type == "model/gltf-binary"]
    document = pygltflib.GLTF2().load_from_bytes(file.data)
    assert document.asset.version == "2.0"
    assert document.asset.extras["digitalSourceType"] == SOURCE_TYPE
    assert document.asset.extras["promptSha256"]
    assert len(document.nodes) >= 10
    assert all(m.pbrMetallicRoughness.baseColorFactor for m in document.materials)
    assert any(m.pbrMetallicRoughness.metallicFactor == 1.0 for m in document.materials)
    loaded = trimesh.load(io.BytesIO(file.data), file_type="glb")
    assert loaded.geometry
    for mesh in loaded.geometry.values():
        assert mesh.is_watertight
        assert mesh.volume > 0


def test_an_animated_glb_has_channels_that_end_where_they_start() -> None:
    result = make("ANIMATION", "a red vase bouncing", duration_seconds=3)
    (file,) = [f for f in result.files if f.media_type == "model/gltf-binary"]
    document = pygltflib.GLTF2().load_from_bytes(file.data)
    (clip,) = document.animations
    assert clip.channels
    blob = document.binary_blob()
    for sampler in clip.samplers:
        times, values = (_values(document, blob, i) for i in (sampler.input, sampler.output))
        assert times[0] == 0
        assert times[-1] == pytest.approx(3)
        assert np.allclose(values[0], values[-1], atol=1e-5)


def _values(document: pygltflib.GLTF2, blob: bytes, index: int) -> np.ndarray:
    accessor = document.accessors[index]
    view = document.bufferViews[accessor.bufferView]
    width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}[accessor.type]
    return np.frombuffer(blob, np.float32, accessor.count * width, view.byteOffset).reshape(accessor.count, width)


@pytest.mark.parametrize("seconds", [1, Decimal("2.5"), 10])
def test_the_clip_lasts_as_long_as_asked(seconds: Decimal | int) -> None:
    result = make("ANIMATION", "a red cube, spinning", duration_seconds=seconds)
    file = one(result, "RESULT")
    assert file.duration_seconds == float(seconds)
    image = Image.open(io.BytesIO(file.data))
    total = 0
    for i in range(image.n_frames):
        image.seek(i)
        image.load()
        total += image.info["duration"]
    assert total == round(float(seconds) * 1000)
    assert image.n_frames >= 24


@pytest.mark.parametrize("kind", contract.TYPES)
def test_the_same_request_gives_the_same_bytes_and_another_seed_does_not(kind: str) -> None:
    first, second, other = usual(kind), make(kind), make(kind, seed=1)
    assert digest(first) == digest(second)
    assert digest(first)[0] != digest(other)[0]


_CHILD = """
import hashlib, sys
from ai_studio.providers.local import animation, render as door, template
from ai_studio.providers.local.contract import RenderRequest
door.SIDES = {"standard": 128}; door.PREVIEW_SIDE = 96
animation.SIDES = {"standard": 64}; template.SIDES = {"standard": 256}
prompt = "two dotted teal mugs and a neon robot in the city, confetti, dramatic, sale"
for kind in ("IMAGE_2D", "MODEL_3D", "ANIMATION", "TEMPLATE"):
    request = RenderRequest(kind, prompt, "rain", seed=42, palette=("#123456", "#fedcba"), duration_seconds=1)
    print(*(hashlib.sha256(f.data).hexdigest() for f in door.render(request).files))
"""


def test_two_processes_with_other_hash_seeds_and_threads_make_the_same_bytes() -> None:
    outputs = []
    for seed, threads in (("1", "1"), ("2", "2")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            [sys.executable, "-c", _CHILD], capture_output=True, text=True, check=True, env=env, cwd=ROOT
        )
        outputs.append(run.stdout)
    assert outputs[0] == outputs[1]
    assert outputs[0].count("\n") == 4


def test_progress_rises_from_zero_to_a_hundred() -> None:
    heard: list[int] = []
    door.render(RenderRequest("IMAGE_2D", "a vase"), progress=heard.append)
    assert heard[0] == 0
    assert heard[-1] == 100
    assert heard == sorted(heard)
    assert len(heard) >= 5


def _rgb(result: RenderResult) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(one(result, "RESULT").data)).convert("RGB"), float)


def test_more_steps_come_closer_to_a_refined_picture() -> None:
    best = _rgb(make("IMAGE_2D", "a red cube", steps=64))
    errors = [np.abs(_rgb(make("IMAGE_2D", "a red cube", steps=n)) - best).mean() for n in (8, 32)]
    assert errors[1] < errors[0]


def test_guidance_is_the_strength_of_palette_and_mood() -> None:
    def colourful(guidance: float, prompt: str) -> float:
        picture = _rgb(make("IMAGE_2D", prompt, guidance=guidance, palette=("#00a040",)))
        return float((picture[..., 1] - picture[..., 0]).mean())

    weak, neutral = (colourful(g, "a mug") for g in (0.0, 7.5))
    assert neutral > weak
    reds = [_rgb(make("IMAGE_2D", "a red sphere, sad", guidance=g))[54:74, 54:74] for g in (0.0, 7.5, 15.0)]
    grey = [float(np.ptp(red, axis=2).mean()) for red in reds]
    assert grey[0] > grey[1] > grey[2]


def test_the_palette_colours_what_the_prompt_leaves_open() -> None:
    picture = _rgb(make("IMAGE_2D", "a ceramic sphere", palette=("#0a6cff",)))
    middle = picture[54:74, 54:74].mean((0, 1))
    assert middle[2] > middle[0] + 60


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "VIDEO"),
        ("quality", "best"),
        ("aspect_ratio", "5:1"),
        ("seed", -1),
        ("seed", 2**31),
        ("duration_seconds", 0),
        ("duration_seconds", 11),
        ("duration_seconds", Decimal("10.5")),
        ("steps", 0),
        ("steps", 65),
        ("guidance", -0.1),
        ("guidance", 20.1),
        ("guidance", float("nan")),
        ("palette", ("red",)),
        ("palette", ("#12345",)),
        ("prompt", "x" * 10_001),
    ],
)
def test_what_lies_outside_the_limits_is_refused_by_name(field: str, value: object) -> None:
    values: dict[str, object] = {"type": "IMAGE_2D", "prompt": "a vase", field: value}
    with pytest.raises(InvalidRequest) as caught:
        door.render(RenderRequest(**values))  # type: ignore[arg-type]
    assert caught.value.field == field


@pytest.mark.parametrize("kind", contract.TYPES)
def test_a_prompt_in_another_script_still_makes_something(kind: str) -> None:
    result = make(kind, "красная бутылка 赤い瓶")
    assert result.ignored
    assert result.prompt_coverage == 0.0
    assert result.scene["abstract"]
