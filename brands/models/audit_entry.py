from django.db import models
from django.db.models import Q

from brands.choices import ActorKind
from brands.tenancy.models import BrandModel

SHA256 = "^[0-9a-f]{64}$"


class AuditEntry(BrandModel):
    """Who did what to what, when and from where. Append-only.

    Entries of a brand form a chain in the order of commits (brands/audit_chain.py). A trigger numbers and hashes each
    one as its transaction commits; until then, and only to that transaction, it has no number.
    """

    actor_kind = models.CharField(max_length=16, choices=ActorKind)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=254, blank=True)  # as long as an address
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    details = models.JSONField(default=dict)
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    seq = models.BigIntegerField(null=True, editable=False)
    prev_hash = models.CharField(max_length=64, default="", db_default="", editable=False)
    hash = models.CharField(max_length=64, default="", db_default="", editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        constraints = [
            models.CheckConstraint(condition=Q(actor_kind__in=ActorKind.values), name="audit_actor_kind_known"),
            models.UniqueConstraint(fields=["brand", "seq"], name="audit_seq_once"),
            models.CheckConstraint(
                condition=Q(seq=None, prev_hash="", hash="")
                | Q(seq__gt=0, prev_hash__regex=SHA256, hash__regex=SHA256),
                name="audit_sealed_or_not",
            ),
        ]
        indexes = [models.Index(fields=["brand", "object_type", "object_id"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.action} {self.object_type} {self.object_id}"
