"""Stability: multipart in, pictures and models at once. A prompt with FILTERED in it comes back filtered."""

import base64
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests.hostile import good
from tests.providers.fakes.base import Answer, Asked, Fake, Refused, route, says
from tests.providers.fakes.forms import form

FILTERED, REFUSED = "gory", "forbidden"
PICTURE = cache(lambda: good.picture("PNG"))
MODEL = cache(good.model)
_WORDS = {"type": "string", "minLength": 1, "maxLength": 10_000}
_COMMON = {
    "prompt": _WORDS,
    "negative_prompt": {"type": "string", "maxLength": 10_000},
    "aspect_ratio": {"enum": ["21:9", "16:9", "3:2", "5:4", "1:1", "4:5", "2:3", "9:16", "9:21"]},
    "seed": {"type": "string", "pattern": r"^\d{1,10}$"},
    "output_format": {"enum": ["png", "jpeg", "webp"]},
}
_STYLES = [
    "3d-model", "analog-film", "anime", "cinematic", "comic-book", "digital-art", "enhance", "fantasy-art",
    "isometric", "line-art", "low-poly", "modeling-compound", "neon-punk", "origami", "photographic", "pixel-art",
    "tile-texture",
]  # fmt: skip
_OWN: dict[str, dict[str, Any]] = {
    "core": {"style_preset": {"enum": _STYLES}},
    "ultra": {},
    "sd3": {
        "model": {"enum": ["sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium"]},
        "cfg_scale": {"type": "string", "pattern": r"^([1-9](\.\d+)?|10(\.0+)?)$"},
        "mode": {"enum": ["text-to-image"]},
    },
}
_SCULPTURE = {
    "texture_resolution": {"enum": ["512", "1024", "2048"]},
    "foreground_ratio": {"type": "string"},
    "remesh": {"enum": ["none", "triangle", "quad"]},
}


class StabilityFake(Fake):
    name = "stability"

    def check(self, asked: Asked) -> None:
        if asked.headers.get("Authorization") != f"Bearer {self.key}":
            raise Refused(problem("unauthorized", "missing or invalid authentication header", 401))
        if not asked.headers.get("Content-Type", "").startswith("multipart/form-data; boundary="):
            raise Refused(problem("bad_request", "content-type: must be multipart/form-data", 400))

    @route("POST", "/v2beta/stable-image/generate/(core|ultra|sd3)")
    def picture(self, asked: Asked, family: str) -> Answer:
        fields, _ = form(asked)
        _check({**_COMMON, **_OWN[family]}, ["prompt"], fields)
        if asked.headers.get("Accept") != "application/json":
            raise Refused(problem("bad_request", "this fake answers in JSON only", 400))
        if REFUSED in fields["prompt"]:
            raise Refused(problem("content_moderation", "Your request was flagged by our content moderation.", 403))
        if FILTERED in fields["prompt"]:
            return says({"image": "", "finish_reason": "CONTENT_FILTERED", "seed": 1})
        self.accept({"family": family, **fields})
        image = base64.b64encode(PICTURE()).decode()
        return says({"image": image, "finish_reason": "SUCCESS", "seed": int(fields.get("seed", 1))})

    @route("POST", "/v2beta/3d/stable-fast-3d")
    def sculpture(self, asked: Asked) -> Answer:
        fields, files = form(asked)
        _check(_SCULPTURE, [], fields)
        if not files.get("image", [b""])[0].startswith((b"\x89PNG", b"\xff\xd8\xff", b"RIFF")):
            raise Refused(problem("bad_request", "image: is required", 400))
        self.accept({"family": "3d", **fields})
        return Answer(200, MODEL(), "model/gltf-binary")


def problem(name: str, sentence: str, status: int) -> Answer:
    return says({"id": "0" * 32, "name": name, "errors": [sentence]}, status)


def _check(properties: dict[str, Any], required: list[str], fields: dict[str, str]) -> None:
    schema = {"properties": properties, "required": required, "additionalProperties": False}
    for error in Draft202012Validator(schema).iter_errors(fields):
        raise Refused(problem("bad_request", error.message[:200], 400))
