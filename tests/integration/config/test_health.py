"""/health/live and /health/ready, with every part really there or really away."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import requests
from django.test import Client
from django.urls import reverse

from config.health import checks, heartbeats, probe
from config.redis_client import redis_client

NOWHERE = "redis://:canary-password@127.0.0.1:1/0"
ALL_QUEUES = ("ai.io", "ai.render", "control")

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def everyone_seen(redis_server: redis.Redis) -> None:
    workers = [heartbeats.worker(queue, "a-worker@here") for queue in ALL_QUEUES]
    heartbeats.seen(redis_server, *workers, heartbeats.BEAT)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def ready() -> tuple[int, dict[str, Any]]:
    checks.ready.forget()
    answer = Client().get(reverse("health-ready"))
    return answer.status_code, answer.json()["checks"]


def failing(found: dict[str, Any]) -> set[str]:
    return {name for name, facts in found.items() if not facts["ok"]}


def test_anyone_may_ask_whether_the_process_lives() -> None:
    answer = Client().get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})
    assert "no-store" in answer["Cache-Control"]


def test_health_is_read_only() -> None:
    assert Client().post("/health/live").status_code == 405
    assert Client().post("/health/ready").status_code == 405


@pytest.mark.usefixtures("everyone_seen")
def test_ready_when_every_part_works() -> None:
    status, found = ready()
    assert (status, failing(found)) == (200, set())
    assert found["database"]["role"].endswith("_runtime")
    assert set(found["workers"]["age_seconds"]) == set(ALL_QUEUES)


@pytest.mark.usefixtures("everyone_seen")
def test_redis_away_is_503_and_named_without_its_password(settings: Any) -> None:
    settings.REDIS_URL = NOWHERE
    redis_client.cache_clear()
    status, found = ready()
    assert status == 503
    assert failing(found) == {"redis", "workers", "beat"}
    assert found["redis"]["error"] == "ConnectionError"
    assert "canary" not in str(found)


@pytest.mark.usefixtures("everyone_seen")
def test_a_hanging_redis_is_reported_within_the_time_out(settings: Any, silent_server: str) -> None:
    settings.REDIS_URL = silent_server
    redis_client.cache_clear()
    started = time.monotonic()
    status, found = ready()
    assert (status, "redis" in failing(found)) == (503, True)
    assert time.monotonic() - started < checks.TIMEOUT_SECONDS + 1


def test_database_away_is_503_and_named(web_with: Callable[..., str]) -> None:
    nowhere = "postgresql://somebody:canary-password@127.0.0.1:1/nothing"
    url = web_with(DATABASE_URL=nowhere, DATABASE_MAINTENANCE_URL=nowhere)
    answer = requests.get(f"{url}/health/ready", timeout=10)
    assert answer.status_code == 503
    assert "database" in failing(answer.json()["checks"])
    assert "canary" not in answer.text
    assert requests.get(f"{url}/health/live", timeout=10).status_code == 200


@pytest.mark.usefixtures("everyone_seen")
def test_a_storage_that_cannot_be_written_is_503_and_named(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    settings.MEDIA_ROOT = str(tmp_path / "a-file" / "media")
    status, found = ready()
    assert (status, failing(found)) == (503, {"storage"})


@pytest.mark.usefixtures("everyone_seen")
def test_the_storage_check_leaves_no_file_behind(media: Path) -> None:
    ready()
    assert [path for path in (media / "health").iterdir() if path.is_file()] == []


@pytest.mark.usefixtures("everyone_seen")
def test_a_queue_without_a_worker_is_503_and_named(redis_server: redis.Redis) -> None:
    heartbeats.gone(redis_server, heartbeats.worker("ai.render", "a-worker@here"))
    status, found = ready()
    assert (status, failing(found)) == (503, {"workers"})
    assert found["workers"]["error"] == "no living worker on ai.render"


@pytest.mark.usefixtures("everyone_seen")
@pytest.mark.parametrize(
    ("name", "check"), [(heartbeats.BEAT, "beat"), (heartbeats.worker("ai.io", "a-worker@here"), "workers")]
)
def test_who_was_last_seen_too_long_ago_is_503(redis_server: redis.Redis, name: str, check: str) -> None:
    redis_server.zincrby(heartbeats.KEY, -31, name)
    status, found = ready()
    assert (status, failing(found)) == (503, {check})


@pytest.mark.usefixtures("everyone_seen")
def test_the_report_is_kept_for_a_second_so_that_asking_is_cheap(redis_server: redis.Redis) -> None:
    ready()
    heartbeats.gone(redis_server, heartbeats.BEAT)
    assert Client().get("/health/ready").status_code == 200
    checks.ready.forget()
    assert Client().get("/health/ready").status_code == 503


def test_health_answers_over_plain_http_behind_a_proxy(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/health/live").status_code == 200
    assert Client().get("/metrics").status_code == 200
    assert Client().get("/api/docs/").status_code == 301


def test_a_probe_fails_for_a_container_whose_program_is_gone(
    redis_server: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "1")
    assert [probe.main(name) for name in ("web", "worker", "beat")] == [1, 1, 1]
    heartbeats.seen(redis_server, heartbeats.worker("ai.io", "ai.io@another-machine"))
    assert probe.main("worker") == 1
