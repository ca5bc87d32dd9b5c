from typing import ClassVar

from django.db import models

from brands.tenancy.models import BrandManager


class AuditChain(models.Model):
    """Where a brand's chain of audit entries ends, so that cutting off its end is noticed; and how it was found when it
    was last verified. Written by the database's own function as entries are sealed, and by maintenance."""

    brand = models.OneToOneField("brands.Brand", on_delete=models.PROTECT, primary_key=True, related_name="+")
    length = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    verified_at = models.DateTimeField(null=True)
    verified_length = models.BigIntegerField(default=0, db_default=0)
    finding = models.TextField(default="", db_default="", help_text="What is broken; empty when nothing is.")

    objects: ClassVar[BrandManager] = BrandManager()

    def __str__(self) -> str:
        return f"{self.brand_id}: {self.length} entries"

    @property
    def state(self) -> str:
        """In words."""
        if self.verified_at is None:
            return f"{self.length} entries, never verified (manage.py verify_audit)"
        found = f"broken: {self.finding}" if self.finding else f"{self.verified_length} unbroken"
        return f"{self.length} entries; verified {self.verified_at:%Y-%m-%d %H:%M} UTC: {found}"
