from decimal import Decimal

import pytest

from ai_studio.providers.base import Fault, InputFile, ProviderError, Running
from ai_studio.routing import filters
from ai_studio.routing.wants import Want
from tests.hostile import good
from tests.providers.cases import CASES
from tests.providers.standing import ended, submitted
from tests.unit.ai_studio.providers.conftest import Stand

pytestmark = pytest.mark.django_db

RUNWAY = CASES["runway"]


def test_waiting_for_other_jobs_is_no_error(stand: Stand) -> None:
    provider, _ = stand("runway")
    external_id = submitted(provider, RUNWAY.job())
    seen = [provider.poll(RUNWAY.job(), external_id) for _ in range(3)]
    said = [(outcome.raw["status"], outcome.progress) for outcome in seen if isinstance(outcome, Running)]
    assert said == [("PENDING", None), ("THROTTLED", None), ("RUNNING", 40)]


def test_what_it_will_cost_is_kept_with_the_attempt(stand: Stand) -> None:
    provider, _ = stand("runway")
    outcome = provider.submit(RUNWAY.job(), lambda _: None)
    assert outcome.raw == {"estimatedCost": {"credits": 60}}


@pytest.mark.parametrize(("wished", "asked"), [(None, 5), ("2", 2), ("4.1", 5), ("10", 10)])
def test_a_second_that_was_begun_is_asked_for_and_counted_whole(stand: Stand, wished: str | None, asked: int) -> None:
    provider, fake = stand("runway")
    job = RUNWAY.job(duration_seconds=None if wished is None else Decimal(wished))
    submitted(provider, job)
    assert fake.accepted[0]["duration"] == asked
    assert provider.demand(job).units == {"second": Decimal(asked)}


@pytest.mark.parametrize("model", ["gen4.5", "gen4_turbo"])
def test_a_picture_to_start_from_goes_along(stand: Stand, model: str) -> None:
    provider, fake = stand("runway")
    picture = InputFile("image", "mug.png", "image/png", good.picture("PNG"))
    job = RUNWAY.job(model=model, aspect_ratio="1:1", inputs=(picture,))
    submitted(provider, job)
    assert fake.asked["POST /v1/image_to_video"] == 1
    assert fake.accepted[0]["promptImage"].startswith("data:image/png;base64,iVBOR")


def test_a_model_that_needs_a_picture_says_so(stand: Stand) -> None:
    provider, _ = stand("runway")
    assert {model.name: model.needs for model in provider.models()} == {"gen4.5": (), "gen4_turbo": ("image",)}
    turbo = next(model for model in provider.models() if model.needs)
    assert filters.incapable(turbo, Want("ANIMATION", "standard", "16:9")) == "cannot start without: image"


@pytest.mark.parametrize(
    ("code", "fault", "over"),
    [
        ("SAFETY.INPUT.TEXT", Fault.PERMANENT, False),
        ("SAFETY.OUTPUT.THIRD_PARTY", Fault.PERMANENT, False),
        ("INPUT_PREPROCESSING.SAFETY.TEXT", Fault.PERMANENT, False),
        ("ASSET.INVALID", Fault.PERMANENT, False),
        ("INTERNAL.BAD_OUTPUT.CODE01", Fault.TRANSIENT, True),
        ("INPUT_PREPROCESSING.INTERNAL", Fault.TRANSIENT, True),
        (None, Fault.TRANSIENT, True),
    ],
)
def test_what_its_prompt_caused_is_never_tried_again(stand: Stand, code: str | None, fault: Fault, over: bool) -> None:
    provider, fake = stand("runway")
    fake.ends.append({"status": "FAILED", "failure": "No.", "failureCode": code, "output": None, "cost": None})
    with pytest.raises(ProviderError) as caught:
        ended(provider, RUNWAY.job(), submitted(provider, RUNWAY.job()))
    assert (caught.value.fault, caught.value.over, caught.value.message) == (fault, over, "No.")
    assert caught.value.code == (code or "task_failed").lower().replace(".", "_")


def test_addresses_of_files_are_not_kept(stand: Stand) -> None:
    provider, _ = stand("runway")
    outcome = ended(provider, RUNWAY.job(), submitted(provider, RUNWAY.job()))
    assert "sig=" not in str(outcome.raw)
    assert outcome.raw["cost"] == {"credits": 60}
