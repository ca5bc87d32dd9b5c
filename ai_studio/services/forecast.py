"""The day a month's budget runs out, if people go on as they did.

The last 14 whole days before today, in the brand's time zone, are the sample; what was asked for on a day is that
day's spending. With fewer than 3 days that cost something there is no forecast. The day: the first one, today
included, up to which mean × days covers what is left (limit − spent − reserved). Its range: the same for 400 months
drawn from the sample with replacement (a bootstrap), of which the 10th and the 90th percentile are given; null: not in
this month, whose end is the end of its budget. The draws are seeded: the same facts give the same forecast.
"""

import calendar
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.db.models.functions import TruncDate

from ai_studio.models import CostRecord
from ai_studio.services.periods import Period
from brands.models import Brand

SAMPLE_DAYS = 14
FEWEST_DAYS = 3
DRAWS = 400
TOO_FEW_DAYS = "too_few_days"
LASTS_THE_MONTH = "lasts_the_month"


@dataclass(frozen=True)
class Forecast:
    """`runs_out_date` is None with a `reason`: too_few_days or lasts_the_month. `daily_usd`: the sample's mean."""

    runs_out_date: date | None
    earliest_date: date | None
    latest_date: date | None
    daily_usd: Decimal | None
    reason: str


def forecast(*, brand: Brand, left_usd: Decimal, at: datetime) -> Forecast:
    """In the brand's scope."""
    today = at.astimezone(ZoneInfo(brand.timezone)).date()
    return runs_out(left_usd=left_usd, daily=_daily(today, brand.timezone), today=today)


def runs_out(*, left_usd: Decimal, daily: Sequence[Decimal], today: date) -> Forecast:
    """`daily`: the sample, a value for each day, also for those without spending."""
    mean = sum(daily, Decimal(0)) / len(daily)
    known = sum(1 for usd in daily if usd > 0)
    shown = round(mean, 6) if known else None
    if left_usd <= 0:
        return Forecast(today, today, today, shown, "")
    if known < FEWEST_DAYS:
        return Forecast(None, None, None, shown, TOO_FEW_DAYS)
    days = calendar.monthrange(today.year, today.month)[1] - today.day + 1
    draw = random.Random(f"{today} {left_usd}")  # noqa: S311 - a bootstrap, not a secret
    ends = sorted(_end(left_usd, draw.choices(daily, k=days)) for _ in range(DRAWS))
    middle = _end(left_usd, [mean] * days)
    dates = [_date(n, days, today) for n in (middle, ends[DRAWS // 10], ends[DRAWS * 9 // 10])]
    return Forecast(dates[0], dates[1], dates[2], shown, "" if dates[0] else LASTS_THE_MONTH)


def _end(left_usd: Decimal, days: Iterable[Decimal]) -> int:
    """On which day from now, 0 being today, nothing is left; beyond the last one when something is."""
    n = -1
    for n, usd in enumerate(days):
        left_usd -= usd
        if left_usd <= 0:
            return n
    return n + 1


def _date(n: int, days: int, today: date) -> date | None:
    return today + timedelta(days=n) if n < days else None


def _daily(today: date, timezone: str) -> list[Decimal]:
    period = Period(today - timedelta(days=SAMPLE_DAYS), today - timedelta(days=1), timezone)
    first, *_, last = period.midnights()
    asked = CostRecord.objects.filter(generation__created_at__gte=first, generation__created_at__lt=last)
    day = TruncDate("generation__created_at", tzinfo=ZoneInfo(timezone))
    spent = dict(asked.annotate(day=day).values_list("day").annotate(usd=Sum("amount_usd")))
    return [spent.get(each, Decimal(0)) for each in period.dates]
