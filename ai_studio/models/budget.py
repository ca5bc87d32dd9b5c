from django.conf import settings
from django.db import models
from django.db.models import Q

from ai_studio.models.money import usd
from brands import html
from brands.tenancy.models import BrandModel


class Budget(BrandModel):
    """A brand's money for one month. Moved only by guarded updates in ledger.py."""

    month_date = models.DateField(help_text="First day of the month, in the brand's time zone.")
    limit_usd = usd()
    reserved_usd = usd(default=0)
    spent_usd = usd(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "month_date"], name="budget_once_per_month"),
            models.CheckConstraint(condition=Q(month_date__day=1), name="budget_month_starts_on_first"),
            models.CheckConstraint(
                condition=Q(limit_usd__gte=0, reserved_usd__gte=0, spent_usd__gte=0),
                name="budget_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month_date:%B %Y}: {html.usd(self.spent_usd)} of {html.usd(self.limit_usd)}"


class UserQuota(BrandModel):
    """A person's share of a brand's month: how many generations, how much money."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    month_date = models.DateField()
    limit_generations = models.PositiveIntegerField()
    used_generations = models.PositiveIntegerField(default=0, help_text="Reserved and done.")
    limit_usd = usd()
    reserved_usd = usd(default=0)
    spent_usd = usd(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "user", "month_date"], name="quota_once_per_month"),
            models.CheckConstraint(condition=Q(month_date__day=1), name="quota_month_starts_on_first"),
            models.CheckConstraint(
                condition=Q(limit_usd__gte=0, reserved_usd__gte=0, spent_usd__gte=0),
                name="quota_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.user}, {self.month_date:%B %Y}: {self.used_generations:,} of {self.limit_generations:,} generations"
        )
