"""The pictures inside a glTF model, each decoded."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.gltf_numbers import Array, Numbers
from ai_studio.decoders.gltf_shape import of
from ai_studio.decoders.kinds import JPEG, PNG, WEBP, kind_of
from ai_studio.decoders.opening import opened

MAX_IMAGES = 256
SAMPLE_SIDE = 256


@dataclass
class Textures:
    """Small copies of the model's pictures, (h, w, 3) sRGB 0–1, by their number."""

    numbers: Numbers
    samples: list[Array] = field(default_factory=list)

    def check(self) -> None:
        """Decode all. Raises Bad."""
        images = self.numbers.document.get("images", [])
        if len(images) > MAX_IMAGES:
            raise Bad(f"The model has more than {MAX_IMAGES} pictures.")
        left = 2 * self.numbers.limits.pixels
        for image in images:
            pixels, sample = self._decoded(image, left)
            left -= pixels
            self.samples.append(sample)

    def of_material(self, material: dict[str, Any]) -> Array | None:
        """The picture of its colours, if it has one."""
        look = material.get("pbrMetallicRoughness")
        texture = look.get("baseColorTexture") if isinstance(look, dict) else None
        if not isinstance(texture, dict):
            return None
        found = of(self.numbers.document, "textures", texture.get("index"))
        webp = (found.get("extensions") or {}).get("EXT_texture_webp") or {}
        source = found.get("source", webp.get("source"))
        return self.samples[source] if type(source) is int and 0 <= source < len(self.samples) else None

    def _decoded(self, image: dict[str, Any], left: int) -> tuple[int, Array]:
        view = of(self.numbers.document, "bufferViews", image.get("bufferView"))
        data = bytes(self.numbers.view_bytes(view))
        kind = kind_of(data)
        if kind not in {PNG, JPEG, WEBP}:
            raise Bad("A picture in the model is no PNG, JPEG or WebP.")
        with opened(data, kind, pixels=max(1, left)) as picture:
            picture.load()
            small = picture.convert("RGB").resize((SAMPLE_SIDE, SAMPLE_SIDE))
            return picture.width * picture.height, np.asarray(small, np.float32) / 255
