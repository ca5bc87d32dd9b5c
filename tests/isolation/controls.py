"""Layers of tenancy, switched off one by one: the walk must still find nothing with one of them off, and must find
something with both off. A walk that never finds anything proves nothing."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from django.db import models
from psycopg import sql

from brands.tenancy.models import BrandManager, BrandQuerySet

# Who would be let in where a layer is missing, by what they would do.
NARROW: dict[str, Any] = {
    "methods": ("GET", "POST", "PATCH"),
    "names": ("another brand's owner", "another brand's key"),
    "outside": False,
}
_PROTECTED = "SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"


@contextmanager
def orm_layer_off() -> Iterator[None]:
    """Managers give every brand's rows."""
    kept = BrandManager.get_queryset
    BrandManager.get_queryset = models.Manager.from_queryset(BrandQuerySet).get_queryset  # type: ignore[method-assign]
    try:
        yield
    finally:
        BrandManager.get_queryset = kept  # type: ignore[method-assign]


@contextmanager
def row_security_off() -> Iterator[None]:
    """No policy binds the runtime role. Only for a database that is thrown away."""
    with psycopg.connect(os.environ["DATABASE_MIGRATE_URL"], autocommit=True) as owner:
        owner.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(f"{os.environ['DATABASE_ROLE_PREFIX']}_owner")))
        tables = [name for (name,) in owner.execute(_PROTECTED).fetchall()]
        assert tables
        try:
            _alter(owner, tables, "DISABLE")
            yield
        finally:
            _alter(owner, tables, "ENABLE")


@contextmanager
def both_off() -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(orm_layer_off())
        stack.enter_context(row_security_off())
        yield


def _alter(owner: psycopg.Connection, tables: list[str], verb: str) -> None:
    for table in tables:
        statement = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
        owner.execute(statement.format(sql.Identifier(table), sql.SQL(verb)))  # type: ignore[arg-type]
