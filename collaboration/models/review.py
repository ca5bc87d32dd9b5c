from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandForeignKey, BrandModel
from collaboration.reviews.choices import ReviewStatus, RoundOutcome, RoundReason


class Review(BrandModel):
    """Exact versions of resources that people are asked to approve. It is a resource itself, and holds its items."""

    title = models.CharField(max_length=160)
    description = models.CharField(max_length=4000, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    status = models.CharField(max_length=20, choices=ReviewStatus, default=ReviewStatus.OPEN)
    round = models.PositiveIntegerField(default=1, help_text="The number of its present round.")
    is_sequential = models.BooleanField(default=True, help_text="A step opens when the one before is complete.")
    follows_versions = models.BooleanField(
        default=True, help_text="A completed version of an item asks again by itself."
    )
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="review_has_title"),
            models.CheckConstraint(condition=Q(status__in=ReviewStatus.values), name="review_status_known"),
            models.CheckConstraint(condition=Q(round__gt=0), name="review_round_positive"),
            models.CheckConstraint(
                condition=Q(status=ReviewStatus.OPEN, ended_at=None)
                | ~Q(status=ReviewStatus.OPEN) & Q(ended_at__isnull=False),
                name="review_ended_iff_not_open",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "status", "-id"], name="review_by_status"),
            models.Index(fields=["brand", "requested_by", "-id"], name="review_by_requester"),
            models.Index(fields=["brand", "due_at"], name="review_due", condition=Q(status=ReviewStatus.OPEN)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status == ReviewStatus.OPEN


class ReviewRound(BrandModel):
    """One asking: its items are what is decided about. `sha256` is that of all of them, in their order."""

    review = BrandForeignKey("collaboration.Review", on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=12, choices=RoundReason)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20, choices=RoundOutcome, blank=True, help_text="Empty: it runs.")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "review", "number"], name="review_round_once"),
            models.UniqueConstraint(
                fields=["brand", "review"], condition=Q(outcome=""), name="review_one_round_at_a_time"
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="review_round_number_positive"),
            models.CheckConstraint(condition=Q(reason__in=RoundReason.values), name="review_round_reason_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *RoundOutcome.values]), name="review_outcome_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="review_round_sha256_hex"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | ~Q(outcome="") & Q(ended_at__isnull=False),
                name="review_round_ended_iff_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"Round {self.number}"
