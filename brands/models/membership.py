from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.choices import Role
from brands.models.role import GivesRights
from brands.tenancy.models import BrandForeignKey, BrandModel


class Membership(GivesRights, BrandModel):
    """A person's role in a brand. Read on every request: a change counts at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role, blank=True, help_text="Empty: a role of the brand's own.")
    custom_role = BrandForeignKey(
        "brands.CustomRole", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "user"], name="membership_once_per_brand"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values, custom_role=None) | Q(role="", custom_role__isnull=False),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role_name})"
