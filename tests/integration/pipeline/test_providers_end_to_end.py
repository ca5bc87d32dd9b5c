"""Each provider through the real pipeline against its fake: claimed, submitted, polled, decoded, stored, settled."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from ai_studio.choices import Status
from ai_studio.models import Artifact, CostRecord, Generation
from ai_studio.services import calling_off, generations
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.cases import CASES, Case
from tests.providers.fakes.base import Fake
from tests.providers.standing import standing

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def fake(committed: None, case: Case, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    with standing(case.name, settings, monkeypatch) as there:
        yield there


def ask(tenant: Tenant, case: Case) -> Generation:
    return steps.ask(tenant, provider=case.name, aspect_ratio="16:9", **case.wish)


def test_a_wish_becomes_files_that_were_decoded_and_one_cost(ours: Tenant, case: Case, fake: Fake) -> None:
    done = steps.finish(ask(ours, case))
    assert (done.status, done.error_message) == (Status.COMPLETED, "")
    with brand_scope(ours.brand):
        types = dict(Artifact.objects.filter(generation=done).values_list("role", "media_type"))
        assert CostRecord.objects.filter(generation=done).count() == 1
    assert (types["RESULT"], types["THUMBNAIL"]) == (case.media_type, "image/webp")
    assert len(fake.accepted) == len(steps.attempts(done)) == 1
    steps.all_in_order()


def test_a_lost_answer_is_never_paid_for_twice(ours: Tenant, case: Case, fake: Fake) -> None:
    fake.misbehave("lost", on=case.submit)
    ended = steps.finish(ask(ours, case))
    if case.paid:
        assert (ended.status, ended.error_code, len(fake.accepted)) == (Status.FAILED, "submit_unknown", 1)
    else:
        assert (ended.status, len(fake.accepted)) == (Status.COMPLETED, 2)
    steps.all_in_order()


def test_a_job_that_was_called_off_is_called_off_there(ours: Tenant, case: Case, fake: Fake) -> None:
    wanted = ask(ours, case)
    steps.step()
    with brand_scope(ours.brand):
        generations.cancel(actor=ours.actor(), generation=steps.fresh(wanted))
    (attempt,) = steps.attempts(wanted)
    calling_off.tell(brand_id=ours.brand.id, attempt_id=attempt.pk)
    told = ("GIVEN_UP", 0) if case.name == "tripo" else ("TOLD", 1)  # Tripo has no way to stop a task
    assert (steps.attempts(wanted)[0].cancel_state, len(fake.called_off)) == told
    steps.all_in_order()
