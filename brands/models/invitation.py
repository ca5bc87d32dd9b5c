from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.choices import Role
from brands.models.role import GivesRights
from brands.tenancy.models import BrandForeignKey, BrandModel


class Invitation(GivesRights, BrandModel):
    """An offer of membership to an e-mail address; the token is stored as a hash and shown once."""

    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role, blank=True, help_text="Empty: a role of the brand's own.")
    # One that nobody can take any more outlives its role.
    custom_role = BrandForeignKey(
        "brands.CustomRole", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_per_email",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values, custom_role=None)
                | Q(role="", custom_role__isnull=False)
                | Q(role="") & ~Q(accepted_at=None, revoked_at=None),
                name="invitation_role_known",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_accepted_xor_revoked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role_name})"
