from typing import ClassVar

from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandManager


class DataVersion(models.Model):
    """How often the brand's events changed, and its last person's number.

    Whoever changes events holds this row's lock from before their first look to the commit: batches of a brand come
    one after another, so that no two of them number the same person, count the same event or wait for each other.
    """

    brand = models.OneToOneField("brands.Brand", on_delete=models.PROTECT, primary_key=True, related_name="+")
    version = models.BigIntegerField(default=0)
    last_person = models.BigIntegerField(default=0)
    kept_from = models.DateTimeField(null=True, help_text="Events before this were forgotten, and come in no more.")

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(version__gte=0, last_person__gte=0), name="data_version_not_negative")
        ]

    def __str__(self) -> str:
        return f"version {self.version}"
