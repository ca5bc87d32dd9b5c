from decimal import Decimal

import pytest

from ai_studio.providers.base import Fault, ProviderError
from tests.providers.cases import CASES
from tests.providers.standing import ended, submitted
from tests.unit.ai_studio.providers.conftest import Stand

pytestmark = pytest.mark.django_db

LUMA = CASES["luma"]


@pytest.mark.parametrize(
    ("quality", "seconds", "published_usd"),
    [("standard", 5, "0.40"), ("standard", 9, "0.72"), ("high", 5, "0.71"), ("high", 9, "1.27"), ("ultra", 5, "1.59")],
)
def test_its_pixels_at_the_price_of_a_pixel_are_what_it_publishes(
    stand: Stand, quality: str, seconds: int, published_usd: str
) -> None:
    provider, fake = stand("luma")
    job = LUMA.job(quality=quality, duration_seconds=Decimal(seconds))
    submitted(provider, job)
    assert fake.accepted[0]["duration"] == f"{seconds}s"
    demand = provider.demand(job)
    assert demand.tier == fake.accepted[0]["resolution"]
    assert abs(demand.units["megapixel"] * Decimal("0.0064") - Decimal(published_usd)) < Decimal("0.01")


@pytest.mark.parametrize(("wished", "asked"), [(None, "5s"), ("5", "5s"), ("5.1", "9s"), ("9", "9s")])
def test_the_shortest_film_that_is_long_enough_is_asked_for(stand: Stand, wished: str | None, asked: str) -> None:
    provider, fake = stand("luma")
    submitted(provider, LUMA.job(duration_seconds=None if wished is None else Decimal(wished)))
    assert fake.accepted[0]["duration"] == asked


@pytest.mark.parametrize(
    ("reason", "fault", "over"),
    [
        ("Prompt not allowed because advanced moderation failed.", Fault.PERMANENT, False),
        ("The job could not be processed.", Fault.TRANSIENT, True),
        (None, Fault.TRANSIENT, True),
    ],
)
def test_a_failure_is_tried_again_unless_it_was_moderation(
    stand: Stand, reason: str | None, fault: Fault, over: bool
) -> None:
    provider, fake = stand("luma")
    fake.ends.append({"state": "failed", "failure_reason": reason, "assets": None})
    with pytest.raises(ProviderError) as caught:
        ended(provider, LUMA.job(), submitted(provider, LUMA.job()))
    assert (caught.value.fault, caught.value.over, caught.value.usage) == (fault, over, {})
