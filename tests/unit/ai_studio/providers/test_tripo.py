from decimal import Decimal

import pytest

from ai_studio.providers.base import Fault, Finished, ProviderError
from tests.providers.cases import CASES
from tests.providers.fakes.base import says
from tests.providers.standing import ended, submitted
from tests.unit.ai_studio.providers.conftest import Stand

pytestmark = pytest.mark.django_db

TRIPO = CASES["tripo"]
NEW = "v3.0-20250812"


@pytest.mark.parametrize(
    ("model", "quality", "credits_"), [("v2.5-20250123", "high", 30), (NEW, "standard", 20), (NEW, "ultra", 50)]
)
def test_the_most_it_takes_is_what_it_takes(stand: Stand, model: str, quality: str, credits_: int) -> None:
    provider, _ = stand("tripo")
    job = TRIPO.job(model=model, quality=quality)
    outcome = ended(provider, job, submitted(provider, job))
    assert isinstance(outcome, Finished)
    assert outcome.usage == provider.demand(job).units == {"credit": Decimal(credits_)}


def test_what_its_policy_forbids_is_refused_in_its_own_words(stand: Stand) -> None:
    provider, fake = stand("tripo")
    with pytest.raises(ProviderError, match="content policy") as caught:
        submitted(provider, TRIPO.job(prompt="something forbidden"))
    assert (caught.value.fault, caught.value.code, fake.accepted) == (Fault.PERMANENT, "moderated", [])


@pytest.mark.parametrize("status", [403, 200])
def test_credits_that_are_gone_are_told_by_its_code_whatever_the_status(
    stand: Stand, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, fake = stand("tripo")
    poor = says({"code": 2010, "message": "You need more credits", "suggestion": "Buy some"}, status)
    monkeypatch.setattr(fake, "answer", lambda _: poor)
    with pytest.raises(ProviderError) as caught:
        submitted(provider, TRIPO.job())
    assert (caught.value.fault, caught.value.code) == (Fault.PERMANENT, "no_credit")


@pytest.mark.parametrize(
    ("status", "fault", "code", "over"),
    [
        ("failed", Fault.TRANSIENT, "task_failed", True),
        ("banned", Fault.PERMANENT, "moderated", False),
        ("cancelled", Fault.PERMANENT, "cancelled_there", False),
        ("expired", Fault.PERMANENT, "expired", False),
    ],
)
def test_each_way_of_ending_badly_is_told_apart(
    stand: Stand, status: str, fault: Fault, code: str, *, over: bool
) -> None:
    provider, fake = stand("tripo")
    fake.ends.append({"status": status, "output": {}})
    with pytest.raises(ProviderError) as caught:
        ended(provider, TRIPO.job(), submitted(provider, TRIPO.job()))
    assert (caught.value.fault, caught.value.code, caught.value.over) == (fault, code, over)


def test_unknown_is_one_of_its_own_words_and_still_running(stand: Stand) -> None:
    provider, fake = stand("tripo")
    fake.ends.append({"status": "unknown", "output": {}})
    external_id = submitted(provider, TRIPO.job())
    for _ in range(4):
        assert provider.poll(TRIPO.job(), external_id).external_id == external_id
