"""fal's queue as published: https://docs.fal.ai/model-endpoints/queue and /webhooks, and each model's input."""

import base64
import hashlib
import json
import time
from collections import deque
from functools import cache
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.hostile import good
from tests.providers.fakes.base import Answer, Asked, Fake, Refused, route, says
from tests.providers.fakes.letters import SignedLetter, checked_order, fields

LIFE = ("IN_QUEUE", "IN_PROGRESS", "COMPLETED")
_TEXT = {"type": "string", "minLength": 1}
_SEED = {"type": "integer"}
_SIDE = {"type": "integer", "minimum": 64, "maximum": 4096}
_SIZE = {
    "anyOf": [
        {"enum": ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"]},
        fields(("width", "height"), width=_SIDE, height=_SIDE),
    ]
}
_PICTURE = {"prompt": _TEXT, "image_size": _SIZE, "num_images": {"enum": [1, 2, 3, 4]}, "seed": _SEED}
_FORMAT = {"enum": ["jpeg", "png"]}
_SAFETY = {"enum": ["1", "2", "3", "4", "5", "6"]}
_FILM = {
    "prompt": _TEXT, "negative_prompt": {"type": "string"}, "aspect_ratio": {"enum": ["16:9", "9:16", "1:1", "auto"]},
    "duration": {"enum": ["4s", "6s", "8s"]}, "resolution": {"enum": ["720p", "1080p"]},
    "generate_audio": {"type": "boolean"}, "seed": _SEED,
}  # fmt: skip
INPUTS = {
    "fal-ai/flux/schnell": fields(
        ("prompt",),
        **_PICTURE,
        output_format=_FORMAT,
        num_inference_steps={"type": "integer", "minimum": 1, "maximum": 12},
        guidance_scale={"type": "number", "minimum": 1, "maximum": 20},
        enable_safety_checker={"type": "boolean"},
    ),
    "fal-ai/flux/dev": fields(
        ("prompt",),
        **_PICTURE,
        output_format=_FORMAT,
        num_inference_steps={"type": "integer", "minimum": 1, "maximum": 50},
        guidance_scale={"type": "number", "minimum": 1, "maximum": 20},
        enable_safety_checker={"type": "boolean"},
    ),
    "fal-ai/flux-pro/v1.1": fields(("prompt",), **_PICTURE, output_format=_FORMAT, safety_tolerance=_SAFETY),
    "fal-ai/flux-pro/v1.1-ultra": fields(
        ("prompt",),
        prompt=_TEXT,
        aspect_ratio={"enum": ["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"]},
        num_images={"enum": [1, 2, 3, 4]},
        seed=_SEED,
        output_format=_FORMAT,
        raw={"type": "boolean"},
        safety_tolerance=_SAFETY,
    ),
    "fal-ai/ideogram/v3": fields(
        ("prompt",),
        **_PICTURE,
        negative_prompt={"type": "string"},
        rendering_speed={"enum": ["TURBO", "BALANCED", "QUALITY"]},
        expand_prompt={"type": "boolean"},
        style={"enum": ["AUTO", "GENERAL", "REALISTIC", "DESIGN"]},
    ),
    "fal-ai/trellis": fields(
        ("image_url",),
        image_url={"type": "string", "pattern": "^(https://|data:image/)"},
        seed=_SEED,
        texture_size={"enum": [512, 1024, 2048]},
        mesh_simplify={"type": "number", "minimum": 0.9, "maximum": 0.98},
    ),
    "fal-ai/veo3.1": fields(("prompt",), **_FILM),
    "fal-ai/veo3.1/fast": fields(("prompt",), **_FILM),
}


@cache
def _files() -> dict[str, bytes]:
    return {"png": good.picture("PNG"), "mp4": good.film(), "glb": good.model()}


class FalFake(Fake):
    """`ends` holds how the next requests end, where they do not succeed: changes of the status."""

    name = "fal"
    key = "key-id:secret-of-the-fake"
    user = "github|1234"

    def __init__(self) -> None:
        super().__init__()
        self.signing_key = Ed25519PrivateKey.generate()
        self.work: dict[str, dict[str, Any]] = {}
        self.ends: deque[dict[str, Any]] = deque()
        self.elsewhere = ""  # an address that the next answers name instead of their own

    def check(self, asked: Asked) -> None:
        if asked.path.startswith(("/files/", "/.well-known/")):
            if "Authorization" in asked.headers:
                raise Refused(says({"detail": "The key is not for this host"}, 400))
        elif asked.headers.get("Authorization") != f"Key {self.key}":
            raise Refused(says({"detail": "Cannot access application. Authentication is required."}, 401))

    @route("GET", r"/\.well-known/jwks\.json")
    def show_keys(self, _: Asked) -> Answer:
        point = base64.urlsafe_b64encode(self.signing_key.public_key().public_bytes_raw()).rstrip(b"=").decode()
        return says({"keys": [{"kty": "RSA", "n": "1"}, {"kty": "OKP", "crv": "Ed25519", "x": point}]})

    @route("POST", "/(fal-ai/.+)")
    def create(self, asked: Asked, app: str) -> Answer:
        if app not in INPUTS:
            raise Refused(says({"detail": f"Application '{app}' not found"}, 404))
        if asked.headers.get("x-fal-no-retry") != "1":
            raise Refused(says({"detail": "The test wants fal not to try again by itself"}, 400))
        if set(asked.query) - {"fal_webhook"}:
            raise Refused(says({"detail": "Unknown parameters"}, 400))
        order = checked_order(asked, INPUTS[app])
        name, webhook = str(uuid4()), asked.query.get("fal_webhook", [""])[0]
        with self.lock:
            end = self.ends.popleft() if self.ends else {}
            self.work[name] = {"id": name, "app": app, "order": order, "polls": 0, "end": end, "webhook": webhook}
        self.accept({"id": name, "app": app, **order})
        here = f"{self.elsewhere or self.url}/{self._owner(app)}/requests/{name}"
        addresses = {"response_url": here, "status_url": f"{here}/status", "cancel_url": f"{here}/cancel"}
        return says({"request_id": name, "gateway_request_id": name, "status": "IN_QUEUE", "queue_position": 3}
                    | addresses)  # fmt: skip

    @route("GET", "/(fal-ai/[^/]+)/requests/([^/]+)/status")
    def show_status(self, _: Asked, owner: str, name: str) -> Answer:
        work = self._known(owner, name)
        place = min(work["polls"], len(LIFE) - 1)
        work["polls"] += 1
        body: dict[str, Any] = {"status": LIFE[place], "request_id": name}
        if LIFE[place] == "IN_QUEUE":
            body["queue_position"] = 1
        if LIFE[place] == "COMPLETED":
            body |= {"metrics": {"inference_time": 1.5}, **work["end"]}
        return says(body)

    @route("GET", "/(fal-ai/[^/]+)/requests/([^/]+)")
    def show(self, _: Asked, owner: str, name: str) -> Answer:
        work = self._known(owner, name)
        if work["polls"] < len(LIFE):
            raise Refused(says({"detail": "Request is still in progress"}, 400))
        return says(self._result(work))

    @route("PUT", "/(fal-ai/[^/]+)/requests/([^/]+)/cancel")
    def cancel(self, _: Asked, owner: str, name: str) -> Answer:
        work = self._known(owner, name)
        if work["polls"] >= len(LIFE):
            raise Refused(says({"status": "ALREADY_COMPLETED"}, 400))
        self.called_off.append(name)
        return says({"status": "CANCELLATION_REQUESTED"}, 202)

    @route("GET", r"/files/[^/]+\.(png|mp4|glb)")
    def download(self, _: Asked, kind: str) -> Answer:
        return Answer(200, _files()[kind], {"png": "image/png", "mp4": "video/mp4", "glb": "model/gltf-binary"}[kind])

    def letter(
        self, name: str, *, key: Ed25519PrivateKey | None = None, sent: float = 0.0, request: str = ""
    ) -> SignedLetter:
        """What fal sends once this request is done. `sent`: seconds from now."""
        work = self.work[name]
        work["polls"] = len(LIFE)
        body = json.dumps({
            "request_id": name, "gateway_request_id": name, "status": "OK", "payload": self._result(work)
        }).encode()  # fmt: skip
        at, request = str(int(time.time() + sent)), request or name
        words = "\n".join((request, self.user, at, hashlib.sha256(body).hexdigest())).encode()
        headers = {
            "X-Fal-Webhook-Request-Id": request, "X-Fal-Webhook-User-Id": self.user, "X-Fal-Webhook-Timestamp": at,
            "X-Fal-Webhook-Signature": (key or self.signing_key).sign(words).hex(),
        }  # fmt: skip
        return SignedLetter(work["webhook"], headers, body)

    def _result(self, work: dict[str, Any]) -> dict[str, Any]:
        address = f"{self.url}/files/{work['id']}"
        if work["app"] == "fal-ai/trellis":
            return {"model_mesh": {"url": f"{address}.glb", "content_type": "model/gltf-binary"}, "timings": {}}
        if work["app"].startswith("fal-ai/veo"):
            return {"video": {"url": f"{address}.mp4"}}
        picture = {"url": f"{address}.png", "width": 64, "height": 64, "content_type": "image/png"}
        filtered = [bool(work["end"].get("nsfw"))]
        return {"images": [picture], "seed": 7, "has_nsfw_concepts": filtered, "prompt": "kept to itself"}

    def _known(self, owner: str, name: str) -> dict[str, Any]:
        if name not in self.work or self._owner(self.work[name]["app"]) != owner:
            raise Refused(says({"detail": "Request not found", "status": "NOT_FOUND"}, 404))
        return self.work[name]

    def _owner(self, app: str) -> str:
        return "/".join(app.split("/")[:2])
