"""A whole installation of this folder's own: web, both workers and beat, on this test process's servers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from config.health import checks, heartbeats
from config.local import programs as launcher
from config.metrics import shared, state
from config.metrics.totals import Totals
from config.redis_client import redis_client
from tests import programs
from tests.waiting import wait_until


@pytest.fixture(autouse=True)
def nothing_remembered(redis_server: redis.Redis) -> Iterator[None]:
    """Answers that the process keeps for a moment, its Redis client and what it counts are of this test."""
    forget()
    # The last words of processes that another test file started.
    redis_server.delete(shared.VALUES, shared.FAMILIES, heartbeats.KEY)
    yield
    forget()


def forget() -> None:
    checks.ready.forget()
    state.totals = Totals()
    redis_client.cache_clear()
    with shared.flusher.lock:
        shared.flusher.flushed = shared.by_field(shared.counted()[1])


@pytest.fixture(scope="module")
def installation(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[programs.Live]:
    with programs.live(tmp_path_factory.mktemp("installation"), environment={}) as live:
        live.web()
        live.workers()
        for program in launcher.workers(live.environment):
            if program.name == "beat":
                live.processes.start(program)
        wait_until(lambda: "Sending due task" in live.log("beat"), "beat sends a task")
        yield live


@pytest.fixture
def web_with(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a web process with other variables; returns its address."""
    with programs.live(tmp_path / "web", environment={}) as live:

        def start(**variables: str) -> str:
            live.environment = {**live.environment, **variables}
            return live.web()

        yield start
