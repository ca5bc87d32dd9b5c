"""Tripo as published: https://platform.tripo3d.ai/docs/generation; prices https://docs.tripo3d.ai/get-started/pricing.html."""

from collections import deque
from typing import Any
from uuid import uuid4

from tests.hostile import good
from tests.providers.fakes.base import UNKNOWN_STATUS, Answer, Asked, Fake, Refused, route, says
from tests.providers.fakes.orders import NotAsPublishedError, fields, order

PATH = "/v2/openapi/task"
LEVELS = {"enum": ["standard", "detailed"]}
ORDER = fields(
    ("type", "prompt"),
    type={"const": "text_to_model"},
    model_version={"enum": ["v2.5-20250123", "v3.0-20250812"]},
    prompt={"type": "string", "minLength": 1, "maxLength": 1024},
    negative_prompt={"type": "string", "maxLength": 255},
    model_seed={"type": "integer"},
    texture_seed={"type": "integer"},
    texture={"type": "boolean"},
    pbr={"type": "boolean"},
    texture_quality=LEVELS,
    geometry_quality=LEVELS,
)
LIFE = [("queued", 0), ("running", 60), ("success", 100)]


class TripoFake(Fake):
    """`ends` holds how the next tasks end, where they do not succeed: changes of the answer's data."""

    name = "tripo"
    key = "tsk_key_of_the_fake"

    def __init__(self) -> None:
        super().__init__()
        self.tasks: dict[str, dict[str, Any]] = {}
        self.ends: deque[dict[str, Any]] = deque()
        self.file = good.model()

    def unheard_of(self, body: Any) -> Any:
        return {**body, "data": {**body["data"], "status": UNKNOWN_STATUS}}

    def check(self, asked: Asked) -> None:
        if asked.path.startswith("/files/"):
            if "Authorization" in asked.headers:
                raise Refused(says({"code": 1004, "message": "The key is not for this host"}, 400))
        elif asked.headers.get("Authorization") != f"Bearer {self.key}":
            raise Refused(says({"code": 1002, "message": "Authentication failed"}, 401))

    @route("POST", PATH)
    def create(self, asked: Asked) -> Answer:
        try:
            wanted = _of_its_version(order(asked, ORDER))
        except NotAsPublishedError as error:
            return says({"code": 1004, "message": str(error), "suggestion": "Read the documentation"}, 400)
        if wanted["prompt"] == "something forbidden":
            return says({"code": 2008, "message": "The input violates our content policy", "suggestion": ""}, 400)
        name = str(uuid4())
        with self.lock:
            self.tasks[name] = {"order": wanted, "polls": 0, "end": self.ends.popleft() if self.ends else {}}
        self.accept(wanted)
        return says({"code": 0, "data": {"task_id": name}})

    @route("GET", f"{PATH}/([^/]+)")
    def show(self, _: Asked, name: str) -> Answer:
        task = self.tasks.get(name)
        if task is None:
            return says({"code": 2001, "message": "Task not found", "suggestion": ""}, 404)
        status, progress = LIFE[min(task["polls"], len(LIFE) - 1)]
        task["polls"] += 1
        data = {"task_id": name, "type": "text_to_model", "status": status, "progress": progress, "output": {}}
        if status == "success":
            data |= {"output": {"pbr_model": f"{self.url}/files/{name}.glb"}, "consumed_credit": self.price(task)}
            data |= task["end"]
        return says({"code": 0, "data": data})

    @route("GET", r"/files/[^/]+\.glb")
    def download(self, _: Asked) -> Answer:
        return Answer(200, self.file, "model/gltf-binary")

    def price(self, task: dict[str, Any]) -> int:
        wanted = task["order"]
        more = 10 * (wanted["texture_quality"] == "detailed") + 20 * (wanted.get("geometry_quality") == "detailed")
        return 20 + more


def _of_its_version(wanted: dict[str, Any]) -> dict[str, Any]:
    if "geometry_quality" in wanted and not wanted["model_version"].startswith("v3"):
        raise NotAsPublishedError("geometry_quality: only of v3.0")
    return wanted
