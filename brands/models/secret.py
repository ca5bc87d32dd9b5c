from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from brands.tenancy.models import BrandModel

MAX_VALUE_BYTES = 8192
# A nonce of 12 bytes before the ciphertext, a tag of 16 behind it (brands/key_ring.py).
_FRAME_BYTES = 28


class Secret(BrandModel):
    """Something that only our servers may read: a provider's key, a webhook's secret. Encrypted at rest."""

    name = models.CharField(max_length=80)
    key_id = models.CharField(max_length=32, help_text="The key of SECRET_KEY_RING that opens it.")
    ciphertext = models.BinaryField()
    last4 = models.CharField(max_length=4, blank=True)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="secret_name_once"),
            models.CheckConstraint(condition=Q(name__regex=r"^[a-z0-9_-]+(\.[a-z0-9_-]+)*$"), name="secret_name_plain"),
            models.CheckConstraint(condition=~Q(key_id=""), name="secret_has_key"),
            models.CheckConstraint(condition=Q(last4__regex=r"^(.{4})?$"), name="secret_last4_or_none"),
            # Longer than a frame around nothing, no longer than the longest value: encrypted, not as it came.
            models.CheckConstraint(
                condition=Q(GreaterThanOrEqual(Length("ciphertext"), _FRAME_BYTES + 1))
                & Q(LessThanOrEqual(Length("ciphertext"), _FRAME_BYTES + MAX_VALUE_BYTES)),
                name="secret_ciphertext_length",
            ),
        ]

    def __str__(self) -> str:
        return self.name
