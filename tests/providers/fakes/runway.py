"""Runway as published: https://docs.dev.runwayml.com/api/."""

from collections import deque
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.hostile import good
from tests.providers.fakes.base import Answer, Asked, Fake, Refused, route, says
from tests.providers.fakes.orders import NotAsPublishedError, fields, order

VERSION = "2024-11-06"
RATIOS = ["1280:720", "720:1280"]
COMMON: dict[str, Any] = {
    "promptText": {"type": "string", "minLength": 1},  # 1 to 1000 UTF-16 units, counted below
    "duration": {"type": "integer", "minimum": 2, "maximum": 10},
    "seed": {"type": "integer", "minimum": 0, "maximum": 4_294_967_295},
}
FROM_TEXT = fields(
    ("model", "promptText", "ratio", "duration"), model={"const": "gen4.5"}, ratio={"enum": RATIOS}, **COMMON
)
FROM_PICTURE = fields(
    ("model", "promptImage", "ratio"),
    model={"enum": ["gen4.5", "gen4_turbo"]},
    promptImage={"type": "string", "pattern": r"^(https://|runway://|data:image/(png|jpeg|webp);base64,)"},
    ratio={"enum": [*RATIOS, "1104:832", "832:1104", "960:960", "1584:672"]},
    **COMMON,
)
CREDITS_PER_SECOND = {"gen4.5": 12, "gen4_turbo": 5}
LIFE: list[dict[str, Any]] = [
    {"status": "PENDING"},
    {"status": "THROTTLED"},
    {"status": "RUNNING", "progress": 0.4},
    {"status": "SUCCEEDED"},
]
MOST_UNITS = 1000


class RunwayFake(Fake):
    """`ends` holds how the next tasks end, where they do not succeed: changes of the answer."""

    name = "runway"
    key = "key_of_the_runway_fake"

    def __init__(self) -> None:
        super().__init__()
        self.tasks: dict[str, dict[str, Any]] = {}
        self.ends: deque[dict[str, Any]] = deque()
        self.file = good.film()

    def check(self, asked: Asked) -> None:
        if asked.path.startswith("/files/"):
            if "Authorization" in asked.headers:
                raise Refused(says({"error": "The key is not for this host"}, 400))
        elif asked.headers.get("Authorization") != f"Bearer {self.key}":
            raise Refused(says({"error": "You did not provide a valid API key."}, 401))
        elif asked.headers.get("X-Runway-Version") != VERSION:
            raise Refused(says({"error": "This API version is not valid."}, 400))

    @route("POST", "/v1/text_to_video")
    def from_text(self, asked: Asked) -> Answer:
        return self._create(asked, FROM_TEXT)

    @route("POST", "/v1/image_to_video")
    def from_picture(self, asked: Asked) -> Answer:
        return self._create(asked, FROM_PICTURE)

    @route("GET", "/v1/tasks/([^/]+)")
    def show(self, _: Asked, name: str) -> Answer:
        task = self.tasks.get(name)
        if task is None:
            return says({"error": "Task not found."}, 404)
        body = {"id": name, "createdAt": "2026-11-25T12:00:00Z", **LIFE[min(task["polls"], len(LIFE) - 1)]}
        task["polls"] += 1
        if body["status"] == "SUCCEEDED":
            body |= {"output": [f"{self.url}/files/{name}.mp4?sig=1"], "cost": {"credits": self.price(task["order"])}}
            body |= task["end"]
        return says(body)

    @route("DELETE", "/v1/tasks/([^/]+)")
    def delete(self, _: Asked, name: str) -> Answer:
        if self.tasks.pop(name, None) is None:
            return says({"error": "Task not found."}, 404)
        self.called_off.append(name)
        return Answer(204, b"")

    @route("GET", r"/files/[^/]+\.mp4")
    def download(self, _: Asked) -> Answer:
        return Answer(200, self.file, "video/mp4")

    def price(self, wanted: dict[str, Any]) -> int:
        return int(Decimal(CREDITS_PER_SECOND[wanted["model"]]) * wanted["duration"])

    def _create(self, asked: Asked, schema: dict[str, Any]) -> Answer:
        try:
            wanted = _short_enough(order(asked, schema))
        except NotAsPublishedError as error:
            return says({"error": "Validation of body failed", "issues": [{"message": str(error)}]}, 400)
        name = str(uuid4())
        with self.lock:
            self.tasks[name] = {"order": wanted, "polls": 0, "end": self.ends.popleft() if self.ends else {}}
        self.accept(wanted)
        return says({"id": name, "estimatedCost": {"credits": self.price(wanted)}})


def _short_enough(wanted: dict[str, Any]) -> dict[str, Any]:
    if len(wanted.get("promptText", "").encode("utf-16-le")) > 2 * MOST_UNITS:
        raise NotAsPublishedError("promptText: too long")
    return wanted
