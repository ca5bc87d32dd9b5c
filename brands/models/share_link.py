from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from brands.tenancy.models import BrandForeignKey, BrandModel


class ShareLink(BrandModel):
    """A public address of one resource. Its grant says what a guest may do; the token is stored as a hash."""

    resource_type = models.CharField(max_length=40)
    resource_id = models.UUIDField()
    label = models.CharField(max_length=120, blank=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    last4 = models.CharField(max_length=4)
    password = models.CharField(max_length=200, blank=True, help_text="argon2; empty: none is asked.")
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(resource_type=""), name="share_link_has_resource"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("starts_at")), name="share_link_ends_after_start"),
            models.CheckConstraint(
                condition=Q(max_uses=None) | (Q(max_uses__gt=0) & Q(uses__lte=F("max_uses"))),
                name="share_link_uses_bounded",
            ),
        ]
        indexes = [models.Index(fields=["brand", "resource_type", "resource_id"], name="share_link_by_resource")]

    def __str__(self) -> str:
        return f"{self.label or 'Link'} (…{self.last4})"

    def is_live(self, *, at: datetime) -> bool:
        """Open, or to be opened; its uses may be spent, and who came in before stays."""
        return self.revoked_at is None and self.starts_at <= at < self.expires_at


class GuestSession(BrandModel):
    """Somebody without an account who opened a link; ends with the link at the latest."""

    link = BrandForeignKey("brands.ShareLink", on_delete=models.CASCADE, related_name="sessions")
    token_sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "link"], name="guest_session_by_link")]

    def __str__(self) -> str:
        return self.name or "Guest"
