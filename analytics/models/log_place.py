from typing import ClassVar

from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandManager


class LogPlace(models.Model):
    """Up to where the brand's log of domain events was read into its analytics events.

    It moves in the transaction that stores them, under this row's lock: each is read once, in order.
    """

    brand = models.OneToOneField("brands.Brand", on_delete=models.PROTECT, primary_key=True, related_name="+")
    last_seq = models.BigIntegerField(default=0)

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last_seq__gte=0), name="log_place_not_negative")]

    def __str__(self) -> str:
        return f"{self.brand_id} read up to {self.last_seq}"
