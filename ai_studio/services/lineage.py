"""Families of generations: what was made from what."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.db.models.expressions import RawSQL

from ai_studio.choices import ParentKind, Status
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

# From each of these down to the versions made from it, with the one it began from. What was tried again counts as the
# same version.
_LATER = """
WITH RECURSIVE later AS (
    SELECT id AS first, id, version AS first_version, version FROM ai_studio_generation
    WHERE brand_id = %s AND id = ANY(%s)
    UNION
    SELECT later.first, g.id, later.first_version, g.version FROM ai_studio_generation g
    JOIN later ON g.brand_id = %s AND g.parent_id = later.id AND g.parent_kind IN ('VERSION', 'RETRY')
)
SELECT first, id FROM later WHERE version > first_version
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


def superseded(*, actor: Actor, generations: Iterable[UUID]) -> set[UUID]:
    """Of these, those of which `actor` may see a later version that is done. Two queries, however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(_LATER, [actor.brand_id, list(generations), actor.brand_id])
        pairs = cursor.fetchall()
    if not pairs:
        return set()
    done = Generation.objects.filter(pk__in={later for _, later in pairs}, status=Status.COMPLETED)
    seen = set(visible(actor, "asset.view", done).values_list("pk", flat=True))
    return {first for first, later in pairs if later in seen}


def variations(generation: Generation) -> "QuerySet[Any]":
    """What was made from `generation` with other seeds."""
    return Generation.objects.filter(parent=generation, parent_kind=ParentKind.VARIATION)


def children(generation: Generation, kind: str, *, actor: Actor, newest: int) -> list[Generation]:
    made = visible(actor, "asset.view", Generation.objects.filter(parent=generation, parent_kind=kind))
    return list(made.order_by("-id")[:newest])
