"""What a chat model takes and says: a strict schema is checked by OpenAI's published rules, and answered as asked.

A prompt with a word of ODD in it is answered otherwise.
"""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

ODD = ("unreadable", "refused", "endless", "nameless")
# https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
_KEYWORDS = frozenset(
    {
        "type", "additionalProperties", "required", "properties", "items", "anyOf", "enum", "$ref", "$defs",
        "description", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    }
)  # fmt: skip
_TEXT = {"type": "string"}
_MESSAGE = {"type": "object", "required": ["role", "content"], "properties": {"role": _TEXT, "content": _TEXT}}
_BODY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["model", "messages", "response_format"],
    "properties": {
        "model": {"enum": ["gpt-4.1-mini"]},
        "messages": {"type": "array", "minItems": 1, "items": _MESSAGE},
        "max_completion_tokens": {"type": "integer", "minimum": 1, "maximum": 32768},
        "seed": {"type": "integer"},
        "user": _TEXT,
        "response_format": {
            "type": "object",
            "required": ["type", "json_schema"],
            "properties": {
                "type": {"const": "json_schema"},
                "json_schema": {
                    "type": "object",
                    "required": ["name", "strict", "schema"],
                    "properties": {"name": {"pattern": "^[a-zA-Z0-9_-]{1,64}$"}, "strict": {"const": True}},
                },
            },
        },
    },
}


def wrong(order: Any) -> str:
    """A sentence; empty when all is well."""
    for error in Draft202012Validator(_BODY).iter_errors(order):
        return error.message[:200]
    return next(_not_strict(order["response_format"]["json_schema"]["schema"]), "")


def _not_strict(schema: dict[str, Any]) -> Iterator[str]:
    if unknown := set(schema) - _KEYWORDS:
        yield f"Not permitted in strict schemas: {sorted(unknown)}."
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            yield "additionalProperties must be false."
        if set(schema["required"]) != set(schema["properties"]):
            yield "Every property must be required."
    elif not {"type", "anyOf", "$ref"} & set(schema):
        yield "A schema must have a type."
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    for each in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from _not_strict(each)


def answer(order: dict[str, Any]) -> dict[str, Any]:
    wish = json.loads(order["messages"][-1]["content"])
    odd = next((word for word in ODD if word in wish["prompt"]), "")
    said = template(wish, odd)
    if odd != "nameless":
        Draft202012Validator(order["response_format"]["json_schema"]["schema"]).validate(said)
    content = json.dumps(said)
    message = {"role": "assistant", "content": content[: len(content) // 2] if odd == "endless" else content}
    if odd == "refused":
        message = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": order["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "length" if odd == "endless" else "stop"}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 400, "total_tokens": 1300},
    }  # fmt: skip


def template(wish: dict[str, Any], odd: str) -> dict[str, Any]:
    width, height = wish["width"], wish["height"]
    box = {"x": 0, "y": 0, "width": width, "height": height}
    words = {
        "line_height": 1.2, "align": "left", "colour": "#777777" if odd == "unreadable" else "#111111", "on": "panel",
        "font_weight": 700, "font_size": height / 12,
    }  # fmt: skip
    middle = {"x": width * 0.1, "y": height * 0.6, "width": width * 0.8, "height": height * 0.3}
    above = {**middle, "y": height * 0.1, "height": height * 0.4}
    return {
        "purpose": "sale",
        "background": "#ffffff",
        "bindings": [
            {"name": "headline", "type": "text", "default": "A red mug", "max_length": 60},
            {"name": "hero", "type": "image", "default": "", "max_length": 1},
        ],
        "layers": [
            {"id": "panel", "type": "shape", "shape": "rectangle", **box, "fill": "#ffffff", "radius": 0},
            {"id": "picture", "type": "image", **above, "source": "{{hero}}", "fit": "cover", "alt": "a red mug"},
            {"id": "title", "type": "text", **middle, "text": "{{nobody}}" if odd == "nameless" else "{{headline}}",
             **words},
        ],
    }  # fmt: skip
