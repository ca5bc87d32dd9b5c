"""New versions of what is under review."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

from collaboration.models import Review

# From the items of present rounds down to what was made from them as a version. What was tried again is the same
# version once more.
_NEWER = """
WITH RECURSIVE held AS (
    SELECT i.id, i.brand_id, i.review_id, i.resource_id
    FROM collaboration_review v
    JOIN collaboration_reviewround r ON r.brand_id = v.brand_id AND r.review_id = v.id AND r.number = v.round
    JOIN collaboration_reviewitem i ON i.brand_id = r.brand_id AND i.round_id = r.id
    WHERE i.resource_type = 'AI_GENERATION' AND v.status <> 'CANCELLED' AND {which}
), down AS (
    SELECT h.id AS item_id, h.review_id, g.brand_id, g.id, g.status
    FROM held h JOIN ai_studio_generation g
        ON g.brand_id = h.brand_id AND g.parent_id = h.resource_id AND g.parent_kind = 'VERSION'
    UNION ALL
    SELECT d.item_id, d.review_id, g.brand_id, g.id, g.status
    FROM down d JOIN ai_studio_generation g
        ON g.brand_id = d.brand_id AND g.parent_id = d.id AND g.parent_kind IN ('VERSION', 'RETRY')
)
"""
_DONE = "FROM down WHERE status = 'COMPLETED'"
_OF_THESE = "".join(
    (
        _NEWER.format(which="v.brand_id = %s AND v.id = ANY(%s)"),
        f"SELECT DISTINCT ON (item_id) review_id, item_id, id {_DONE} ORDER BY item_id, id DESC",
    )
)
_FOLLOWED = "".join((_NEWER.format(which="v.follows_versions"), f"SELECT review_id {_DONE}"))


def newer(*reviews: Review) -> dict[UUID, UUID]:
    """The newest completed version of each item of the present rounds that has one, by the item's id."""
    return {item: newest for _, item, newest in _of(reviews)}


def outdated(*reviews: Review) -> set[UUID]:
    """Those of which an item has a newer version."""
    return {review for review, _, _ in _of(reviews)}


def _of(reviews: Sequence[Review]) -> list[tuple[UUID, UUID, UUID]]:
    """(review, item, its newest version)."""
    if not reviews:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OF_THESE, [reviews[0].brand_id, [review.pk for review in reviews]])
        return cursor.fetchall()


def followed() -> Sequence[tuple[UUID, UUID]]:
    """(brand, review) of every brand's reviews that follow versions, and of whose items there is a newer one."""
    ids = RawSQL(_FOLLOWED, [])  # noqa: S611 - no outside text
    found = Review.objects.all_brands(reason="new versions of what is under review").filter(pk__in=ids)
    return list(found.order_by("id").values_list("brand_id", "pk"))
