from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandForeignKey, BrandModel

MAX_ITEMS = 50
GENERATION = "AI_GENERATION"


class ReviewItem(BrandModel):
    """An exact version of a resource, as it was when a review was asked for. Append-only.

    It names the resource and the artifact without referring to their rows: when those go, this stays. `sha256` is the
    file's, and of what has no file that of `facts`, which say what the resource was.
    """

    review = BrandForeignKey("collaboration.Review", on_delete=models.PROTECT, related_name="items")
    round = BrandForeignKey("collaboration.ReviewRound", on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    resource_type = models.CharField(max_length=40)
    resource_id = models.UUIDField()
    title = models.CharField(max_length=200)
    version = models.CharField(max_length=80, blank=True)
    artifact_id = models.UUIDField(null=True, blank=True)
    media_type = models.CharField(max_length=80, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    facts = models.JSONField()
    cost_usd = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    frozen_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "round", "position"], name="review_item_place_once"),
            models.UniqueConstraint(
                fields=["brand", "round", "resource_type", "resource_id"], name="review_item_once_in_round"
            ),
            models.CheckConstraint(condition=Q(position__lt=MAX_ITEMS), name="review_item_position_in_range"),
            models.CheckConstraint(condition=~Q(resource_type=""), name="review_item_has_resource"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="review_item_sha256_hex"),
            models.CheckConstraint(condition=Q(cost_usd=None) | Q(cost_usd__gte=0), name="review_item_cost"),
            models.CheckConstraint(
                condition=~Q(resource_type=GENERATION) | Q(artifact_id__isnull=False, cost_usd__isnull=False),
                name="review_item_generation_whole",
            ),
        ]
        indexes = [models.Index(fields=["brand", "resource_type", "resource_id"], name="review_item_by_resource")]

    def __str__(self) -> str:
        return self.title
