"""Families of generations: what was made from what."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.db.models.expressions import RawSQL

from ai_studio.choices import ParentKind
from ai_studio.models import Generation
from brands.permissions import Actor, visible

MOST_OF_TREE = 500

# Up to the first version, then down to every one made from it. What was tried again is the same version once more.
_VERSIONS = """
WITH RECURSIVE up AS (
    SELECT id, parent_id, parent_kind FROM ai_studio_generation WHERE brand_id = %s AND id = %s
    UNION ALL
    SELECT g.id, g.parent_id, g.parent_kind FROM ai_studio_generation g
    JOIN up ON g.brand_id = %s AND g.id = up.parent_id AND up.parent_kind IN ('VERSION', 'RETRY')
), down AS (
    SELECT id FROM up WHERE parent_kind NOT IN ('VERSION', 'RETRY')
    UNION ALL
    SELECT g.id FROM ai_studio_generation g
    JOIN down ON g.brand_id = %s AND g.parent_id = down.id AND g.parent_kind IN ('VERSION', 'RETRY')
)
SELECT id FROM down
"""

# Up to where it all began, then down, the nearest to the beginning first, to everything made from that. Both ends are
# bounded: a recursion that is read no further goes no further.
_TREE = """
WITH RECURSIVE up AS (
    SELECT id, parent_id, 1 AS height FROM ai_studio_generation WHERE brand_id = %s AND id = %s
    UNION ALL
    SELECT g.id, g.parent_id, up.height + 1 FROM ai_studio_generation g
    JOIN up ON g.brand_id = %s AND g.id = up.parent_id AND up.height <= %s
), down AS (
    (SELECT id FROM up ORDER BY height DESC LIMIT 1)
    UNION
    SELECT g.id FROM ai_studio_generation g JOIN down ON g.brand_id = %s AND g.parent_id = down.id
)
SELECT id FROM up UNION SELECT id FROM (SELECT id FROM down LIMIT %s) AS nearest
"""


@dataclass(frozen=True)
class Tree:
    """A family in the order it was asked for; a parent that is not shown is named, if one may see it."""

    generations: list[Generation]
    truncated: bool


def tree(*, actor: Actor, generation: Generation) -> Tree:
    """All that descends from the same beginning: versions, variations, retries. At most 500, among them always
    `generation` and its nearest forebears."""
    brand_id, most = generation.brand_id, MOST_OF_TREE
    family = RawSQL(_TREE, [brand_id, generation.pk, brand_id, most, brand_id, most + 1])  # noqa: S611 - no outside text
    found = visible(actor, "asset.view", Generation.objects.filter(pk__in=family))
    rows: list[Generation] = list(found.prefetch_related(Prefetch("artifacts", to_attr="known_artifacts")))
    if len(rows) <= most:
        return Tree(sorted(rows, key=lambda row: row.pk), truncated=False)
    path = _path(generation, rows)[:most]
    others = sorted((row for row in rows if row not in path), key=lambda row: row.pk)
    return Tree(sorted([*path, *others[: most - len(path)]], key=lambda row: row.pk), truncated=True)


def _path(generation: Generation, rows: list[Generation]) -> list[Generation]:
    """`generation`, its parent, its parent's parent …, as far as they are among `rows`."""
    known = {row.pk: row for row in rows}
    path, row = [], known.get(generation.pk)
    while row is not None:
        path.append(row)
        row = known.pop(row.parent_id, None) if row.parent_id else None
    return path


def versions(generation: Generation) -> "QuerySet[Any]":
    """Every version of the same work, the first one included; `parent` makes a tree of them."""
    brand_id: UUID = generation.brand_id
    family = RawSQL(_VERSIONS, [brand_id, generation.pk, brand_id, brand_id])  # noqa: S611 - no outside text
    return Generation.objects.filter(pk__in=family)


def variations(generation: Generation) -> "QuerySet[Any]":
    """What was made from `generation` with other seeds."""
    return Generation.objects.filter(parent=generation, parent_kind=ParentKind.VARIATION)


def children(generation: Generation, kind: str, *, actor: Actor, newest: int) -> list[Generation]:
    made = visible(actor, "asset.view", Generation.objects.filter(parent=generation, parent_kind=kind))
    return list(made.order_by("-id")[:newest])
