"""What people did."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandManager

MAX_NAME = 200
MAX_DISTINCT_ID = 400
MAX_INSERT_ID = 200
MAX_SESSION = 200
MAX_REVENUE = 10**12


class Event(models.Model):
    """Partitioned by month on `at`; its migration makes the table. Added by analytics_store_events, never changed.

    `person` is the brand's number of whoever `distinct_id` was when it came: who was merged since, PersonMerge tells.
    `revenue` is of the event's own `currency`, to millionths.
    """

    pk = models.CompositePrimaryKey("brand_id", "insert_id", "at")
    # The data version of the brand refers to the brand: a reference of each event would cost a look-up each.
    brand = models.ForeignKey(
        "brands.Brand", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    insert_id = models.CharField(max_length=MAX_INSERT_ID)
    at = models.DateTimeField()
    name = models.CharField(max_length=MAX_NAME)
    person = models.BigIntegerField()
    distinct_id = models.CharField(max_length=MAX_DISTINCT_ID)
    session = models.CharField(max_length=MAX_SESSION)
    properties = models.JSONField()
    revenue = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    currency = models.CharField(max_length=3)
    received_at = models.DateTimeField()

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        # Partial, though every person is above 0: only queries that say so use them, and never the look-up of an
        # insert_id, whose plan is made when a partition is empty and kept while it grows.
        indexes = [
            models.Index(
                fields=["brand", "name", "at"], include=["person"], condition=Q(person__gt=0), name="event_by_name"
            ),
            models.Index(
                fields=["brand", "person", "at"], include=["name"], condition=Q(person__gt=0), name="event_by_person"
            ),
            # For the newest events, and questions about events of any name.
            models.Index(
                fields=["brand", "at"], include=["person", "name"], condition=Q(person__gt=0), name="event_by_time"
            ),
            # Events lie about as they came: some pages tell when, and adding an event costs nothing.
            BrinIndex(fields=["received_at"], pages_per_range=32, autosummarize=True, name="event_by_arrival"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="event_named"),
            models.CheckConstraint(condition=Q(person__gt=0), name="event_person_positive"),
            models.CheckConstraint(
                condition=Q(revenue=None, currency="") | Q(revenue__gte=0, currency__regex=r"^[A-Z]{3}$"),
                name="event_revenue_has_currency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
