from django.db import models

from brands.tenancy.models import BrandModel


class IdempotencyRecord(BrandModel):
    """The answer already given to (actor, route, key), kept for 24 hours."""

    actor = models.CharField(max_length=80)
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    body_sha256 = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    answer = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "actor", "route", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["brand", "created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
