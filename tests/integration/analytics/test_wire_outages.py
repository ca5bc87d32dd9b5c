"""PostgreSQL or Redis away, as SDKs on other sites' pages notice it."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import requests
from django.db import connection
from django.test import Client
from psycopg import sql

from tests import programs
from tests.factories import Tenant
from tests.sdks import seen

SITE = "https://shop.example"


@pytest.fixture
def web_without(committed: None, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """The address of a web process that cannot reach what is behind the variable."""
    with ExitStack() as stack:
        yield lambda variable: stack.enter_context(
            programs.live(tmp_path / variable, environment=programs.away(variable))
        ).web()


def send(url: str, key: str, path: str) -> requests.Response:
    event = {"event": "seen", "type": "track", "distinct_id": "ann", "userId": "ann", "uuid": "u", "messageId": "u"}
    body = {"api_key": key, "writeKey": key, "batch": [event]}
    return requests.post(f"{url}{path}", json=body, headers={"Origin": SITE}, timeout=30)


@pytest.mark.parametrize("path", ["/ingest/posthog/e/", "/ingest/segment/v1/b"])
def test_with_postgresql_away_a_page_is_told_when_to_come_again(
    web_without: Callable[[str], str], ours: Tenant, path: str
) -> None:
    answer = send(web_without("DATABASE_URL"), ours.key_with("event.write").token, path)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert answer.headers["Access-Control-Expose-Headers"] == "Retry-After"


def test_with_redis_away_events_are_stored_all_the_same(web_without: Callable[[str], str], ours: Tenant) -> None:
    url, key = web_without("REDIS_URL"), ours.key_with("event.write").token
    assert send(url, key, "/ingest/posthog/e/").status_code == 200
    assert [event.name for event in seen.events(ours)] == ["seen"]


def test_postgresql_giving_up_in_the_middle_of_storing_is_told_the_same_way(db: None, ours: Tenant) -> None:
    key = ours.key_with("event.write").token
    body = {"api_key": key, "batch": [{"event": "seen", "distinct_id": "ann"}]}
    with psycopg.connect(os.environ["DATABASE_MIGRATE_URL"]) as other:
        other.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(f"{os.environ['DATABASE_ROLE_PREFIX']}_owner")))
        other.execute("LOCK TABLE analytics_distinctid")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
        answer = Client().post("/ingest/posthog/e/", json.dumps(body), content_type="text/plain")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "database_away", "5")
    assert seen.events(ours) == []
