"""People whom a brand keeps apart, by what they did or because somebody put them in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from analytics.choices import SegmentKind
from brands.tenancy.models import BrandForeignKey, BrandManager, BrandModel

_CRITERIA_TYPE = Func("criteria", function="jsonb_typeof", output_field=models.CharField())


class Segment(BrandModel):
    """`criteria` is what analytics.services.segment_criteria reads; of a static segment null.

    Its members are kept as rows. `made_of` tells from what: while that is the same, they need not be found again.
    `build` moves whenever the members do.
    """

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=1000, blank=True, default="", db_default="")
    kind = models.CharField(max_length=8, choices=SegmentKind)
    criteria = models.JSONField(null=True, blank=True)
    people = models.PositiveBigIntegerField(default=0, db_default=0, help_text="As many as it has, merged ones once.")
    build = models.PositiveBigIntegerField(default=0, db_default=0)
    version = models.BigIntegerField(null=True, help_text="Of the brand's events, when it was built.")
    made_of = models.CharField(max_length=64, blank=True, default="", db_default="")
    built_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(help_text="When beat looks at it again.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="segment_by_due")]
        constraints = [
            models.UniqueConstraint("brand", Lower("name"), name="segment_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="segment_named"),
            # What is null passes a check: so it is asked for first.
            models.CheckConstraint(
                condition=Q(kind=SegmentKind.STATIC, criteria__isnull=True)
                | Q(Exact(_CRITERIA_TYPE, "object"), kind=SegmentKind.DYNAMIC, criteria__isnull=False),
                name="segment_criteria_if_dynamic",
            ),
            models.CheckConstraint(
                condition=Q(built_at=None, version=None, people=0) | Q(built_at__isnull=False, version__gte=0),
                name="segment_built_of_something",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SegmentMember(models.Model):
    """Somebody in a segment, by the number they had when it was built: who was merged since, PersonMerge tells."""

    pk = models.CompositePrimaryKey("brand_id", "segment_id", "person")
    # The segment refers to the brand, and this to the segment and to the person: keys of the database.
    brand = models.ForeignKey(
        "brands.Brand", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    segment = BrandForeignKey(Segment, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.BigIntegerField()

    objects: ClassVar[BrandManager] = BrandManager()

    def __str__(self) -> str:
        return f"{self.person} in {self.segment_id}"
