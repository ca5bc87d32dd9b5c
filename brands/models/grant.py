from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from brands import registry
from brands.choices import Permission, Role
from brands.models.role import GivesRights
from brands.permissions import RESOURCE_CAPABILITIES
from brands.tenancy.models import BrandForeignKey, BrandModel

HOLDERS = ("membership", "group", "api_key", "share_link")


def _exactly_one_holder() -> Q:
    alone = Q()
    for name in HOLDERS:
        alone |= Q(**{f"{other}__isnull": other != name for other in HOLDERS})
    return alone


class Grant(GivesRights, BrandModel):
    """Rights for one holder, on the whole brand or on one resource. There is nothing that forbids: only what allows.

    Holders are a membership (whoever leaves the brand leaves its grants), a group, an API key or a share link.
    """

    membership = BrandForeignKey("brands.Membership", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    group = BrandForeignKey("brands.Group", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    api_key = BrandForeignKey("brands.ApiKey", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    share_link = BrandForeignKey(
        "brands.ShareLink", on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    resource_type = models.CharField(max_length=40, blank=True, help_text="Empty: the whole brand.")
    resource_id = models.UUIDField(null=True, blank=True)
    role = models.CharField(max_length=16, choices=Role, blank=True)
    custom_role = BrandForeignKey(
        "brands.CustomRole", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    permissions = ArrayField(models.CharField(max_length=16, choices=Permission), default=list, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_exactly_one_holder(), name="grant_has_one_holder"),
            models.CheckConstraint(
                condition=Q(resource_type="", resource_id=None) | (~Q(resource_type="") & Q(resource_id__isnull=False)),
                name="grant_scope_whole",
            ),
            models.CheckConstraint(
                condition=(~Q(role="") & Q(custom_role=None, permissions__len=0))
                | Q(role="", custom_role__isnull=False, permissions__len=0)
                | (Q(role="", custom_role=None) & ~Q(permissions__len=0)),
                name="grant_gives_one_thing",
            ),
            models.CheckConstraint(condition=Q(role__in=["", *Role.values]), name="grant_role_known"),
            models.CheckConstraint(
                condition=Q(permissions__contained_by=Permission.values), name="grant_permissions_known"
            ),
            models.CheckConstraint(condition=Q(share_link=None) | ~Q(resource_type=""), name="grant_link_has_resource"),
        ]
        indexes = [
            models.Index(fields=["brand", "resource_type", "resource_id"], name="grant_by_resource"),
            models.Index(fields=["brand", "membership"], name="grant_by_member", condition=Q(membership__isnull=False)),
            models.Index(fields=["brand", "group"], name="grant_by_group", condition=Q(group__isnull=False)),
            models.Index(fields=["brand", "api_key"], name="grant_by_key", condition=Q(api_key__isnull=False)),
            models.Index(fields=["brand", "share_link"], name="grant_by_link", condition=Q(share_link__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.role_name or ', '.join(self.permissions)} on {self.resource_type or 'the brand'}"

    @property
    def capabilities(self) -> frozenset[str]:
        """On one resource only what has a meaning there."""
        given = super().capabilities
        if not self.resource_type:
            return given
        here = given & RESOURCE_CAPABILITIES
        return registry.meant(self.resource_type, here) if self.permissions else here


class Restriction(BrandModel):
    """A resource that nobody inherits rights on: only grants on itself count, and who manages members."""

    resource_type = models.CharField(max_length=40)
    resource_id = models.UUIDField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "resource_type", "resource_id"], name="restriction_once"),
            models.CheckConstraint(condition=~Q(resource_type=""), name="restriction_has_type"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_type} {self.resource_id}"
