"""Families of generations: what was made from what."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from ai_studio.choices import ParentKind
from ai_studio.models import Generation

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


def versions(generation: Generation) -> "QuerySet[Any]":
    """Every version of the same work, the first one included; `parent` makes a tree of them."""
    brand_id: UUID = generation.brand_id
    family = RawSQL(_VERSIONS, [brand_id, generation.pk, brand_id, brand_id])  # noqa: S611 - no outside text
    return Generation.objects.filter(pk__in=family)


def variations(generation: Generation) -> "QuerySet[Any]":
    """What was made from `generation` with other seeds."""
    return Generation.objects.filter(parent=generation, parent_kind=ParentKind.VARIATION)


def children(generation: Generation, kind: str, *, newest: int) -> list[Generation]:
    return list(Generation.objects.filter(parent=generation, parent_kind=kind).order_by("-id")[:newest])
