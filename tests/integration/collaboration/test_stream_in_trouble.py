"""Live streams of a server of one's own, whose Redis, database connections and life end in the middle.

Its Redis is not the one that this process rings: no bell of ours reaches it, so what is told here is found by looking.
"""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import redis
from django.db import connection

from brands import bells, events
from brands.tenancy.scope import brand_scope
from config.local.embedded_redis import start_redis
from config.local.folder import DataFolder
from config.local.processes import Processes, supervised
from tests import programs
from tests.factories import Tenant
from tests.listening import Listener
from tests.waiting import wait_until

MOST = 3
_KILL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""


class Site:
    """`web` and its Redis."""

    def __init__(self, processes: Processes, live: programs.Live, redis_url: str) -> None:
        self.processes, self.live, self.redis_url = processes, live, redis_url
        self.url = live.web()

    @property
    def pid(self) -> int:
        return self.live.processes.running["web"][1].pid

    def listen(self, tenant: Tenant, **headers: str) -> Listener:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        names["Authorization"] = f"Bearer {tenant.key.token}"
        return Listener(self.url, f"{tenant.url}collaboration/stream/", names)

    def tell(self, tenant: Tenant, percent: int) -> int:
        """Through its own Redis; how many heard it."""
        said = {"type": "generation.progress", "payload": {"generation": str(tenant.id), "progress": percent}}
        with redis.Redis.from_url(self.redis_url) as client:
            return int(client.publish(bells.channel(tenant.id), json.dumps({**said, "at": "2026-01-01T00:00:00Z"})))


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    with supervised(DataFolder(folder / "redis")) as processes:
        redis_url = start_redis(processes, durable=False)
        environment = {"REDIS_URL": redis_url, "STREAM_HEARTBEAT_SECONDS": "0.2", "STREAM_MAX_PER_ACTOR": str(MOST)}
        with programs.live(folder / "web", environment=environment) as live:
            yield Site(processes, live, redis_url)


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


def happens(tenant: Tenant, type_: str = "template.tried") -> int:
    with brand_scope(tenant.brand):
        return events.append(brand_id=tenant.id, type=type_, payload={})


def test_silence_is_filled_and_numbers_that_nobody_sees_move_on(committed: None, site: Site, ours: Tenant) -> None:
    token = ours.key_with("brand.view").token
    with (
        site.listen(ours) as stream,
        Listener(site.url, f"{ours.url}collaboration/stream/", {"Authorization": f"Bearer {token}"}) as narrow,
    ):
        next(stream.frames()), next(narrow.frames())
        assert all(not frame.type for frame, _ in zip(stream.frames(), range(3), strict=False))
        seq = happens(ours)
        unseen = narrow.until(lambda frame: frame.seq == seq)
        assert [frame.type for frame in unseen if frame.type] == []


def test_an_actor_has_so_many_streams_and_gets_a_place_when_one_ends(
    committed: None, site: Site, ours: Tenant, theirs: Tenant
) -> None:
    with ExitStack() as open_:
        streams = [open_.enter_context(site.listen(ours)) for _ in range(MOST)]
        with site.listen(ours) as refused:
            assert (refused.status, refused.problem["code"]) == (429, "too_many_streams")
            assert int(refused.response.headers["Retry-After"]) > 0
        with site.listen(theirs) as others:
            assert others.status == 200
        streams[0].__exit__()
        wait_until(lambda: _is_let_in(site, ours), "a place is free again", seconds=10)


def _is_let_in(site: Site, tenant: Tenant) -> bool:
    with site.listen(tenant) as stream:
        return stream.status == 200


def test_open_streams_hold_no_thread_and_no_database_connection(committed: None, site: Site, ours: Tenant) -> None:
    before = _threads(site.pid)
    keys = [ours.key_with("brand.view").token for _ in range(10)]
    with ExitStack() as open_:
        for token in keys * MOST:
            headers = {"Authorization": f"Bearer {token}"}
            stream = open_.enter_context(Listener(site.url, f"{ours.url}collaboration/stream/", headers))
            next(stream.frames())
        assert _threads(site.pid) - before < len(keys)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND state = 'idle in transaction'"
            )
            assert cursor.fetchone() == (0,)


def _threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def test_nothing_is_lost_when_database_connections_are_killed(committed: None, site: Site, ours: Tenant) -> None:
    connection.close()
    connection.close_pool()  # it may hold many: those of this process are not to be found dead by the next tests
    with site.listen(ours) as stream:
        next(stream.frames())
        told = []
        for _ in range(3):
            with connection.cursor() as cursor:
                cursor.execute(_KILL)
            told.append(happens(ours))
        assert [frame.seq for frame in stream.events(3)] == told


def test_nothing_is_lost_while_redis_is_away_and_bells_are_heard_when_it_is_back(
    committed: None, site: Site, ours: Tenant
) -> None:
    with site.listen(ours) as stream:
        next(stream.frames())
        assert site.tell(ours, 1) == 1
        (passing,) = stream.events(1)
        assert passing.data["payload"]["progress"] == 1
        name = next(iter(site.processes.running))
        _, process = site.processes.running[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        seq = happens(ours)
        assert [frame.seq for frame in stream.events(1)] == [seq]
        site.processes.restart(name)
        wait_until(lambda: _heard_again(site, ours), "its bells are heard again", seconds=20)
        (passing,) = stream.events(1)
        assert passing.data["payload"]["progress"] == 2


def _heard_again(site: Site, tenant: Tenant) -> bool:
    try:
        return site.tell(tenant, 2) == 1
    except redis.RedisError:
        return False


def test_a_server_that_ends_sends_its_streams_elsewhere(committed: None, site: Site, ours: Tenant) -> None:
    """The last test of this file: the site has ended after it."""
    with site.listen(ours) as stream:
        next(stream.frames())
        seq = happens(ours)
        assert [frame.seq for frame in stream.events(1)] == [seq]
        _, process = site.live.processes.running["web"]
        process.terminate()
        assert [frame.data for frame in stream.rest()] == [{"reason": "restart"}]
        process.wait(timeout=10)
