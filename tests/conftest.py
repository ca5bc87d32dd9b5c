"""Fixtures of every test: real PostgreSQL as the runtime role, real Redis, real web and worker processes.

`db` (or the django_db mark): the test's own rows vanish with its transaction. Another connection (threads,
workers, the maintenance role) does not see them; tests that need one use `committed`, which empties the
tables afterwards.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connections
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from tests import databases, factories, programs
from tests.factories import Tenant
from tests.faults import webhooks
from tests.providers import adapter
from tests.providers.server import ProviderServer, running_server


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's: a clone of the migrated template, owned by the migrate role."""
    with databases.own_database():
        yield
        with django_db_blocker.unblock():
            disconnect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction"):
            raise pytest.UsageError(f"{item.nodeid}: use the fixture `committed`; the runtime role cannot flush.")


@pytest.fixture
def committed(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Everything is committed, seen by all connections of all roles, and removed afterwards."""
    if not {"workers", "installation"} & set(request.fixturenames):
        programs.silence_workers()
    with django_db_blocker.unblock():
        yield
        for connection in connections.all(initialized_only=True):
            connection.close()
        databases.empty()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> None:
    """`committed` if the test asks for it, itself or through another fixture; else `db`."""
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")


def disconnect() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[redis.Redis]:
    """This test process's own Redis database."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client


@pytest.fixture(autouse=True)
def clean_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """No counter or message outlives its test; a running worker's queue bindings (_kombu.*) stay."""
    integrated = {"db", "database", "committed", "redis_server"} & set(request.fixturenames)
    if not integrated and not request.node.get_closest_marker("django_db"):
        yield
        return
    client = request.getfixturevalue("redis_server")
    yield
    if left := [key for key in client.scan_iter(count=1000) if not key.startswith(b"_kombu.")]:
        client.delete(*left)
    from ai_studio.routing.remembering import breaker

    breaker.cache_clear()  # it remembers


@pytest.fixture
def ours(database: None) -> Tenant:
    return factories.make_tenant("ours")


@pytest.fixture
def theirs(database: None) -> Tenant:
    return factories.make_tenant("theirs")


@pytest.fixture
def client_for() -> Callable[..., APIClient]:
    return factories.client_for


@pytest.fixture(scope="session")
def media() -> Iterator[Path]:
    """This test process's own folder of stored files."""
    folder = Path(settings.MEDIA_ROOT)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def outbox_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the live site's mail arrives, a file per message."""
    return tmp_path_factory.mktemp("outbox")


@pytest.fixture(scope="session")
def provider_server() -> Iterator[ProviderServer]:
    """A provider on localhost that misbehaves as it is told; live programs know it as `billing` and `free`."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def live_programs(
    django_db_setup: None,
    tmp_path_factory: pytest.TempPathFactory,
    outbox_folder: Path,
    provider_server: ProviderServer,
) -> Iterator[programs.Live]:
    environment = {"EMAIL_URL": f"filemail:///{outbox_folder}", **adapter.environment(provider_server.url)}
    environment |= webhooks.SETTINGS
    with programs.live(tmp_path_factory.mktemp("live"), environment=environment) as started:
        yield started


@pytest.fixture
def live_url(committed: None, live_programs: programs.Live) -> str:
    """The address of a real uvicorn on this test process's database; started once a session."""
    return live_programs.web()


@pytest.fixture
def workers(committed: None, live_programs: programs.Live) -> programs.Live:
    """Real Celery workers on ai.io, ai.render and control; started once a session. No beat: ring yourself."""
    live_programs.workers()
    return live_programs
