"""Luma Dream Machine as published: https://docs.lumalabs.ai/docs/video-generation, and the types of its SDK."""

from collections import deque
from typing import Any
from uuid import uuid4

from tests.hostile import good
from tests.providers.fakes.base import UNKNOWN_STATUS, Answer, Asked, Fake, Refused, route, says
from tests.providers.fakes.orders import NotAsPublishedError, fields, order

PATH = "/dream-machine/v1/generations"
ORDER = fields(
    ("model", "prompt"),
    generation_type={"const": "video"},
    model={"enum": ["ray-1-6", "ray-2", "ray-flash-2"]},
    prompt={"type": "string", "minLength": 3, "maxLength": 5000},
    aspect_ratio={"enum": ["1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21"]},
    resolution={"enum": ["540p", "720p", "1080p", "4k"]},
    duration={"enum": ["5s", "9s"]},
    loop={"type": "boolean"},
)
LIFE = ["queued", "dreaming", "completed"]


class LumaFake(Fake):
    """`ends` holds how the next generations end, where they are not completed: changes of the answer."""

    name = "luma"
    key = "luma-key-of-the-fake"

    def __init__(self) -> None:
        super().__init__()
        self.tasks: dict[str, dict[str, Any]] = {}
        self.ends: deque[dict[str, Any]] = deque()
        self.file = good.film()

    def unheard_of(self, body: Any) -> Any:
        return {**body, "state": UNKNOWN_STATUS}

    def check(self, asked: Asked) -> None:
        if asked.path.startswith("/files/"):
            if "Authorization" in asked.headers:
                raise Refused(says({"detail": "The key is not for this host"}, 400))
        elif asked.headers.get("Authorization") != f"Bearer {self.key}":
            raise Refused(says({"detail": "Not authenticated"}, 403))

    @route("POST", PATH)
    def create(self, asked: Asked) -> Answer:
        try:
            wanted = order(asked, ORDER)
        except NotAsPublishedError as error:
            return says({"detail": str(error)}, 400)
        name = str(uuid4())
        with self.lock:
            self.tasks[name] = {"order": wanted, "polls": 0, "end": self.ends.popleft() if self.ends else {}}
        self.accept(wanted)
        return says(self._said(name, "queued"), 201)

    @route("GET", f"{PATH}/([^/]+)")
    def show(self, _: Asked, name: str) -> Answer:
        task = self.tasks.get(name)
        if task is None:
            return says({"detail": "Generation not found"}, 404)
        body = self._said(name, LIFE[min(task["polls"], len(LIFE) - 1)])
        task["polls"] += 1
        if body["state"] == "completed":
            body |= {"assets": {"video": f"{self.url}/files/{name}.mp4"}, **task["end"]}
        return says(body)

    @route("DELETE", f"{PATH}/([^/]+)")
    def delete(self, _: Asked, name: str) -> Answer:
        if self.tasks.pop(name, None) is None:
            return says({"detail": "Generation not found"}, 404)
        self.called_off.append(name)
        return Answer(204, b"")

    @route("GET", r"/files/[^/]+\.mp4")
    def download(self, _: Asked) -> Answer:
        return Answer(200, self.file, "video/mp4")

    def _said(self, name: str, state: str) -> dict[str, Any]:
        wanted = self.tasks[name]["order"]
        return {
            "id": name, "generation_type": "video", "state": state, "failure_reason": None, "assets": None,
            "created_at": "2026-11-25T12:00:00Z", "model": wanted["model"], "request": wanted,
        }  # fmt: skip
