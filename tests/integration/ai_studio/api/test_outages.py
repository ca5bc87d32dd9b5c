"""PostgreSQL or Redis away, and slow readers: a real web process of its own per fault."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from django.conf import settings

from ai_studio.choices import Status
from ai_studio.models import Generation
from brands.tenancy.scope import brand_scope
from tests import programs, studio

WISH = {"type": "IMAGE_2D", "prompt": "a red mug"}
TIMEOUT = (5, 30)


@pytest.fixture
def web_without(committed, tmp_path):
    """The address of a web process that cannot reach what is behind the variable."""
    with contextlib.ExitStack() as stack:
        yield lambda variable: stack.enter_context(
            programs.live(tmp_path / variable, environment=programs.away(variable))
        ).web()


def bearer(tenant):
    return {"Authorization": f"Bearer {tenant.key.token}"}


def test_with_postgresql_away_every_route_says_when_to_come_back(web_without, ours):
    url = web_without("DATABASE_URL")
    routes = [("POST", "generations/"), ("POST", "generations/batch/"), ("GET", "generations/"), ("GET", "quota/")]

    def ask(route):
        method, path = route
        return requests.request(method, url + studio.url(ours, path), json=WISH, headers=bearer(ours), timeout=TIMEOUT)

    with ThreadPoolExecutor(len(routes)) as pool:  # each waits for a connection from the pool
        for answer in pool.map(ask, routes):
            assert answer.status_code == 503, answer.text
            assert answer.headers["Retry-After"] == "5"
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["code"] == "database_away"
    with brand_scope(ours.brand):
        assert not Generation.objects.exists()


def test_with_redis_away_a_wish_is_accepted_all_the_same(web_without, ours):
    url = web_without("REDIS_URL")
    for _ in range(2):
        answer = requests.post(url + studio.url(ours, "generations/"), json=WISH, headers=bearer(ours), timeout=TIMEOUT)
        assert answer.status_code == 202, answer.text
        assert answer.elapsed.total_seconds() < 2
    with brand_scope(ours.brand):
        assert Generation.objects.filter(status=Status.PENDING).count() == 2


def test_slow_readers_of_files_hold_no_database_connection(live_url, ours):
    """More readers than the pool has connections, none of which reads."""
    big = studio.artifact(
        studio.generation(ours, status=Status.COMPLETED), role="RESULT", name="big.glb", data=bytes(32_000_000)
    )
    url = live_url + studio.url(ours, f"artifacts/{big.pk}/download/")
    readers = [
        requests.get(url, headers=bearer(ours), stream=True, timeout=TIMEOUT)
        for _ in range(settings.DATABASE_POOL_SIZE + 5)
    ]
    answer = requests.get(live_url + studio.url(ours, "generations/"), headers=bearer(ours), timeout=TIMEOUT)
    assert (answer.status_code, answer.elapsed.total_seconds() < 3) == (200, True)
    assert {reader.status_code for reader in readers} == {200}
    for reader in readers:
        reader.close()


def test_a_real_server_sends_files_parts_and_heads(live_url, ours):
    data = bytes(range(256)) * 8000
    file = studio.artifact(studio.generation(ours, status=Status.COMPLETED), role="RESULT", name="a.glb", data=data)
    url = live_url + studio.url(ours, f"artifacts/{file.pk}/download/")
    whole = requests.get(url, headers=bearer(ours), timeout=TIMEOUT)
    assert (whole.status_code, whole.content == data) == (200, True)
    part = requests.get(url, headers={**bearer(ours), "Range": "bytes=1000000-1000009"}, timeout=TIMEOUT)
    assert (part.status_code, part.content) == (206, data[1_000_000:1_000_010])
    head = requests.head(url, headers=bearer(ours), timeout=TIMEOUT)
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, str(len(data)), b"")
    beyond = requests.get(url, headers={**bearer(ours), "Range": "bytes=99999999-"}, timeout=TIMEOUT)
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(data)}")
