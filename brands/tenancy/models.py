"""Base classes of every model that belongs to a brand."""

import logging
from typing import Any, Self
from uuid import UUID

import uuid_utils.compat
from django.db import models
from prometheus_client import Counter

from brands.tenancy.scope import HasId, required_brand_id

logger = logging.getLogger(__name__)

MAINTENANCE = "maintenance"

cross_brand_reads = Counter("atelier_cross_brand_access_total", "Uses of the maintenance role, by reason.", ["reason"])


def new_id() -> UUID:
    """UUIDv7: random enough to be unguessable, ordered by time so that keyset pages and indexes stay dense."""
    return uuid_utils.compat.uuid7()


class BrandQuerySet(models.QuerySet[Any]):
    def for_brand(self, brand: HasId | UUID) -> Self:
        return self.filter(brand_id=brand if isinstance(brand, UUID) else brand.id)


class BrandManager(models.Manager.from_queryset(BrandQuerySet)):  # type: ignore[misc]
    """Default deny: a query must name its brand, by scope or by for_brand()."""

    def get_queryset(self) -> BrandQuerySet:
        return super().get_queryset().filter(brand_id=required_brand_id())

    def none(self) -> BrandQuerySet:
        """No rows of no brand: needs none."""
        return super().get_queryset().none()

    def for_brand(self, brand: HasId | UUID) -> BrandQuerySet:
        return super().get_queryset().for_brand(brand)

    def all_brands(self, *, reason: str) -> BrandQuerySet:
        """Rows of every brand, through the maintenance role. For staff and cross-brand jobs only."""
        cross_brand_reads.labels(reason=reason).inc()
        logger.debug("cross-brand access to %s: %s", self.model.__name__, reason)
        return BrandQuerySet(self.model, using=MAINTENANCE)


class BrandForeignKey(models.ForeignKey):
    """A foreign key that stays inside the brand.

    A plain foreign key accepts another brand's row, because PostgreSQL checks references outside row-level
    security. So the constraint is composite, (brand_id, x_id) → (brand_id, id), made by BrandTable.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        in_order = on_delete is models.CASCADE and kwargs.get("null")
        super().__init__(to, _cascade_in_order if in_order else on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if kwargs["on_delete"] is _cascade_in_order:
            kwargs["on_delete"] = models.CASCADE
        return name, path, args, kwargs


def _cascade_in_order(collector: Any, field: Any, rows: Any, using: str) -> None:
    """CASCADE that deletes what refers first where it may be null, too: there Django leaves the order to constraints
    that wait for the commit, and ours do not."""
    collector.collect(rows, source=field.remote_field.model, source_attr=field.name, fail_on_restricted=False)


class BrandOneToOneField(models.OneToOneField):
    """The same for one-to-one."""

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)


class BrandModel(models.Model):
    """Belongs to exactly one brand; needs a BrandTable operation in its migration."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey("brands.Brand", on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = BrandManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"
