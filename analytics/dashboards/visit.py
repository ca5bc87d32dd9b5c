"""Whose numbers somebody wants to see, and of which days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from ai_studio.services.periods import Period, period
from analytics.api.serializers.funnel_answers import RangeQuery
from brands.api.serializers import StrictSerializer
from brands.models import Brand
from brands.permissions import Actor

# In words, and in days until today.
SPANS = (("7 days", 7), ("30 days", 30), ("90 days", 90), ("1 year", 365))


@dataclass(frozen=True)
class Visit:
    """In the brand's scope. `default_days`: until today, where no day was chosen."""

    request: HttpRequest
    actor: Actor
    brand: Brand
    at: datetime
    default_days: int = 30

    @property
    def days(self) -> Period:
        """Raises InvalidInput, or DRF's ValidationError, naming `from` or `to`."""
        asked = self.read(RangeQuery, "from", "to")
        return period(
            timezone=self.brand.timezone,
            at=self.at,
            from_date=asked.get("from"),
            to_date=asked.get("to"),
            days=self.default_days,
        )

    @property
    def today(self) -> date:
        return self.at.astimezone(ZoneInfo(self.brand.timezone)).date()

    @property
    def ended(self) -> int:
        """How many of the days are over."""
        return sum(end <= self.at for end in self.days.midnights()[1:])

    def may(self, permission: str) -> bool:
        return bool(self.request.user.has_perm(permission))

    def given(self, *names: str) -> dict[str, str]:
        """What the address says of these; a field of a form that was left empty says nothing."""
        return {name: said for name in names if (said := self.request.GET.get(name, "").strip())}

    def read(self, words: type[StrictSerializer], *names: str) -> dict[str, Any]:
        """The API's own reading of these. Raises DRF's ValidationError naming each that is wrong."""
        return words.read(self.given(*names))

    def chosen(self, name: str, known: Sequence[str]) -> str:
        """One of the known; the first where the address asks for what there is not, "" where there is none."""
        asked = self.request.GET.get(name, "")
        return asked if asked in known else next(iter(known), "")
