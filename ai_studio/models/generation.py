from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Greatest
from django.utils.text import Truncator

from ai_studio.choices import (
    ACTIVE,
    TERMINAL,
    ArtifactRole,
    AspectRatio,
    GenerationType,
    ModerationCode,
    ParentKind,
    Quality,
    Queue,
    Stage,
    Status,
)
from ai_studio.models.money import usd
from brands.tenancy.models import BrandForeignKey, BrandModel

if TYPE_CHECKING:
    from ai_studio.models.artifact import Artifact

MAX_PROMPT_LENGTH = 4000
MAX_DISTINCT_ID = 400
MAX_SEED = 2**31 - 1


class Generation(BrandModel):
    """A wish, and the job that fulfils it: the row is the job, a Celery message is only a bell."""

    # the wish
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    api_key = BrandForeignKey("brands.ApiKey", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    distinct_id = models.CharField(
        max_length=MAX_DISTINCT_ID,
        blank=True,
        default="",
        db_default="",
        help_text="Whom it is for, as analytics events name people; empty: the person who asked.",
    )
    type = models.CharField(max_length=16, choices=GenerationType)
    prompt = models.CharField(max_length=MAX_PROMPT_LENGTH)
    negative_prompt = models.CharField(max_length=MAX_PROMPT_LENGTH, blank=True)
    # How files name the prompt (ai_studio/provenance): stored, so that it can be looked up behind row-level security.
    prompt_sha256 = models.GeneratedField(
        expression=Func(F("prompt"), function="studio_sha256"),
        output_field=models.CharField(max_length=64),
        db_persist=True,
    )
    quality = models.CharField(max_length=8, choices=Quality, default=Quality.STANDARD)
    aspect_ratio = models.CharField(max_length=8, choices=AspectRatio, default=AspectRatio.SQUARE)
    seed = models.PositiveIntegerField()
    steps = models.PositiveSmallIntegerField(null=True, blank=True)
    guidance = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    duration_seconds = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    extras = models.JSONField(default=dict, blank=True, help_text="Free parameters of the model.")
    palette = models.JSONField(default=list, blank=True, help_text="The brand's colours when it was asked for.")
    parent = BrandForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    parent_kind = models.CharField(max_length=16, choices=ParentKind, blank=True)
    version = models.PositiveIntegerField(default=1)
    template = BrandForeignKey(
        "ai_studio.PromptTemplate",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # generation_by_template
    )
    template_version = models.PositiveIntegerField(null=True, blank=True)
    template_values = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        help_text="What its variables were given.",
    )
    moderation = models.CharField(
        max_length=24,
        choices=ModerationCode,
        blank=True,
        default="",
        db_default="",
        help_text="Who let the words pass; empty: nobody was asked.",
    )

    # the route
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=80)
    routing = models.JSONField(
        default=dict, blank=True, help_text="The chosen route, and the rejected ones with reasons."
    )

    # the job
    status = models.CharField(max_length=12, choices=Status, default=Status.PENDING)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    status_seq = models.PositiveIntegerField(default=1)
    queue = models.CharField(max_length=16, choices=Queue)
    priority = models.PositiveSmallIntegerField(default=5)
    next_step_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveBigIntegerField(default=0)
    claims = models.PositiveSmallIntegerField(default=0, help_text="Claims in a row that ended without a word.")
    deadline_at = models.DateTimeField()
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    # the outcome
    estimated_cost_usd = usd()
    cost_usd = usd(null=True, blank=True)
    credits = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    quality_score = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="Share of the prompt's words understood.",
    )
    answer = models.JSONField(default=dict, blank=True, help_text="What the model says of its work.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(prompt=""), name="generation_has_prompt"),
            models.CheckConstraint(condition=Q(type__in=GenerationType.values), name="generation_type_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="generation_status_known"),
            models.CheckConstraint(condition=Q(quality__in=Quality.values), name="generation_quality_known"),
            models.CheckConstraint(condition=Q(queue__in=Queue.values), name="generation_queue_known"),
            models.CheckConstraint(condition=Q(aspect_ratio__in=AspectRatio.values), name="generation_ratio_known"),
            models.CheckConstraint(condition=Q(seed__lte=MAX_SEED), name="generation_seed_in_range"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="generation_progress_in_range"),
            models.CheckConstraint(condition=Q(priority__lte=9), name="generation_priority_in_range"),
            models.CheckConstraint(
                condition=Q(parent=None, parent_kind="") | (Q(parent__isnull=False) & ~Q(parent_kind="")),
                name="generation_parent_has_kind",
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="generation_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(template=None, template_version=None)
                | Q(template__isnull=False, template_version__isnull=False),
                name="generation_template_has_version",
            ),
            models.CheckConstraint(
                condition=Q(moderation__in=["", *ModerationCode.values]), name="generation_moderation_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.COMPLETED) | Q(cost_usd__isnull=False, progress=100),
                name="generation_completed_has_cost",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.FAILED) | ~Q(error_code=""), name="generation_failed_has_code"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ACTIVE, completed_at=None, next_step_at__isnull=False)
                | Q(status__in=TERMINAL, completed_at__isnull=False, lease_until=None, next_step_at=None),
                name="generation_ended_iff_terminal",
            ),
            models.CheckConstraint(
                condition=Q(estimated_cost_usd__gte=0) & (Q(cost_usd=None) | Q(cost_usd__gte=0)),
                name="generation_cost_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "type", "-id"], name="generation_by_type"),
            models.Index(fields=["brand", "status", "-id"], name="generation_by_status"),
            models.Index(fields=["brand", "user", "-id"], name="generation_by_user"),
            models.Index(fields=["brand", "prompt_sha256"], name="generation_by_prompt_sha256"),
            models.Index(fields=["brand", "parent"], name="generation_by_parent", condition=Q(parent__isnull=False)),
            models.Index(
                fields=["brand", "template", "-id"],
                name="generation_by_template",
                condition=Q(template__isnull=False),
            ),
            # Those that have not begun, by urgency; those that have, by when they may go on. A claim reads no others.
            models.Index(
                fields=["queue", "brand", "-priority", "id"],
                name="generation_pending",
                condition=Q(status=Status.PENDING),
            ),
            models.Index(
                "queue",
                "brand",
                Greatest("next_step_at", "lease_until"),
                name="generation_begun",
                condition=Q(status=Status.PROCESSING),
            ),
            models.Index(
                fields=["brand", "lease_until"], name="generation_running", condition=Q(status=Status.PROCESSING)
            ),
            models.Index(
                fields=["brand", "queue", "-claimed_at"],
                name="generation_last_turn",
                condition=Q(claimed_at__isnull=False),
            ),
            models.Index(
                fields=["brand", "queue", "-started_at"],
                name="generation_by_start",
                condition=Q(started_at__isnull=False),
            ),
            models.Index(fields=["completed_at"], name="generation_by_end", condition=Q(completed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return Truncator(self.prompt).chars(60)

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL

    @property
    def parameters(self) -> dict[str, Any]:
        """The wish's parameters as the API shows them; unset ones are left out."""
        wanted = {
            "quality": self.quality,
            "aspect_ratio": self.aspect_ratio,
            "seed": self.seed,
            "steps": self.steps,
            "guidance": self.guidance,
            "duration_seconds": self.duration_seconds,
        }
        return {name: value for name, value in wanted.items() if value is not None} | {"extras": self.extras}

    @property
    def result(self) -> "Artifact | None":
        return self._artifact(ArtifactRole.RESULT)

    @property
    def thumbnail(self) -> "Artifact | None":
        return self._artifact(ArtifactRole.THUMBNAIL)

    def _artifact(self, role: ArtifactRole) -> "Artifact | None":
        """From all artifacts, so that lists can prefetch them: as a list, which costs less than a queryset a row."""
        known = self.__dict__.get("known_artifacts")
        return next((file for file in (self.artifacts.all() if known is None else known) if file.role == role), None)

    @property
    def elapsed_seconds(self) -> Decimal | None:
        """From the first start to the end."""
        if self.started_at is None or self.completed_at is None:
            return None
        return Decimal(str(round((self.completed_at - self.started_at).total_seconds(), 3)))
