from django.db import models
from django.db.models import Q

from ai_studio.choices import InputRole
from brands.tenancy.models import BrandForeignKey, BrandModel

MAX_INPUTS = 4


class GenerationInput(BrandModel):
    """A file of the brand that a generation starts from, in the order they were named."""

    generation = BrandForeignKey("ai_studio.Generation", on_delete=models.CASCADE, related_name="inputs")
    artifact = BrandForeignKey("ai_studio.Artifact", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=8, choices=InputRole, default=InputRole.IMAGE)

    class Meta:
        ordering = ["generation_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "generation", "position"], name="input_position_once"),
            models.UniqueConstraint(
                fields=["brand", "generation"], condition=Q(role=InputRole.MASK), name="input_one_mask"
            ),
            models.CheckConstraint(condition=Q(position__lt=MAX_INPUTS), name="input_position_in_range"),
            models.CheckConstraint(condition=Q(role__in=InputRole.values), name="input_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.artifact_id}"
