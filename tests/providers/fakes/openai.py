"""OpenAI: pictures at once, films that are waited for. Bodies are checked against its OpenAPI document.

A prompt with a word of REFUSED in it is blocked, one with FAILS fails after it was taken on.
"""

import base64
import time
from decimal import Decimal
from functools import cache
from typing import Any

from tests.hostile import good
from tests.providers.fakes import chat_bodies
from tests.providers.fakes.base import Answer, Asked, Fake, Refused, route, says
from tests.providers.fakes.forms import form, wrong

PICTURE_MODELS = {"gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5"}
FILM_MODELS = {"sora-2", "sora-2-pro"}
SIZES = {"1024x1024", "1536x1024", "1024x1536"}
OUTPUT_TOKENS = {"low": 272, "medium": 1056, "high": 4160}
REFUSED, FAILS = "forbidden", "doomed"
PICTURE = cache(lambda: good.picture("PNG"))
FILM = cache(good.film)
THUMBNAIL = cache(lambda: good.picture("WEBP"))


class OpenAIFake(Fake):
    name = "openai"

    def __init__(self) -> None:
        super().__init__()
        self.films: dict[str, dict[str, Any]] = {}
        self.fails_as = "generation_failed"

    def check(self, asked: Asked) -> None:
        if asked.headers.get("Authorization") != f"Bearer {self.key}":
            raise Refused(problem("Incorrect API key provided.", "invalid_api_key", status=401))

    @route("POST", "/images/generations")
    def generate(self, asked: Asked) -> Answer:
        order = asked.json()
        published("CreateImageRequest", order)
        return self._picture(order, image_tokens=0)

    @route("POST", "/images/edits")
    def edit(self, asked: Asked) -> Answer:
        fields, files = form(asked)
        images = files.get("image[]", []) or files.get("image", [])
        order = {**fields, "n": int(fields.get("n", "1"))}
        published("CreateImageEditRequest", {**order, "image": ["" for _ in images], **_mask(files)})
        if not images or not all(map(is_picture, images)):
            raise Refused(problem("Invalid image file.", "invalid_image_file", "image"))
        return self._picture(order, image_tokens=194 * len(images))

    def _picture(self, order: dict[str, Any], *, image_tokens: int) -> Answer:
        known(order, PICTURE_MODELS, SIZES)
        if REFUSED in order["prompt"]:
            raise Refused(problem("Your request was rejected by the safety system.", "moderation_blocked"))
        self.accept(order)
        text_tokens, output_tokens = len(order["prompt"].split()), OUTPUT_TOKENS[order["quality"]]
        usage = {
            "input_tokens": text_tokens + image_tokens,
            "output_tokens": output_tokens,
            "total_tokens": text_tokens + image_tokens + output_tokens,
            "input_tokens_details": {"text_tokens": text_tokens, "image_tokens": image_tokens},
        }
        body = {
            "created": int(time.time()), "background": "opaque", "output_format": order["output_format"],
            "size": order["size"], "quality": order["quality"], "usage": usage,
            "data": [{"b64_json": base64.b64encode(PICTURE()).decode()}],
        }  # fmt: skip
        assert wrong("openai", "ImagesResponse", body) is None
        return says(body)

    @route("POST", "/chat/completions")
    def chat(self, asked: Asked) -> Answer:
        order = asked.json()
        if error := chat_bodies.wrong(order):
            raise Refused(problem(error, "invalid_value"))
        self.accept(order)
        return says(chat_bodies.answer(order))

    @route("POST", "/videos")
    def film(self, asked: Asked) -> Answer:
        order = asked.json()
        published("CreateVideoJsonBody", order)
        known(order, FILM_MODELS, None)
        if order["model"] == "sora-2" and order["size"] not in {"1280x720", "720x1280"}:
            raise Refused(problem("Unsupported size for sora-2.", "invalid_value", "size"))
        if REFUSED in order["prompt"]:
            raise Refused(problem("Your request was blocked by our moderation system.", "moderation_blocked"))
        self.accept(order)
        with self.lock:
            film = {
                "id": f"video_{len(self.films) + 1:024x}", "object": "video", "status": "queued", "progress": 0,
                "created_at": int(time.time()), "completed_at": None, "expires_at": None,
                "remixed_from_video_id": None, "error": None, **order,
            }  # fmt: skip
            self.films[film["id"]] = film
        return says(self._shown(film))

    @route("GET", "/videos/([^/]+)")
    def look(self, _: Asked, id_: str) -> Answer:
        """Each look moves it on: queued, in_progress, completed or failed."""
        film = self._found(id_)
        with self.lock:
            if film["status"] == "in_progress" and FAILS in film["prompt"]:
                error = {"code": self.fails_as, "message": "The model gave up."}
                film.update(status="failed", error=error)
            elif film["status"] == "in_progress":
                film.update(status="completed", progress=100, completed_at=int(time.time()))
            elif film["status"] == "queued":
                film.update(status="in_progress", progress=40)
        return says(self._shown(film))

    @route("GET", "/videos/([^/]+)/content")
    def content(self, asked: Asked, id_: str) -> Answer:
        if self._found(id_)["status"] != "completed":
            raise Refused(problem("The video is not ready.", "video_not_ready"))
        variant = asked.query.get("variant", ["video"])[0]
        found = {"video": Answer(200, FILM(), "video/mp4"), "thumbnail": Answer(200, THUMBNAIL(), "image/webp")}
        if variant not in found:
            raise Refused(problem("Unknown variant.", "invalid_value", "variant"))
        return found[variant]

    def _found(self, id_: str) -> dict[str, Any]:
        if id_ not in self.films:
            raise Refused(problem("Video not found.", "not_found", status=404))
        return self.films[id_]

    def _shown(self, film: dict[str, Any]) -> dict[str, Any]:
        assert wrong("openai", "VideoResource", film) is None
        return film

    def billed_seconds(self) -> Decimal:
        return sum((Decimal(order["seconds"]) for order in self.accepted), Decimal(0))


def problem(message: str, code: str, param: str | None = None, *, status: int = 400) -> Answer:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return says({"error": error}, status)


def published(schema: str, body: Any) -> None:
    if found := wrong("openai", schema, body):
        raise Refused(problem(f"{found[0]}: {found[1]}", "invalid_value", found[0]))


def known(order: dict[str, Any], models: set[str], sizes: set[str] | None) -> None:
    """What the document leaves open: any text may be a model there."""
    if order.get("model") not in models:
        raise Refused(problem("The model does not exist.", "model_not_found", "model"))
    if sizes is not None and order.get("size") not in sizes:
        raise Refused(problem("Invalid size.", "invalid_value", "size"))
    if sizes is not None and order.get("quality") not in OUTPUT_TOKENS:
        raise Refused(problem("Invalid quality.", "invalid_value", "quality"))


def is_picture(data: bytes) -> bool:
    return data.startswith((b"\x89PNG", b"\xff\xd8\xff")) or data[8:12] == b"WEBP"


def _mask(files: dict[str, list[bytes]]) -> dict[str, str]:
    return {"mask": ""} if "mask" in files else {}
