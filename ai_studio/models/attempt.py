from django.db import models
from django.db.models import Q

from ai_studio.choices import CancelState, SubmitState
from ai_studio.models.money import usd
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

    # whose jobs at once it is counted among; empty where its provider has no limit (ai_studio/routing/slots.py)
    slot = models.CharField(max_length=80, blank=True, default="", db_default="")

    # what its provider takes for it although nothing came of it; the attempt that succeeds is in the cost record only
    cost_usd = usd(null=True, blank=True)
    cost_details = models.JSONField(null=True, blank=True, help_text="Where the cost was read: as in a cost record.")

    # telling its provider that nobody wants it any more; defaults of the database, because SQL inserts attempts
    cancel_state = models.CharField(max_length=12, choices=CancelState, blank=True, default="", db_default="")
    cancel_tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    cancel_next_at = models.DateTimeField(null=True, blank=True)
    cancel_error = models.TextField(blank=True, default="", db_default="")

    class Meta:
        ordering = ["generation_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "generation", "number"], name="attempt_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempt_number_positive"),
            models.CheckConstraint(condition=Q(submit_state__in=SubmitState.values), name="attempt_submit_state_known"),
            models.CheckConstraint(condition=Q(cost_usd=None) | Q(cost_usd__gte=0), name="attempt_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(cancel_state__in=["", *CancelState.values]), name="attempt_cancel_state_known"
            ),
            models.CheckConstraint(
                condition=Q(cancel_state=CancelState.REQUESTED) ^ Q(cancel_next_at=None),
                name="attempt_cancel_due_iff_requested",
            ),
        ]
        indexes = [
            models.Index(
                fields=["cancel_next_at"], name="attempt_to_call_off", condition=Q(cancel_next_at__isnull=False)
            ),
            models.Index(fields=["brand", "-started_at"], name="attempt_by_start"),
            # Across brands: who share a key share its slots.
            models.Index(fields=["slot"], name="attempt_by_slot", condition=~Q(slot="")),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number}: {self.generation}"
