from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandForeignKey, BrandModel


class Group(BrandModel):
    """Members who get rights together."""

    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="group_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="group_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(BrandModel):
    """Of a membership and not of a person: whoever leaves the brand leaves its groups."""

    group = BrandForeignKey("brands.Group", on_delete=models.CASCADE, related_name="members")
    membership = BrandForeignKey("brands.Membership", on_delete=models.CASCADE, related_name="groups")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "group", "membership"], name="group_member_once")]

    def __str__(self) -> str:
        return f"{self.membership_id} in {self.group_id}"
