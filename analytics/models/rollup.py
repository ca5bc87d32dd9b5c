"""What the events come to, day by day (UTC), kept as they come. A rebuild from the events gives the same."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from analytics.models.event import MAX_NAME
from brands.tenancy.models import BrandManager


class DailyCount(models.Model):
    """How many events of a name there were on a day, of how many people, the merged counted once."""

    pk = models.CompositePrimaryKey("brand_id", "day_date", "name")
    brand = models.ForeignKey(
        "brands.Brand", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    day_date = models.DateField()
    name = models.CharField(max_length=MAX_NAME)
    events = models.BigIntegerField()
    people = models.BigIntegerField()

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=0, events__gte=models.F("people")), name="daily_count_whole")
        ]

    def __str__(self) -> str:
        return f"{self.day_date} {self.name}: {self.events}"


class DailyPerson(models.Model):
    """A person did this on that day. Of merged people, the rows are of whoever they were merged into."""

    pk = models.CompositePrimaryKey("brand_id", "person", "day_date", "name")
    brand = models.ForeignKey(
        "brands.Brand", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    person = models.BigIntegerField()
    day_date = models.DateField()
    name = models.CharField(max_length=MAX_NAME)

    objects: ClassVar[BrandManager] = BrandManager()

    def __str__(self) -> str:
        return f"{self.person} {self.day_date} {self.name}"
