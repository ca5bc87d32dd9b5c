"""A real worker, killed while its provider's answer is on its way, and real webhooks to a real web process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from ai_studio import bells
from ai_studio.choices import Queue, Status, SubmitState
from ai_studio.providers import registry
from ai_studio.services import sweeping
from tests import programs
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.programs import Live
from tests.providers.fakes import PROVIDER_PATHS
from tests.providers.fakes.base import running
from tests.providers.fakes.replicate import ReplicateFake
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture
def fake(committed: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplicateFake]:
    with running(ReplicateFake()) as fake:
        assert isinstance(fake, ReplicateFake)
        settings.STUDIO_PROVIDERS = [PROVIDER_PATHS["replicate"]]
        monkeypatch.setenv("REPLICATE_API_TOKEN", fake.key)
        registry.providers.cache_clear()
        yield fake
    registry.providers.cache_clear()


@pytest.fixture
def live(fake: ReplicateFake, tmp_path: Path) -> Iterator[Live]:
    environment = {
        "STUDIO_PROVIDERS": PROVIDER_PATHS["replicate"],
        "STUDIO_PROVIDER_URLS": f"replicate={fake.url}",
        "EGRESS_ALLOW": "127.0.0.1",
        "REPLICATE_API_TOKEN": fake.key,
        "PUBLIC_URL": "https://atelier.example",
        "STUDIO_LEASE_SECONDS": "3",
    }
    with programs.live(tmp_path, environment=environment) as started:
        started.workers()
        yield started


def test_a_worker_killed_before_its_answer_is_read_costs_one_submission(
    live: Live, fake: ReplicateFake, ours: Tenant
) -> None:
    fake.misbehave("hang")
    asked = steps.ask(ours, provider="replicate", model="black-forest-labs/flux-schnell", extras={})
    bells.ring(Queue.IO)
    wait_until(lambda: len(fake.accepted) == 1, "the provider has the job")
    live.kill("ai.io")

    def is_waited_for() -> bool:
        sweeping.sweep()
        (*_, attempt) = steps.attempts(asked)
        return bool(attempt.submit_state == SubmitState.UNKNOWN and attempt.finished_at is None)

    wait_until(is_waited_for, "another worker waits for word of it")
    answer: Any = fake.letter(fake.accepted[0]["id"]).post(live.web())
    assert answer.status_code == 204
    wait_until(lambda: steps.fresh(asked).status == Status.COMPLETED, "what was made is fetched")
    assert len(fake.accepted) == 1
    steps.all_in_order()
