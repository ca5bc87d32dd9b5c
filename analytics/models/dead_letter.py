from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandModel

MAX_PAYLOAD = 8_000
KEPT_DAYS = 30


class DeadLetter(BrandModel):
    """What came as an event and could not be one. `payload` is the beginning of its JSON."""

    received_at = models.DateTimeField()
    source = models.CharField(max_length=40, help_text="The way it came: native, posthog, segment, import …")
    code = models.CharField(max_length=60, help_text="Stable: made for programs.")
    reason = models.CharField(max_length=400)
    payload = models.CharField(max_length=MAX_PAYLOAD, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "source", "id"], name="dead_letter_by_source"),
            models.Index(fields=["brand", "code", "id"], name="dead_letter_by_code"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(source=""), name="dead_letter_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"
