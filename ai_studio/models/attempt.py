from django.db import models
from django.db.models import Q

from ai_studio.choices import SubmitState
from brands.tenancy.models import BrandForeignKey, BrandModel


class Attempt(BrandModel):
    """One try at a provider: the job record. Committed before the provider is called."""

    generation = BrandForeignKey("ai_studio.Generation", on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=80)
    fence = models.PositiveBigIntegerField()
    submit_state = models.CharField(max_length=12, choices=SubmitState, default=SubmitState.NOT_SENT)
    external_id = models.CharField(max_length=200, blank=True)
    raw_answer = models.JSONField(null=True, blank=True, help_text="What the provider said, without the files.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["generation_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "generation", "number"], name="attempt_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempt_number_positive"),
            models.CheckConstraint(condition=Q(submit_state__in=SubmitState.values), name="attempt_submit_state_known"),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number}: {self.generation}"
