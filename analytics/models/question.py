"""Questions that a worker answers, for those who do not want to wait with an open connection."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from analytics.choices import Phase, QuestionStatus
from brands.tenancy.models import BrandModel

ASKED = (QuestionStatus.QUEUED, QuestionStatus.RUNNING)


class Question(BrandModel):
    """`kind` and `parameters` are those of a GET, `row` the id in its address; `question` is the hash of all three. The
    answer itself lies in the cache until `expires_at`."""

    kind = models.CharField(max_length=40)
    row = models.UUIDField(null=True, blank=True, help_text="Of the funnel or metric that was asked.")
    parameters = models.JSONField(default=dict, blank=True, help_text="{parameter: [value, …]}")
    question = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=QuestionStatus, default=QuestionStatus.QUEUED)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.WAITING)
    answer_status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="What a GET would answer with.")
    fence = models.BigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["status", "leased_until"], condition=Q(status__in=ASKED), name="question_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "question"], condition=Q(status__in=ASKED), name="question_asked_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status__in=QuestionStatus.values, phase__in=Phase.values), name="question_choices_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ASKED, finished_at=None, expires_at=None)
                | (~Q(status__in=ASKED) & Q(finished_at__isnull=False, expires_at__isnull=False)),
                name="question_finished_when_over",
            ),
            models.CheckConstraint(
                condition=Q(status="RUNNING", leased_until__isnull=False)
                | (~Q(status="RUNNING") & Q(leased_until=None)),
                name="question_lease_while_running",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["DONE", "FAILED"], answer_status__isnull=False)
                | (~Q(status__in=["DONE", "FAILED"]) & Q(answer_status=None)),
                name="question_over_with_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
