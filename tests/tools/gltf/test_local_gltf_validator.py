"""The Khronos glTF validator over what the local renderer makes from random prompts."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from ai_studio.providers.local import animation, gltf, light, provenance, stage
from ai_studio.providers.local.contract import RenderRequest
from ai_studio.providers.local.lexicon import composition, index
from ai_studio.providers.local.parse import parse

HERE = Path(__file__).parent
PROMPTS = 50
ANIMATED = 12

pytestmark = pytest.mark.node


def random_prompts() -> list[str]:
    dice = random.Random(20241123)  # noqa: S311 -- reproducible test data
    words = sorted(" ".join(phrase) for phrase in index())
    return [" ".join(dice.sample(words, dice.randint(1, 8))) for _ in range(PROMPTS)]


def model(request: RenderRequest) -> bytes:
    scene = parse(request).scene
    staged = stage.things(scene, request.quality)
    camera = stage.frame(scene, stage.corners(staged), 1.0)
    return gltf.glb(scene, staged, camera, light.rig(scene, gltf.floor_colour(scene), 0.0), provenance.facts(request))


def test_models_and_animations_of_random_prompts_have_no_errors(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (HERE / "node_modules" / "gltf-validator").is_dir():
        pytest.skip("run `npm ci` in tests/tools/gltf first")
    paths = []
    for i, prompt in enumerate(random_prompts()):
        paths.append(tmp_path / f"model{i}.glb")
        paths[-1].write_bytes(model(RenderRequest("MODEL_3D", prompt, seed=i)))
    for i, name in enumerate(sorted(composition.MOTIONS)[:ANIMATED]):
        request = RenderRequest(
            "ANIMATION", f"two red mugs and a robot, {composition.MOTIONS[name].split(',')[0]}", seed=i
        )
        paths.append(tmp_path / f"motion{i}.glb")
        paths[-1].write_bytes(animation.glb(parse(request), request))
    run = subprocess.run(
        ["node", str(HERE / "validate.mjs"), *map(str, paths)], capture_output=True, text=True, timeout=150, check=False
    )
    reports = json.loads(run.stdout)
    assert len(reports) == PROMPTS + ANIMATED
    assert [r for r in reports if r["errors"] or r["warnings"]] == []
    assert sum(r["animations"] for r in reports) == ANIMATED
