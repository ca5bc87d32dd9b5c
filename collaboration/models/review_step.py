from django.db import models
from django.db.models import F, Q

from brands.choices import Role
from brands.tenancy.models import BrandForeignKey, BrandModel
from collaboration.reviews.choices import RequirementKind

MAX_STEPS = 10


class ReviewStep(BrandModel):
    """Who decides, and how many must approve. Open in the round `opened_round`, complete in `completed_round`.

    A reminder is told once for each due date: the markers say for which it was.
    """

    review = BrandForeignKey("collaboration.Review", on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80, blank=True)
    min_approvals = models.PositiveSmallIntegerField(default=1)
    guests_decide = models.BooleanField(
        default=False, help_text="Guests whose link lets them decide count as reviewers, all of one link as one."
    )
    due_at = models.DateTimeField(null=True, blank=True, help_text="Empty: when the review is due.")
    opened_round = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    completed_round = models.PositiveIntegerField(default=0)
    completed_at = models.DateTimeField(null=True, blank=True)
    due_soon_told_for = models.DateTimeField(null=True, blank=True)
    overdue_told_for = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "review", "number"], name="review_step_once"),
            models.CheckConstraint(condition=Q(number__range=(1, MAX_STEPS)), name="review_step_number_in_range"),
            models.CheckConstraint(condition=Q(min_approvals__gt=0), name="review_step_needs_approval"),
            models.CheckConstraint(
                condition=Q(completed_round__lte=F("opened_round")), name="review_step_opened_before_completed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}".strip()

    def is_open_in(self, round: int) -> bool:  # noqa: A002
        return self.opened_round == round and self.completed_round < round

    def is_complete_in(self, round: int) -> bool:  # noqa: A002
        return self.completed_round == round


class ReviewRequirement(BrandModel):
    """One of the approvals of a step must come from somebody with this role, or of this group.

    A role or group of the brand's own that goes leaves the requirement behind, which then nobody can meet: policies do
    not get weaker by themselves.
    """

    step = BrandForeignKey("collaboration.ReviewStep", on_delete=models.PROTECT, related_name="requirements")
    kind = models.CharField(max_length=12, choices=RequirementKind)
    role = models.CharField(max_length=16, choices=Role, blank=True)
    custom_role = BrandForeignKey(
        "brands.CustomRole", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    group = BrandForeignKey("brands.Group", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=60, help_text="Its name when it was required.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=RequirementKind.ROLE, role__in=Role.values, custom_role=None, group=None)
                | Q(kind=RequirementKind.CUSTOM_ROLE, role="", group=None)
                | Q(kind=RequirementKind.GROUP, role="", custom_role=None),
                name="review_requirement_one_kind",
            )
        ]

    def __str__(self) -> str:
        return self.label


class ReviewReviewer(BrandModel):
    """A member, or all members of a group. Whoever leaves the brand is no reviewer any more."""

    step = BrandForeignKey("collaboration.ReviewStep", on_delete=models.PROTECT, related_name="reviewers")
    membership = BrandForeignKey("brands.Membership", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    group = BrandForeignKey("brands.Group", on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(membership=None, group__isnull=False) | Q(membership__isnull=False, group=None),
                name="reviewer_member_or_group",
            ),
            models.UniqueConstraint(
                fields=["brand", "step", "membership"], condition=Q(group=None), name="reviewer_member_once"
            ),
            models.UniqueConstraint(
                fields=["brand", "step", "group"], condition=Q(membership=None), name="reviewer_group_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.group or self.membership)
