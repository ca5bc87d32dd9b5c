"""How many generations there are, and what they cost, without reading them all with every scrape."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Min, Q, Sum, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from ai_studio.choices import ACTIVE, Status
from ai_studio.models import Generation

REASON = "metrics"
# Ids are made by clocks that may be wrong and committed a little later: none is trusted to be the last before this.
UNSETTLED = timedelta(minutes=15)

Key = tuple[str, str, str]  # type, provider, status


@dataclass
class Tally:
    """How many of a key, and their cost."""

    generations: Counter[Key] = field(default_factory=Counter)
    cost_usd: dict[Key, Decimal] = field(default_factory=dict)

    def add(self, key: Key, count: int, cost_usd: Decimal | None) -> None:
        self.generations[key] += count
        self.cost_usd[key] = self.cost_usd.get(key, Decimal()) + (cost_usd or 0)

    def copy(self) -> "Tally":
        return Tally(self.generations.copy(), dict(self.cost_usd))


class Totals:
    """Counts each ended generation once in the life of the process, because it never changes again.

    Ids grow with time, so everything below the oldest active id, and older than `unsettled`, is final. Only what is
    above is read again.
    """

    def __init__(self, *, unsettled: timedelta = UNSETTLED) -> None:
        self._unsettled = unsettled
        self._final = Tally()
        self._below = UUID(int=0)
        self._lock = threading.Lock()

    def read(self) -> Tally:
        """Of all brands, as of now."""
        with self._lock:
            horizon = self._horizon()
            tally = self._final.copy()
            for type_, provider, status, final, count, cost_usd in self._rows(horizon):
                tally.add((type_, provider, status), count, cost_usd)
                if final:
                    self._final.add((type_, provider, status), count, cost_usd)
            self._below = horizon
            return tally

    def _horizon(self) -> UUID:
        """At least the one before: what is final stays so."""
        active = Generation.objects.all_brands(reason=REASON).filter(status__in=ACTIVE).order_by()
        oldest = active.aggregate(id=Min(Cast("id", TextField())))["id"]  # PostgreSQL 18 has no min(uuid)
        settled = first_id_at(timezone.now() - self._unsettled)
        return max(self._below, min(settled, UUID(oldest)) if oldest else settled)

    def _rows(self, horizon: UUID) -> Iterator[tuple[str, str, str, bool, int, Decimal | None]]:
        final = ExpressionWrapper(Q(id__lt=horizon), output_field=BooleanField())
        rows = Generation.objects.all_brands(reason=REASON).filter(id__gte=self._below).order_by()
        counted = rows.annotate(final=final).values_list("type", "provider", "status", "final")
        yield from counted.annotate(count=Count("id"), cost_usd=Sum("cost_usd"))


def first_id_at(at: datetime) -> UUID:
    """The least UUIDv7 of that millisecond."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def families(tally: Tally) -> Iterator[Metric]:
    generations = GaugeMetricFamily("atelier_generations", "Generations.", labels=["type", "provider", "status"])
    spend = CounterMetricFamily("atelier_spend_usd_total", "Settled cost, US dollars.", labels=["type", "provider"])
    for key, count in sorted(tally.generations.items()):
        generations.add_metric(key, count)
        type_, provider, status = key
        if status == Status.COMPLETED:
            spend.add_metric([type_, provider], float(tally.cost_usd[key]))
    yield from (generations, spend)
