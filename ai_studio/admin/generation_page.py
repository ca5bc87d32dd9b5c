"""Everything one sees on a generation's page. Runs in the generation's brand."""

import json
from dataclasses import dataclass
from typing import Any

from ai_studio import artifacts
from ai_studio.admin.pictures import address
from ai_studio.choices import ArtifactRole, GenerationType, ParentKind
from ai_studio.models import Artifact, Generation, LedgerEntry
from ai_studio.previews import shown
from ai_studio.services import lineage
from brands.errors import AtelierError
from brands.permissions import system_actor

LARGEST_TEMPLATE_BYTES = 1_000_000
NEWEST_CHILDREN = 24


@dataclass(frozen=True)
class Preview:
    """One thing to look at: an `image` (moving ones included), a `video`, or a `model` for the 3D viewer."""

    kind: str
    label: str
    url: str
    animated: bool = False


@dataclass(frozen=True)
class Layer:
    name: str
    type: str
    content: str
    contrast: float | None = None


def generation_page(generation: Generation) -> dict[str, Any]:
    files = list(generation.artifacts.order_by("role", "name"))
    return {
        "generation": generation,
        "previews": previews(generation, files),
        "files": [(file, address(file)) for file in files],
        "layers": layers(generation, files),
        "attempts": generation.attempts.order_by("number"),
        "ledger": LedgerEntry.objects.filter(generation=generation).order_by("id"),
        "cost_records": list(generation.cost_records.order_by("id")),
        "words": generation.answer.get("understood", []),
        "ignored": generation.answer.get("ignored", []),
        "chosen": generation.routing.get("chosen") or {},
        "rejected": generation.routing.get("rejected") or [],
        "strategy": generation.routing.get("strategy", ""),
        "chain": generation.routing.get("chain") or [],
        "fallovers": generation.routing.get("fallovers") or [],
        "parameters": generation.parameters,
        "inputs": [(row, address(row.artifact)) for row in generation.inputs.select_related("artifact")],
        "tags": list(generation.tags.values_list("name", flat=True)),
        "tree": tree(list(lineage.versions(generation).order_by("id"))),
        "made_from_it": [
            (kind, made)
            for kind in (ParentKind.VARIATION, ParentKind.RETRY)
            for made in lineage.children(
                generation, kind, actor=system_actor(generation.brand_id), newest=NEWEST_CHILDREN
            )
        ],
    }


def previews(generation: Generation, files: list[Artifact]) -> list[Preview]:
    moving = generation.type == GenerationType.ANIMATION
    return [Preview(kind, file.name, address(file), animated=moving) for kind, file in shown(generation, files)]


def layers(generation: Generation, files: list[Artifact]) -> list[Layer]:
    """A template's layers, read from its document; none when it is not there or not readable."""
    result = next((file for file in files if file.role == ArtifactRole.RESULT), None)
    if generation.type != GenerationType.TEMPLATE or result is None or result.size_bytes > LARGEST_TEMPLATE_BYTES:
        return []
    try:
        with artifacts.open_stored(result) as file:
            document = json.load(file)
    except (AtelierError, OSError, ValueError):
        return []
    return [_layer(layer) for layer in document.get("layers", []) if isinstance(layer, dict)]


def _layer(layer: dict[str, Any]) -> Layer:
    content = next((str(layer[key]) for key in ("text", "source", "fill") if layer.get(key)), "")
    return Layer(str(layer.get("id", "")), str(layer.get("type", "")), content, layer.get("contrast"))


def tree(family: list[Generation]) -> list[tuple[int, Generation]]:
    """(depth, generation) from the first version down, each followed by what was made from it."""
    made_from: dict[Any, list[Generation]] = {}
    known = {each.pk for each in family}
    for each in family:
        made_from.setdefault(each.parent_id if each.parent_id in known else None, []).append(each)
    lines: list[tuple[int, Generation]] = []
    waiting = [(0, each) for each in reversed(made_from.get(None, []))]
    while waiting:
        depth, each = waiting.pop()
        lines.append((depth, each))
        waiting += [(depth + 1, child) for child in reversed(made_from.get(each.pk, []))]
    return lines
