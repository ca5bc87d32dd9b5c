"""What resources are called, as far as whoever reads it may see them."""

from collections.abc import Iterable
from typing import Any

from brands import registry
from brands.errors import NotFound
from brands.permissions import Actor

Resource = tuple[str, str]
# A generation has no title but its prompt, which is somebody's words.
UNTITLED = frozenset({"AI_GENERATION"})


def of(actor: Actor, resources: Iterable[Resource]) -> dict[Resource, str]:
    """One query for each type. What is gone, hidden or has no title is left out."""
    ids: dict[str, set[str]] = {}
    for code, pk in resources:
        ids.setdefault(code, set()).add(pk)
    found: dict[Resource, str] = {}
    for code, wanted in ids.items():
        if code not in UNTITLED:
            found |= {(code, str(pk)): one_line(title) for pk, title in _titled(actor, code, wanted)}
    return found


def one_line(text: object, most: int = 80) -> str:
    """None becomes a header, or a paragraph of somebody else's."""
    line = " ".join(str(text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _titled(actor: Actor, code: str, ids: Iterable[str]) -> Iterable[tuple[Any, str]]:
    try:
        resource_type = registry.known(code)
    except NotFound:
        return []
    rows = registry.seen(actor=actor, resource_type=resource_type).filter(pk__in=ids)
    return list(rows.values_list("pk", resource_type.title_field))
