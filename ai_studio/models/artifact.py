from django.db import models
from django.db.models import Q

from ai_studio.choices import ArtifactRole
from brands.tenancy.models import BrandForeignKey, BrandModel


class Artifact(BrandModel):
    """A file a generation made, stored under its content's SHA-256 in the brand's folder."""

    generation = BrandForeignKey("ai_studio.Generation", on_delete=models.CASCADE, related_name="artifacts")
    role = models.CharField(max_length=12, choices=ArtifactRole)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=200)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    duration_seconds = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["generation_id", "id"]
        indexes = [models.Index(fields=["brand", "sha256"], name="artifact_by_sha256")]
        constraints = [
            models.UniqueConstraint(fields=["brand", "generation", "name"], name="artifact_name_once"),
            models.UniqueConstraint(
                fields=["brand", "generation", "role"],
                condition=Q(role__in=[ArtifactRole.RESULT, ArtifactRole.THUMBNAIL]),
                name="artifact_one_result_one_thumbnail",
            ),
            models.CheckConstraint(condition=Q(role__in=ArtifactRole.values), name="artifact_role_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="artifact_sha256_hex"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.media_type})"
