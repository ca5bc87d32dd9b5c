"""Who wrote: a member (or the maker of an API key), or a guest of a share link; never both, never nobody."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.tenancy.models import BrandForeignKey, BrandModel


class Authored(BrandModel):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    guest = BrandForeignKey("brands.GuestSession", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


def one_author(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(user__isnull=False, guest=None) | Q(user=None, guest__isnull=False), name=name
    )


def once_per_author(name: str, *fields: str) -> list[models.UniqueConstraint]:
    """Two, because NULL equals nothing."""
    return [
        models.UniqueConstraint(
            fields=["brand", *fields, who], condition=Q(**{f"{who}__isnull": False}), name=f"{name}_of_{who}"
        )
        for who in ("user", "guest")
    ]
