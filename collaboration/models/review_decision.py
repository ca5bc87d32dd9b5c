from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandForeignKey, BrandModel
from collaboration.reviews.choices import Verdict

MAX_COMMENT = 4000


class ReviewDecision(BrandModel):
    """What one reviewer said of a round's items, whose hash stands beside it. Append-only, once in a step of a round.

    By a member, or by a guest, whose link and name stay when the link goes. `met` are the requirements that the
    reviewer's roles and groups met at that moment, `capacity` those in words.
    """

    review = BrandForeignKey("collaboration.Review", on_delete=models.PROTECT, related_name="decisions")
    round = BrandForeignKey("collaboration.ReviewRound", on_delete=models.PROTECT, related_name="decisions")
    step = BrandForeignKey("collaboration.ReviewStep", on_delete=models.PROTECT, related_name="decisions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    guest_session_id = models.UUIDField(null=True, blank=True)
    guest_link_id = models.UUIDField(null=True, blank=True)
    guest_name = models.CharField(max_length=80, blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict)
    comment = models.CharField(max_length=MAX_COMMENT, blank=True)
    sha256 = models.CharField(max_length=64, help_text="Of the round's items.")
    capacity = models.CharField(max_length=120, blank=True)
    met = ArrayField(models.UUIDField(), default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "round", "step", "user"],
                condition=Q(user__isnull=False),
                name="review_decision_once_by_member",
            ),
            models.UniqueConstraint(
                fields=["brand", "round", "step", "guest_session_id"],
                condition=Q(guest_session_id__isnull=False),
                name="review_decision_once_by_guest",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, guest_session_id=None, guest_link_id=None)
                | Q(user=None, guest_session_id__isnull=False, guest_link_id__isnull=False),
                name="review_decision_has_one_maker",
            ),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="review_decision_verdict_known"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.APPROVE) | ~Q(comment=""), name="review_changes_need_words"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="review_decision_sha256_hex"),
        ]
        indexes = [models.Index(fields=["brand", "review", "id"], name="review_decision_by_review")]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.user or self.guest_name or 'a guest'}"

    @property
    def voice(self) -> str:
        """What counts once: a member, or all that came by one link, who may be one person with many sessions."""
        return f"user:{self.user_id}" if self.user_id else f"link:{self.guest_link_id}"
