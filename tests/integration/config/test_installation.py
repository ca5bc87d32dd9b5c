"""Web, two worker pools and beat together, as `make demo` starts them."""

import pytest
import requests

from ai_studio.services import generations
from ai_studio.services.generations import Wish
from brands.tenancy.scope import brand_scope
from config.health import probe
from tests import programs
from tests.factories import Tenant
from tests.scraping import scraped
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("committed")


def test_a_whole_installation_is_ready_and_its_containers_are_healthy(
    installation: programs.Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until(
        lambda: requests.get(f"{installation.url}/health/ready", timeout=10).status_code == 200,
        "the installation is ready",
        seconds=30,
    )
    monkeypatch.setenv("PORT", installation.url.rpartition(":")[2])
    assert [probe.main(name) for name in ("web", "worker", "beat")] == [0, 0, 0]


def test_web_and_workers_are_one_target(ours: Tenant, installation: programs.Live) -> None:
    """A prefork worker's child renders, a thread sweeps, uvicorn answers: one scrape tells of all three."""
    with brand_scope(ours.brand):
        generation = generations.request(actor=ours.actor(), wish=Wish(type="MODEL_3D", prompt="a red cube"))

    def told() -> bool:
        found = scraped(requests.get(f"{installation.url}/metrics", timeout=10).text)
        steps = found.get("atelier_step_seconds_count", {})
        tasks = found.get("atelier_scheduled_task_age_seconds", {})
        return bool(
            steps.get(frozenset({("step", "settle"), ("provider", "local")}))
            and frozenset({("task", "ai_studio.tasks.sweep")}) in tasks
            and "atelier_beat_age_seconds" in found
        )

    wait_until(told, "the render worker's steps, the sweeper and beat are told", seconds=60)
    found = scraped()
    assert found["atelier_spend_usd_total"][frozenset({("type", "MODEL_3D"), ("provider", "local")})] > 0
    with brand_scope(ours.brand):
        generation.refresh_from_db()
    assert generation.status == "COMPLETED"
