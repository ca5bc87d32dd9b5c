"""What a multipart body says, and whether a body is as published."""

import json
from collections import defaultdict
from email import message_from_bytes
from email.policy import HTTP
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.providers.fakes.base import Asked

SPECS = Path(__file__).parents[1] / "specs"


def form(asked: Asked) -> tuple[dict[str, str], dict[str, list[bytes]]]:
    """Fields and files of a multipart/form-data body (RFC 7578)."""
    head = f"Content-Type: {asked.headers.get('Content-Type', '')}\r\n\r\n".encode()
    message = message_from_bytes(head + asked.body, policy=HTTP)
    fields: dict[str, str] = {}
    files: dict[str, list[bytes]] = defaultdict(list)
    for part in message.iter_parts() if message.is_multipart() else ():
        name = str(part.get_param("name", header="content-disposition"))
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        if part.get_filename() is None:
            fields[name] = data.decode()
        else:
            files[name].append(data)
    return fields, dict(files)


def wrong(spec: str, schema: str, body: Any) -> tuple[str, str] | None:
    """The first parameter that is not as published, and why; None when all is."""
    for error in _validator(spec, schema).iter_errors(body):
        return ".".join(map(str, error.absolute_path)) or "body", error.message[:200]
    return None


@cache
def _validator(spec: str, schema: str) -> Draft202012Validator:
    """Fields that the document does not name are refused, as the provider does."""
    schemas = json.loads((SPECS / f"{spec}.json").read_text())["components"]["schemas"]
    closed = {**schemas[schema], "additionalProperties": False}
    return Draft202012Validator({**closed, "components": {"schemas": schemas}})
