"""The fixtures are what they say: the runtime role, two brands, one database per test process."""

import pytest
from django.db import connection

from brands.models import Brand, Membership
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant

TWICE = pytest.mark.parametrize("turn", [1, 2])


def test_tests_run_as_the_runtime_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        user, unbound = cursor.fetchone()
    assert user.endswith("_runtime")
    assert not unbound


@TWICE
def test_a_tests_rows_vanish_with_its_transaction(turn: int, ours: Tenant, theirs: Tenant) -> None:
    with brand_scope(ours.brand):
        assert Membership.objects.count() == 6
        assert Brand.objects.count() == 1


@TWICE
def test_committed_rows_are_seen_by_maintenance_and_removed_afterwards(
    turn: int, committed: None, ours: Tenant, theirs: Tenant
) -> None:
    assert Brand.objects.all_brands(reason="test").count() == 2
