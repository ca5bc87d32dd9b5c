"""How long a glTF model moves, after reading all its key frames."""

from typing import Any

import numpy as np

from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.gltf_numbers import Array, Numbers
from ai_studio.decoders.gltf_shape import objects

_KEYS = {"LINEAR": 1, "STEP": 1, "CUBICSPLINE": 3}
_WIDTHS = {"translation": 3, "scale": 3, "rotation": 4}


def seconds_of(numbers: Numbers) -> float:
    """0 for a model that stands still. Raises Bad for key frames that do not fit together."""
    last = 0.0
    for animation in numbers.document.get("animations", []):
        samplers = objects(animation.get("samplers"))
        for channel in objects(animation.get("channels")):
            last = max(last, _end(numbers, samplers[channel["sampler"]], (channel.get("target") or {}).get("path")))
    if last > numbers.limits.seconds:
        raise Bad(f"It is longer than {numbers.limits.seconds:g} seconds.")
    return round(last, 3)


def _end(numbers: Numbers, sampler: dict[str, Any], path: Any) -> float:
    times, values = numbers.array(sampler.get("input")), numbers.array(sampler.get("output"))
    keys = _KEYS.get(str(sampler.get("interpolation", "LINEAR")), 0)
    if not _rise(times) or not keys or len(values) % (len(times) * keys):
        raise Bad("The model's key frames do not fit together.")
    if path in _WIDTHS and (values.shape[1] != _WIDTHS[path] or len(values) != len(times) * keys):
        raise Bad("The model's key frames do not fit together.")
    return float(times[-1, 0])


def _rise(times: Array) -> bool:
    right = times.dtype.kind == "f" and times.shape[1] == 1 and times[0, 0] >= 0
    return bool(right and (np.diff(times[:, 0]) > 0).all())
