"""What the fakes that send webhooks share: letters that are written, signed, and posted only when a test says so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import requests
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from tests.providers.fakes.base import Asked, Refused, says


@dataclass(frozen=True)
class SignedLetter:
    """A webhook as it goes out; `url` is what the job gave."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return "/" + self.url.split("//", 1)[1].split("/", 1)[1]

    def tampered(self, old: bytes, new: bytes) -> "SignedLetter":
        assert old in self.body
        return replace(self, body=self.body.replace(old, new))

    def without(self, header: str) -> "SignedLetter":
        return replace(self, headers={name: value for name, value in self.headers.items() if name != header})

    def post(self, base: str = "", **more: str) -> Any:
        """To a web process at `base`; without one to this process's own routes. Returns the answer."""
        headers = {**self.headers, **more}
        if base:
            return requests.post(base + self.path, data=self.body, headers=headers, timeout=20)
        client = APIClient(raise_request_exception=False)
        return client.generic("POST", self.path, self.body, content_type="application/json", headers=headers)


def checked_order(asked: Asked, schema: dict[str, Any]) -> dict[str, Any]:
    """The JSON body, which is as `schema` says. Raises Refused, 422 with a sentence that names the field."""
    media_type = asked.headers.get("Content-Type", "").split(";")[0]
    try:
        body = asked.json()
    except ValueError:
        body = None
    if media_type != "application/json" or not isinstance(body, dict):
        raise Refused(says({"title": "Bad request", "detail": "The body is no JSON object", "status": 400}, 400))
    for wrong in Draft202012Validator(schema).iter_errors(body):
        where = ".".join(map(str, wrong.absolute_path)) or "body"
        detail = f"{where}: {wrong.message}"
        raise Refused(says({"title": "Input validation failed", "detail": detail, "status": 422}, 422))
    return body


def fields(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    """A schema of an object that has no other fields."""
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}
