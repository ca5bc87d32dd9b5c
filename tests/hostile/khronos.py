"""The Khronos glTF validator as a judge of the models that were accepted, where Node and it are installed."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

_TOOL = Path(__file__).parents[1] / "tools" / "gltf"
# Wrong, and harmless to readers: a flipped bit in a place, a normal or a colour makes another shape, not a bad file;
# an optional extension that is not announced, or lacks another one, is passed over.
_HARMLESS = (
    "ACCESSOR_ELEMENT_OUT_OF_",
    "ACCESSOR_MAX_MISMATCH",
    "ACCESSOR_MIN_MISMATCH",
    "ACCESSOR_VECTOR3_NON_UNIT",
    "ACCESSOR_ANIMATION_SAMPLER_OUTPUT_ACCESSOR_NON_NORMALIZED_QUATERNION",
    "ROTATION_NON_UNIT",
    "VALUE_NOT_IN_RANGE",
    "UNDECLARED_EXTENSION",
    "UNSATISFIED_DEPENDENCY",
)


def is_there() -> bool:
    return shutil.which("node") is not None and (_TOOL / "node_modules" / "gltf-validator").is_dir()


def errors(models: dict[str, bytes]) -> dict[str, list[str]]:
    """Codes of errors by the models' names; those without are left out."""
    if not models:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for number, (name, data) in enumerate(models.items()):
            paths[Path(folder) / f"{number}.glb"] = name
            (Path(folder) / f"{number}.glb").write_bytes(data)
        command = ["node", str(_TOOL / "validate.mjs"), *map(str, paths)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    found = {paths[Path(report["path"])]: _codes(report) for report in json.loads(run.stdout)}
    return {name: codes for name, codes in found.items() if codes}


def _codes(report: dict) -> list[str]:
    severe = {message["code"] for message in report["messages"] if message["severity"] == 0}
    return sorted(code for code in severe if not code.startswith(_HARMLESS))
