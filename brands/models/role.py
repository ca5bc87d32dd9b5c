from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from brands.permissions import capabilities_given
from brands.tenancy.models import BrandModel


class CustomRole(BrandModel):
    """A role of the brand's own: a name and capabilities."""

    name = models.CharField(max_length=60)
    capabilities = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="custom_role_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="custom_role_has_name"),
            models.CheckConstraint(condition=~Q(capabilities__len=0), name="custom_role_gives_something"),
        ]

    def __str__(self) -> str:
        return self.name


class GivesRights:
    """What gives a role or a role of the brand's own: a membership, an invitation, a grant."""

    role: Any
    custom_role: Any
    permissions: Any = ()

    @property
    def capabilities(self) -> frozenset[str]:
        custom = self.custom_role and self.custom_role.capabilities
        return capabilities_given(self.role, custom, self.permissions)

    @property
    def role_name(self) -> str:
        return self.role or getattr(self.custom_role, "name", "")
