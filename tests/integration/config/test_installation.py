"""Web, two worker pools and beat together, as `make demo` starts them."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import requests
from PIL import Image

from ai_studio.services import generations
from ai_studio.services.wish import Wish
from brands.tenancy.scope import brand_scope
from config.health import probe
from tests import programs
from tests.deployment import CHECKOUT
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
        tasks = found["atelier_scheduled_task_age_seconds"]
        return bool(
            steps.get(frozenset({("step", "settle"), ("provider", "local")}))
            and tasks[frozenset({("task", "ai_studio.tasks.sweep")})] < 30
            and found["atelier_beat_age_seconds"][frozenset()] < 30
        )

    wait_until(told, "the render worker's steps, the sweeper and beat are told", seconds=60)
    found = scraped()
    assert found["atelier_spend_usd_total"][frozenset({("type", "MODEL_3D"), ("provider", "local")})] > 0
    with brand_scope(ours.brand):
        generation.refresh_from_db()
    assert generation.status == "COMPLETED"


def commands(title: str) -> list[str]:
    """Of a section of the README, word for word."""
    text = (CHECKOUT / "README.md").read_text().partition(f"## {title}")[2].partition("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)


def tour() -> str:
    return "\n".join(commands("A tour with curl"))


def files() -> str:
    """With the words of the tour."""
    titles = ("Bring history in", "Take answers out", "Be told: webhooks")
    return "\n".join([commands("A tour with curl")[0], *(each for title in titles for each in commands(title))])


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_tour_of_the_readme_works_as_written(ours: Tenant, installation: programs.Live, tmp_path: Path) -> None:
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", tour()],
        cwd=tmp_path,
        env={**os.environ, "URL": installation.url, "BRAND": str(ours.id), "KEY": ours.key.token},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    picture = tmp_path / "bottle.png"
    with Image.open(picture) as image:
        assert (image.format, image.width > image.height) == ("PNG", True)
    lines = result.stdout.splitlines()
    assert lines[0] == "COMPLETED"
    assert "P   N   G" in lines[1]
    assert "a golden perfume bottle on a marble table at sunset" in lines
    assert lines[lines.index("['perfume', 'spring sale']") + 1 :][:2] == ["1", "True"]
    assert "CANCELLED" in lines
    assert any(line.startswith("a perfume bottle, elegant, in ") for line in lines)
    assert json.loads(lines[-1])["errors"] == {"type": ['"HOLOGRAM" is not a valid choice.']}


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_what_the_readme_says_of_files_works_as_written(
    ours: Tenant, installation: programs.Live, tmp_path: Path
) -> None:
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", files()],
        cwd=tmp_path,
        env={**os.environ, "URL": installation.url, "BRAND": str(ours.id), "KEY": ours.key.token},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines()[0] == "QUEUED"
