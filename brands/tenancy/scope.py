"""The brand a piece of work belongs to, told to Django and to PostgreSQL at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction


class HasId(Protocol):
    id: UUID


class BrandScopeError(RuntimeError):
    """Work was tried outside any brand, or inside another brand's scope."""


_current: ContextVar[UUID | None] = ContextVar("brand_id", default=None)


def current_brand_id() -> UUID | None:
    return _current.get()


def required_brand_id() -> UUID:
    brand_id = _current.get()
    if brand_id is None:
        raise BrandScopeError("No brand: wrap the work in brand_scope(brand).")
    return brand_id


def _tell_postgres(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.brand_id', %s, true)", [value])


@contextmanager
def brand_scope(brand: HasId | UUID) -> Iterator[UUID]:
    """One transaction in which only `brand`'s rows exist.

    The setting is local to the transaction: a session-level SET would leak through the connection pool.
    Entering the same brand again joins the running scope; entering another one raises BrandScopeError.
    """
    brand_id = brand if isinstance(brand, UUID) else brand.id
    outer = _current.get()
    if outer is not None:
        if outer != brand_id:
            raise BrandScopeError(f"Already in the scope of brand {outer}; refused to enter {brand_id}.")
        yield brand_id
        return
    joined = connection.in_atomic_block
    with transaction.atomic():
        _tell_postgres(str(brand_id))
        # Left before the commit, so that on_commit callbacks run without a brand.
        token = _current.set(brand_id)
        try:
            yield brand_id
        finally:
            _current.reset(token)
        if joined and not connection.needs_rollback:
            _tell_postgres("")
