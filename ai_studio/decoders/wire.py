"""The messages between worker and child: a length, a JSON header of bounded size, then the bytes it announces."""

import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

MAX_HEADER_BYTES = 64 * 1024
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Limits:
    """What one result may be and cost. Checked while decoding, and held by the kernel."""

    bytes: int
    pixels: int
    frames: int
    film_pixels: int  # of all frames together
    seconds: float
    nodes: int
    vertices: int
    cpu_seconds: int
    memory_bytes: int


@dataclass(frozen=True)
class Order:
    """What the child is asked: to decode `data` as a result of a job of `type` and mark it with `facts`."""

    type: str
    facts: dict[str, str | int]
    limits: Limits
    data: bytes
    thumbnail: bytes | None = None


@dataclass(frozen=True)
class MadeFile:
    """A file as the child says it is. Sizes in pixels and seconds."""

    role: str
    name: str
    media_type: str
    data: bytes
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


def write(file: BinaryIO, header: dict[str, Any], blobs: Sequence[bytes]) -> None:
    text = json.dumps(header).encode()
    if len(text) > MAX_HEADER_BYTES:
        raise ValueError("The message's header is too long.")
    file.write(_LENGTH.pack(len(text)) + text)
    for blob in blobs:
        file.write(blob)
    file.flush()


def read_header(file: BinaryIO) -> Any:
    """Any JSON value. ValueError when there is none."""
    head = file.read(_LENGTH.size)
    if len(head) != _LENGTH.size or _LENGTH.unpack(head)[0] > MAX_HEADER_BYTES:
        raise ValueError("No message.")
    try:
        return json.loads(file.read(_LENGTH.unpack(head)[0]))
    except RecursionError as error:
        raise ValueError("No message.") from error


def send_order(file: BinaryIO, order: Order) -> None:
    thumbnail = order.thumbnail or b""
    header = {
        "type": order.type,
        "facts": order.facts,
        "limits": asdict(order.limits),
        "sizes": [len(order.data), len(thumbnail)],
    }
    write(file, header, [order.data, thumbnail])


def read_order(file: BinaryIO) -> Order:
    """From our own worker, which is trusted."""
    header = read_header(file)
    data, thumbnail = (file.read(size) for size in header["sizes"])
    return Order(header["type"], header["facts"], Limits(**header["limits"]), data, thumbnail or None)
