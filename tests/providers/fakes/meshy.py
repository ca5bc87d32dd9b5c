"""Meshy as published: https://docs.meshy.ai/en/api/text-to-3d."""

from collections import deque
from typing import Any
from uuid import uuid4

from tests.hostile import good
from tests.providers.fakes.base import Answer, Asked, Fake, Refused, route, says
from tests.providers.fakes.orders import NotAsPublishedError, fields, order

PATH = "/openapi/v2/text-to-3d"
PREVIEW = fields(
    ("mode", "prompt"),
    mode={"const": "preview"},
    prompt={"type": "string", "minLength": 1, "maxLength": 600},
    ai_model={"enum": ["meshy-5", "meshy-6", "latest"]},
    topology={"enum": ["quad", "triangle"]},
    target_polycount={"type": "integer", "minimum": 100, "maximum": 300_000},
    should_remesh={"type": "boolean"},
)
REFINE = fields(
    ("mode", "preview_task_id"),
    mode={"const": "refine"},
    preview_task_id={"type": "string", "minLength": 1},
    enable_pbr={"type": "boolean"},
)
ORDER = {"if": {"properties": {"mode": {"const": "refine"}}, "required": ["mode"]}, "then": REFINE, "else": PREVIEW}
LIFE = [("PENDING", 0), ("IN_PROGRESS", 40), ("SUCCEEDED", 100)]


class MeshyFake(Fake):
    """`ends` holds how the next tasks end, where they do not succeed: changes of the answer."""

    name = "meshy"
    key = "msy_key_of_the_fake"

    def __init__(self) -> None:
        super().__init__()
        self.tasks: dict[str, dict[str, Any]] = {}
        self.ends: deque[dict[str, Any]] = deque()
        self.file = good.model()

    def check(self, asked: Asked) -> None:
        if asked.path.startswith("/files/"):
            if "Authorization" in asked.headers:
                raise Refused(says({"message": "The key is not for this host"}, 400))
        elif asked.headers.get("Authorization") != f"Bearer {self.key}":
            raise Refused(says({"message": "Invalid API key"}, 401))

    @route("POST", PATH)
    def create(self, asked: Asked) -> Answer:
        try:
            wanted = order(asked, ORDER)
        except NotAsPublishedError as error:
            return says({"message": str(error)}, 400)
        if wanted["mode"] == "refine":
            preview = self.tasks.get(wanted["preview_task_id"])
            if preview is None or preview["order"]["mode"] != "preview" or self._status(preview) != "SUCCEEDED":
                return says({"message": "preview_task_id: no such finished preview"}, 400)
        name = str(uuid4())
        with self.lock:
            end = self.ends.popleft() if self.ends else {}
            self.tasks[name] = {"order": wanted, "polls": 0, "end": end}
        self.accept(wanted)
        return says({"result": name}, 202)

    @route("GET", f"{PATH}/([^/]+)")
    def show(self, _: Asked, name: str) -> Answer:
        task = self.tasks.get(name)
        if task is None:
            return says({"message": "Task not found"}, 404)
        status, progress = LIFE[min(task["polls"], len(LIFE) - 1)]
        task["polls"] += 1
        body = {
            "id": name, "type": f"text-to-3d-{task['order']['mode']}", "status": status, "progress": progress,
            "prompt": task["order"].get("prompt", ""), "model_urls": {}, "consumed_credits": 0,
            "task_error": {"message": ""}, "preceding_tasks": 0,
        }  # fmt: skip
        if status == "SUCCEEDED":
            body |= {"model_urls": {"glb": f"{self.url}/files/{name}.glb"}, "consumed_credits": self.price(task)}
            body |= task["end"]
        return says(body)

    @route("DELETE", f"{PATH}/([^/]+)")
    def delete(self, _: Asked, name: str) -> Answer:
        if self.tasks.pop(name, None) is None:
            return says({"message": "Task not found"}, 404)
        self.called_off.append(name)
        return says({})

    @route("GET", r"/files/[^/]+\.glb")
    def download(self, _: Asked) -> Answer:
        return Answer(200, self.file, "model/gltf-binary")

    def price(self, task: dict[str, Any]) -> int:
        if task["order"]["mode"] == "refine":
            return 10
        return 5 if task["order"]["ai_model"] == "meshy-5" else 20

    def _status(self, task: dict[str, Any]) -> str:
        return str(task["end"].get("status", "SUCCEEDED") if task["polls"] >= len(LIFE) else "PENDING")
