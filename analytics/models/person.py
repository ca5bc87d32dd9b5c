"""Who did it, by whatever names they came."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from analytics.models.event import MAX_DISTINCT_ID
from brands.tenancy.models import BrandManager


class Person(models.Model):
    """Somebody, known by a number of the brand's own: 1, 2, 3 …, so that no brand learns how many others have."""

    pk = models.CompositePrimaryKey("brand_id", "number")
    brand = models.ForeignKey("brands.Brand", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.BigIntegerField()
    created_at = models.DateTimeField()
    identified = models.BooleanField(default=False, db_default=False, help_text="They said who they are.")

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number__gt=0), name="person_number_positive")]

    def __str__(self) -> str:
        return str(self.number)


class DistinctId(models.Model):
    """A name under which a person's events come. It stays with its first number; merges are told apart."""

    pk = models.CompositePrimaryKey("brand_id", "distinct_id")
    # The person refers to the brand, and this to the person: (brand_id, person) is a key of the database.
    brand = models.ForeignKey(
        "brands.Brand", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    distinct_id = models.CharField(max_length=MAX_DISTINCT_ID)
    person = models.BigIntegerField()

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        # Partial for the reason that the events' are.
        indexes = [models.Index(fields=["brand", "person"], condition=Q(person__gt=0), name="distinct_id_by_person")]
        constraints = [models.CheckConstraint(condition=~Q(distinct_id=""), name="distinct_id_not_empty")]

    def __str__(self) -> str:
        return self.distinct_id


class PersonMerge(models.Model):
    """`merged` turned out to be `into`, who was never merged into anyone: one step always leads to the end."""

    pk = models.CompositePrimaryKey("brand_id", "merged")
    brand = models.ForeignKey("brands.Brand", on_delete=models.PROTECT, related_name="+", db_index=False)
    merged = models.BigIntegerField()
    into = models.BigIntegerField()
    at = models.DateTimeField()

    objects: ClassVar[BrandManager] = BrandManager()

    class Meta:
        indexes = [
            models.Index(fields=["brand", "into"], name="person_merge_by_into"),
            models.Index(fields=["brand", "at"], name="person_merge_by_at"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(merged=F("into")), name="person_merge_of_two")]

    def __str__(self) -> str:
        return f"{self.merged} into {self.into}"
