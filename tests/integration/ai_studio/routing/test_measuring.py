"""What is measured of a model, of one brand's attempts."""

from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from ai_studio.models import Attempt, Generation
from ai_studio.routing.candidates import Measured
from ai_studio.routing.measuring import RECENT, measured
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant

ago = count(1)


def tried(generation: Generation, seconds: float, code: str = "", *, times: int) -> None:
    """Each attempt is older than all that were told of before it."""
    with brand_scope(generation.brand_id):
        for _ in range(times):
            number = next(ago)
            began = timezone.now() - timedelta(minutes=number)
            Attempt.objects.create(
                brand_id=generation.brand_id, generation=generation, number=number, provider="acme", model="one",
                fence=1, error_code=code, started_at=began, finished_at=began + timedelta(seconds=seconds),
            )  # fmt: skip


def found(tenant: Tenant) -> Measured:
    with brand_scope(tenant.brand):
        return measured(brand_id=tenant.id)["acme", "one", "IMAGE_2D"]


def test_its_seconds_are_those_of_the_last_good_calls(ours: Tenant, theirs: Tenant) -> None:
    made = studio.generation(ours)
    tried(studio.generation(theirs), 1, times=3)
    tried(made, 30, "busy", times=4)
    tried(made, 1, "called_off", times=4)
    tried(made, 2, times=RECENT)
    tried(made, 9, times=20)
    assert found(ours).p50_seconds == pytest.approx(2)
    assert (found(ours).calls, found(ours).succeeded) == (24 + RECENT, 20 + RECENT)


def test_what_never_succeeded_has_no_seconds(ours: Tenant) -> None:
    tried(studio.generation(ours), 30, "busy", times=2)
    assert (found(ours).p50_seconds, found(ours).success_rate) == (None, 0)
