"""ComfyUI as its server.py and execution.py are: it takes graphs of nodes, without any key."""

from typing import Any
from uuid import uuid4

from tests.hostile import good
from tests.providers.fakes.base import Answer, Asked, Fake, route, says
from tests.providers.fakes.orders import NotAsPublishedError, fields, order

LINK = {
    "type": "array", "minItems": 2, "maxItems": 2,
    "prefixItems": [{"type": "string"}, {"type": "integer", "minimum": 0}],
}  # fmt: skip
TEXT, WHOLE, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
SIDE = {"type": "integer", "minimum": 16, "maximum": 16384, "multipleOf": 8}
CHECKPOINT = "sd_xl_base_1.0.safetensors"


def _node(kind: str, **inputs: Any) -> dict[str, Any]:
    return fields(
        ("class_type", "inputs"), class_type={"const": kind}, inputs=fields(tuple(inputs), **inputs)
    )  # fmt: skip


NODES = [
    _node("CheckpointLoaderSimple", ckpt_name={"enum": [CHECKPOINT]}),
    _node("EmptyLatentImage", width=SIDE, height=SIDE, batch_size={"type": "integer", "minimum": 1}),
    _node("CLIPTextEncode", text=TEXT, clip=LINK),
    _node("VAEDecode", samples=LINK, vae=LINK),
    _node("SaveImage", filename_prefix=TEXT, images=LINK),
    _node(
        "KSampler", seed={"type": "integer", "minimum": 0}, steps={"type": "integer", "minimum": 1, "maximum": 10000},
        cfg={"type": "number", "minimum": 0, "maximum": 100}, sampler_name={"enum": ["euler", "dpmpp_2m"]},
        scheduler={"enum": ["normal", "karras"]}, denoise={"type": "number", "minimum": 0, "maximum": 1},
        model=LINK, positive=LINK, negative=LINK, latent_image=LINK,
    ),
]  # fmt: skip
ORDER = fields(
    ("prompt",),
    prompt={"type": "object", "minProperties": 1, "additionalProperties": {"oneOf": NODES}},
    client_id=TEXT,
    prompt_id={"type": "string", "minLength": 1},
)
POLLS = 2


class ComfyUIFake(Fake):
    """A job waits for one question, runs for one, and is done. `broken` graphs fail while they run."""

    name = "comfyui"

    def __init__(self) -> None:
        super().__init__()
        self.tasks: dict[str, int] = {}
        self.stopped: set[str] = set()
        self.broken = False
        self.file = good.picture("PNG")

    @route("POST", "/prompt")
    def create(self, asked: Asked) -> Answer:
        try:
            wanted = order(asked, ORDER)
        except NotAsPublishedError as error:
            refusal = {
                "type": "prompt_outputs_failed_validation",
                "message": str(error),
                "details": "",
                "extra_info": {},
            }
            return says({"error": refusal, "node_errors": {}}, 400)
        name = wanted.get("prompt_id") or str(uuid4())
        with self.lock:
            self.tasks[name] = 0
        self.accept(wanted)
        return says({"prompt_id": name, "number": len(self.accepted), "node_errors": {}})

    @route("GET", "/history/([^/]+)")
    def history(self, _: Asked, name: str) -> Answer:
        polls = self.tasks.get(name)
        if polls is None:
            return says({})
        if polls < POLLS and name not in self.stopped:
            self.tasks[name] += 1
            return says({})
        self.tasks[name] = POLLS + 1
        return says({name: {"prompt": [], "outputs": self._outputs(name), "status": self._status(name)}})

    @route("GET", "/queue")
    def queue(self, _: Asked) -> Answer:
        entries = [([1, name, {}, {}, []], polls) for name, polls in self.tasks.items() if name not in self.stopped]
        return says(
            {
                "queue_pending": [entry for entry, polls in entries if polls < POLLS],
                "queue_running": [entry for entry, polls in entries if polls == POLLS],
            }
        )

    @route("POST", "/queue")
    def forget(self, asked: Asked) -> Answer:
        wanted = order(asked, fields(("delete",), delete={"type": "array", "items": TEXT}))
        for name in wanted["delete"]:
            if self.tasks.get(name, POLLS) < POLLS:
                del self.tasks[name]
                self.called_off.append(name)
        return Answer(200, b"", "text/plain")

    @route("POST", "/interrupt")
    def interrupt(self, asked: Asked) -> Answer:
        name = order(asked, fields((), prompt_id=TEXT)).get("prompt_id")
        if name in self.tasks:
            self.stopped.add(name)
            self.called_off.append(name)
        return Answer(200, b"", "text/plain")

    @route("GET", "/view")
    def view(self, asked: Asked) -> Answer:
        if asked.query.get("filename") != ["atelier_00001_.png"] or asked.query.get("type") != ["output"]:
            return Answer(404, b"", "text/plain")
        return Answer(200, self.file, "image/png")

    def _outputs(self, name: str) -> dict[str, Any]:
        if self.broken or name in self.stopped:
            return {}
        return {"9": {"images": [{"filename": "atelier_00001_.png", "subfolder": "", "type": "output"}]}}

    def _status(self, name: str) -> dict[str, Any]:
        if name in self.stopped:
            said = [["execution_interrupted", {"prompt_id": name, "node_id": "3"}]]
        elif self.broken:
            said = [["execution_error", {"prompt_id": name, "exception_message": "CUDA out of memory"}]]
        else:
            return {"status_str": "success", "completed": True, "messages": []}
        return {"status_str": "error", "completed": False, "messages": said}
