"""Replicate as published: tests/providers/specs/replicate.json, and each model's own input schema."""

import base64
import hashlib
import hmac
import json
import re
import time
from collections import deque
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from jsonschema import Draft202012Validator

from tests.hostile import good
from tests.providers.fakes.base import Answer, Asked, Fake, Refused, route, says
from tests.providers.fakes.letters import SignedLetter, checked_order, fields

SPEC = json.loads((Path(__file__).parents[1] / "specs" / "replicate.json").read_text())
SCHEMAS = SPEC["components"]["schemas"]
PREFER = SPEC["components"]["parameters"]["parameters_prefer_header"]["schema"]["pattern"]
TRELLIS = "e8f6c45206993f297372f5436b90350817bd9b4a0d52d2a76df50c1c8afa2b3c"
LIFE = ("starting", "processing", "succeeded")
OVER = ("succeeded", "failed", "canceled", "aborted")

_TEXT = {"type": "string", "minLength": 1}
_SEED = {"type": "integer", "minimum": 0}
_RATIO = {"enum": ["1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21"]}
_PNG = {"enum": ["webp", "jpg", "png"]}
_FILM = {
    "prompt": _TEXT, "negative_prompt": {"type": "string"}, "aspect_ratio": {"enum": ["16:9", "9:16"]},
    "duration": {"enum": [4, 6, 8]}, "resolution": {"enum": ["720p", "1080p"]},
    "generate_audio": {"type": "boolean"}, "seed": _SEED,
}  # fmt: skip
_PICTURE = {"prompt": _TEXT, "aspect_ratio": _RATIO, "seed": _SEED, "output_format": _PNG}
_OPEN = {
    **_PICTURE, "num_outputs": {"type": "integer", "minimum": 1, "maximum": 4}, "go_fast": {"type": "boolean"},
    "output_quality": {"type": "integer", "minimum": 0, "maximum": 100},
}  # fmt: skip
_SAFETY = {"type": "integer", "minimum": 1, "maximum": 6}
INPUTS = {
    "black-forest-labs/flux-schnell": fields(
        ("prompt",), **_OPEN, num_inference_steps={"type": "integer", "minimum": 1, "maximum": 4}
    ),
    "black-forest-labs/flux-dev": fields(
        ("prompt",),
        **_OPEN,
        num_inference_steps={"type": "integer", "minimum": 1, "maximum": 50},
        guidance={"type": "number", "minimum": 0, "maximum": 10},
    ),
    "black-forest-labs/flux-1.1-pro": fields(
        ("prompt",), **_PICTURE, prompt_upsampling={"type": "boolean"}, safety_tolerance=_SAFETY
    ),
    "black-forest-labs/flux-1.1-pro-ultra": fields(
        ("prompt",),
        **{**_PICTURE, "output_format": {"enum": ["jpg", "png"]}},
        raw={"type": "boolean"},
        safety_tolerance=_SAFETY,
    ),
    "google/veo-3.1": fields(("prompt",), **_FILM),
    "google/veo-3.1-fast": fields(("prompt",), **_FILM),
    "firtoz/trellis": fields(
        ("images",),
        images={"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^(https://|data:image/)"}},
        seed=_SEED,
        randomize_seed={"type": "boolean"},
        generate_model={"type": "boolean"},
        generate_color={"type": "boolean"},
        texture_size={"type": "integer", "minimum": 512, "maximum": 2048},
        mesh_simplify={"type": "number", "minimum": 0.9, "maximum": 0.98},
    ),
}


@cache
def _files() -> dict[str, bytes]:
    return {"png": good.picture("PNG"), "mp4": good.film(), "glb": good.model()}


class ReplicateFake(Fake):
    """`ends` holds how the next predictions end, where they do not succeed: changes of the answer. `at_once`: they are
    done when they are accepted."""

    name = "replicate"
    key = "r8_key_of_the_fake"

    def __init__(self) -> None:
        super().__init__()
        self.secret = "whsec_" + base64.b64encode(b"secret of the fake's account").decode()
        self.predictions: dict[str, dict[str, Any]] = {}
        self.ends: deque[dict[str, Any]] = deque()
        self.at_once = False

    def check(self, asked: Asked) -> None:
        if asked.path.startswith("/files/"):
            if "Authorization" in asked.headers:
                raise Refused(says({"detail": "The key is not for this host"}, 400))
        elif asked.headers.get("Authorization") != f"Bearer {self.key}":
            detail = "You did not pass a valid authentication token"
            raise Refused(says({"title": "Unauthenticated", "detail": detail, "status": 401}, 401))
        prefer = asked.headers.get("Prefer")
        if prefer is not None and not re.search(PREFER, prefer):
            raise Refused(says({"title": "Bad request", "detail": "Prefer: not as published", "status": 400}, 400))

    @route("POST", "/models/([^/]+)/([^/]+)/predictions")
    def create_official(self, asked: Asked, owner: str, model: str) -> Answer:
        name = f"{owner}/{model}"
        if name not in INPUTS or name == "firtoz/trellis":
            raise Refused(says({"title": "Not found", "detail": "No such official model", "status": 404}, 404))
        return self._create(name, checked_order(asked, SCHEMAS["schemas_prediction_request"]))

    @route("POST", "/predictions")
    def create(self, asked: Asked) -> Answer:
        order = checked_order(asked, SCHEMAS["schemas_version_prediction_request"])
        if order["version"] != TRELLIS:
            raise Refused(says({"title": "Invalid version", "detail": "No such version", "status": 422}, 422))
        return self._create("firtoz/trellis", order)

    @route("GET", "/predictions/([^/]+)")
    def show(self, _: Asked, name: str) -> Answer:
        prediction = self._known(name)
        answer = says(self._body(prediction))
        prediction["polls"] += 1
        return answer

    @route("POST", "/predictions/([^/]+)/cancel")
    def cancel(self, _: Asked, name: str) -> Answer:
        prediction = self._known(name)
        if self._status(prediction) in OVER:
            raise Refused(says({"title": "Conflict", "detail": "The prediction is over", "status": 409}, 409))
        prediction["end"] = {"status": "canceled", "output": None}
        prediction["polls"] = len(LIFE)
        self.called_off.append(name)
        return says(self._body(prediction))

    @route("GET", "/webhooks/default/secret")
    def show_secret(self, _: Asked) -> Answer:
        return says({"key": self.secret})

    @route("GET", r"/files/[^/]+\.(png|mp4|glb)")
    def download(self, _: Asked, kind: str) -> Answer:
        return Answer(200, _files()[kind], {"png": "image/png", "mp4": "video/mp4", "glb": "model/gltf-binary"}[kind])

    def letter(
        self, name: str, *, about: str = "completed", secret: str = "", sent: float = 0.0, number: str = "msg_1"
    ) -> SignedLetter:
        """What Replicate sends about this prediction. `sent`: seconds from now."""
        prediction = self.predictions[name]
        if about == "completed":
            prediction["polls"] = len(LIFE)
        body = json.dumps(self._body(prediction)).encode()
        at = str(int(time.time() + sent))
        key = base64.b64decode((secret or self.secret).removeprefix("whsec_"))
        signature = hmac.new(key, b".".join((number.encode(), at.encode(), body)), hashlib.sha256).digest()
        headers = {
            "webhook-id": number, "webhook-timestamp": at,
            "webhook-signature": "v1,c29tZXRoaW5nIGVsc2U= v1," + base64.b64encode(signature).decode(),
        }  # fmt: skip
        return SignedLetter(prediction["order"]["webhook"], headers, body)

    def _create(self, model: str, order: dict[str, Any]) -> Answer:
        for wrong in Draft202012Validator(INPUTS[model]).iter_errors(order["input"]):
            where = ".".join(map(str, ("input", *wrong.absolute_path)))
            detail = f"- {where}: {wrong.message}"
            raise Refused(says({"title": "Input validation failed", "detail": detail, "status": 422}, 422))
        if not order.get("webhook", "https://").startswith("https://"):
            raise Refused(says({"title": "Input validation failed", "detail": "webhook: no HTTPS URL"}, 422))
        name = uuid4().hex[:26]
        with self.lock:
            end = self.ends.popleft() if self.ends else {}
            polls = len(LIFE) if self.at_once else 0
            self.predictions[name] = {"id": name, "model": model, "order": order, "polls": polls, "end": end}
        self.accept({"id": name, "model": model, **order})
        return says(self._body(self.predictions[name]), 201)

    def _known(self, name: str) -> dict[str, Any]:
        if name not in self.predictions:
            raise Refused(says({"title": "Not found", "detail": "No such prediction", "status": 404}, 404))
        return self.predictions[name]

    def _status(self, prediction: dict[str, Any]) -> str:
        place = min(prediction["polls"], len(LIFE) - 1)
        return str(prediction["end"].get("status", LIFE[place]) if place == len(LIFE) - 1 else LIFE[place])

    def _body(self, prediction: dict[str, Any]) -> dict[str, Any]:
        status, here = self._status(prediction), f"{self.url}/predictions/{prediction['id']}"
        body = {
            "id": prediction["id"], "model": prediction["model"], "version": TRELLIS,
            "input": prediction["order"]["input"], "output": None, "data_removed": False, "error": None,
            "status": status, "created_at": "2026-11-25T12:00:00.000Z", "logs": "",
            "urls": {"web": "https://replicate.com/p/1", "get": here, "cancel": f"{here}/cancel"},
        }  # fmt: skip
        if status == "succeeded":
            body |= {"output": self._output(prediction), "metrics": {"predict_time": 1.5}}
        if status in OVER:
            body |= prediction["end"]
        for wrong in Draft202012Validator(SCHEMAS["schemas_prediction_response"]).iter_errors(body):
            raise AssertionError(f"The fake answers what Replicate never would: {wrong.message}")
        return body

    def _output(self, prediction: dict[str, Any]) -> Any:
        address = f"{self.url}/files/{prediction['id']}"
        if prediction["model"] == "firtoz/trellis":
            return {"model_file": f"{address}.glb", "color_video": None}
        if prediction["model"].startswith("google/"):
            return f"{address}.mp4"
        return [f"{address}.png"] if "num_outputs" in prediction["order"]["input"] else f"{address}.png"
