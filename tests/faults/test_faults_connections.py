"""PostgreSQL comes back: requests are answered at once, however many connections were lost."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from tests import factories
from tests.factories import Tenant
from tests.integration.pipeline import steps

LOST = 12


@pytest.fixture
def impatient(committed: None) -> Iterator[None]:
    """A pool that waits for a second only."""
    connection = connections["default"]
    kept = connection.settings_dict["OPTIONS"]
    connection.close()
    connection.close_pool()
    connection.settings_dict["OPTIONS"] = {**kept, "pool": {**kept["pool"], "timeout": 1}}
    yield
    connection.close()
    connection.close_pool()
    connection.settings_dict["OPTIONS"] = kept


def hold_a_connection() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.3)")


def cut_all_connections() -> None:
    user = settings.DATABASES["default"]["USER"]
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = %s AND datname = %s"
        row = admin.execute(query, [user, settings.DATABASES["default"]["NAME"]]).fetchone()
    assert row is not None
    assert row[0] >= LOST


def test_one_request_at_most_pays_for_all_lost_connections(impatient: None, ours: Tenant, theirs: Tenant) -> None:
    steps.together([hold_a_connection] * LOST)
    client = factories.client_for(ours.key)
    cut_all_connections()
    first, second = client.get(ours.url), client.get(ours.url)
    assert first.status_code in (200, 503)
    assert second.status_code == 200
