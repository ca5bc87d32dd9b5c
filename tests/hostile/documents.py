"""Templates that break their promises, and files that are nothing of ours."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.hostile import good
from tests.hostile.cases import ALL_TYPES, Case

Document = dict[str, Any]


def cases() -> Iterator[Case]:
    for name, change in _changes().items():
        document = json.loads(good.template())
        change(document)
        yield Case(f"template: {name}", "TEMPLATE", json.dumps(document).encode())
    for name, data in _texts().items():
        yield Case(f"template: {name}", "TEMPLATE", data)
    for name, data in _strangers().items():
        yield from (Case(f"{name} for {type_}", type_, data) for type_ in ALL_TYPES)


def _layer(document: Document, kind: str) -> Document:
    return next(layer for layer in document["layers"] if layer["type"] == kind)


def _changes() -> dict[str, Callable[[Document], object]]:
    places = ("/etc/passwd", "http://10.0.0.1/a.png", "hero.png", "data:image/png;base64,AAAA", "data:text/html,x")
    pictures = {
        f"a picture at {place}": lambda d, place=place: d["bindings"]["image"].update(default=place) for place in places
    }
    return pictures | {
        "an unknown field": lambda d: d.update(script="alert(1)"),
        "no layers": lambda d: d.update(layers=[]),
        "100,000 layers": lambda d: d.update(layers=d["layers"] * 10_000),
        "a canvas of a billion": lambda d: d["canvas"].update(width=10**9),
        "a width of 1e300": lambda d: _layer(d, "shape").update(width=1e300),
        "a size below zero": lambda d: _layer(d, "text").update(font_size=-5),
        "a place that is a word": lambda d: _layer(d, "text").update(x="left"),
        "a binding that is not there": lambda d: _layer(d, "text").update(text="{{nothing}}"),
        "a text for a picture": lambda d: _layer(d, "image").update(source="{{headline}}"),
        "a shape that is not there": lambda d: _layer(d, "text").update(on="nowhere"),
        "a contrast that is a lie": lambda d: _layer(d, "text").update(colour=next(
            layer["fill"] for layer in d["layers"] if layer["id"] == _layer(d, "text")["on"])),
        "the same id twice": lambda d: d["layers"][1].update(id=d["layers"][0]["id"]),
        "a colour that is a script": lambda d: _layer(d, "shape").update(fill='"/><script>'),
        "a text of 100,000 characters": lambda d: d["bindings"]["headline"].update(default="m" * 100_000),
        "an id that is a script": lambda d: d["layers"][0].update(id='a"><script>'),
    }  # fmt: skip


def _texts() -> dict[str, bytes]:
    whole = good.template()
    return {
        "100,000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "a scene 100 deep": whole.replace(b'"purpose"', b'"scene": ' + b"[" * 100 + b"]" * 100 + b', "purpose"'),
        "10 million values": b'{"a":[' + b"0," * 10_000_000 + b"0]}",
        "not a number": whole.replace(b'"x": ', b'"x": NaN, "was": ', 1),
        "a number without end": whole.replace(b'"x": ', b'"x": 1e999, "was": ', 1),
        "a number of a million digits": whole.replace(b'"x": ', b'"x": 1' + b"0" * 1_000_000 + b', "was": ', 1),
        "something behind its end": whole + b"<script>",
        "in UTF-16": whole.decode().encode("utf-16"),
        "a list": b"[]",
        "nothing but braces": b"{}",
    }


def _strangers() -> dict[str, bytes]:
    return {
        "nothing": b"",
        "one byte": b"\0",
        "noise": random.Random(3).randbytes(20_000),  # noqa: S311 -- reproducible test data
        "a page": b"<!doctype html><title>503</title>",
        "an error as JSON": b'{"error": {"code": 500, "message": "try again"}}',
        "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "a program": b"\x7fELF\x02\x01\x01" + bytes(500),
        "a zip": b"PK\x03\x04" + bytes(500),
    }
