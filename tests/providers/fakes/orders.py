"""Reading a request as strictly as its provider does."""

from typing import Any

from jsonschema import Draft202012Validator

from tests.providers.fakes.base import Asked


class NotAsPublishedError(Exception):
    """With a sentence that names the field."""


def order(asked: Asked, schema: dict[str, Any]) -> dict[str, Any]:
    """The JSON body, which is as `schema` says and has no other field. Raises NotAsPublishedError."""
    if asked.headers.get("Content-Type", "").split(";")[0] != "application/json":
        raise NotAsPublishedError("Content-Type is not application/json")
    try:
        body: dict[str, Any] = asked.json()
    except ValueError as error:
        raise NotAsPublishedError("The body is no JSON") from error
    for wrong in Draft202012Validator(schema).iter_errors(body):
        raise NotAsPublishedError(f"{'.'.join(map(str, wrong.absolute_path)) or 'body'}: {wrong.message}")
    return body


def fields(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    """A schema of an object that has no other fields."""
    return {
        "type": "object", "required": list(required), "properties": properties, "additionalProperties": False
    }  # fmt: skip
