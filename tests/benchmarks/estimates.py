"""What jobs were told of their turn, beside when it came."""

import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from ai_studio.choices import Status
from ai_studio.models import Generation
from ai_studio.services.places import Place, places
from brands.tenancy.scope import brand_scope
from tests.benchmarks.figures import figure, say
from tests.factories import Tenant

ASK_EVERY_SECONDS = 2.0
JOBS_ASKED = 5


@dataclass(frozen=True)
class Estimate:
    tenant: Tenant
    generation: UUID
    at: float
    place: Place


@dataclass
class Estimates:
    """Estimates of a few waiting jobs of every brand, taken every other second."""

    taken: list[Estimate] = field(default_factory=list)
    next_at: float = 0.0

    def ask(self, tenants: Sequence[Tenant]) -> None:
        if time.time() < self.next_at:
            return
        self.next_at = time.time() + ASK_EVERY_SECONDS
        for tenant in tenants:
            with brand_scope(tenant.brand):
                near = list(Generation.objects.filter(status=Status.PENDING).order_by("id")[:200])
                at = time.time()
                found = places(random.sample(near, min(JOBS_ASKED, len(near))))
            self.taken += [Estimate(tenant, id_, at, place) for id_, place in found.items() if place.eta_seconds]

    def report(self) -> None:
        """The error of each estimate against the seconds that its turn took to come, and how many came in the range."""
        errors, within = [], 0
        for each in self.taken:
            with brand_scope(each.tenant.brand):
                started_at = Generation.objects.get(pk=each.generation).started_at
            if started_at is not None:
                real = started_at.timestamp() - each.at
                errors.append(abs(each.place.eta_seconds - real) / real * 100)
                within += each.place.eta_from_seconds <= real <= each.place.eta_to_seconds
        say(f"{len(errors)} of {len(self.taken)} estimates came to a turn")
        figure("eta_estimates", len(errors))
        if errors:
            figure("eta_median_error_percent", statistics.median(errors))
            figure("eta_within_range_percent", within / len(errors) * 100)
