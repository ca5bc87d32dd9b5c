"""Names of a stored GLB's nodes. The child that decoded it wrote it anew (ai_studio/decoders), so that its first chunk
is JSON; nothing but that is read here, and only as much of it as web can afford."""

import json
import struct

from ai_studio import artifacts
from ai_studio.models import Artifact

MOST_BYTES = 1_000_000
_HEADER = struct.Struct("<4sIII4s")  # magic, version, length; the first chunk's length and kind


def names_of(artifact: Artifact) -> list[str] | None:
    """By index, "" where a node has none; None when there is too much to read, or nothing that is understood.

    Raises ArtifactGone, StorageAway.
    """
    with artifacts.open_stored(artifact) as file:
        head = file.read(_HEADER.size)
        if len(head) != _HEADER.size:
            return None
        magic, _, _, length, kind = _HEADER.unpack(head)
        if magic != b"glTF" or kind != b"JSON" or length > MOST_BYTES:
            return None
        text = file.read(length)
    try:
        nodes = json.loads(text).get("nodes", [])
        return [str(node.get("name", "")) for node in nodes]
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None
