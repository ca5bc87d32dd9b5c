"""The process refuses to work as a database role that row-level security does not bind."""

from typing import Any
from weakref import WeakSet

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.signals import connection_created

# Of the role itself and of every role that it may become.
UNBOUND = "SELECT bool_or(rolsuper OR rolbypassrls) FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')"
_REFUSAL = (
    "DATABASE_URL belongs to a superuser, a BYPASSRLS role or a member of one, which would see every brand. "
    "Run `python manage.py prepare_database` and use the runtime role it names."
)
# Connections of the pool come by on every request; each is asked once.
_bound: WeakSet[Any] = WeakSet()


def refuse_at_start() -> None:
    """Asked before web or a worker takes work. PostgreSQL being away is no reason not to start: see below."""
    parameters = connections["default"].get_connection_params()
    # Not through Django's pool: a worker forks after this, and threads of a pool do not survive that.
    parameters.pop("pool", None)
    try:
        with psycopg.connect(**parameters) as connection:
            row = connection.execute(UNBOUND).fetchone()
    except psycopg.OperationalError:
        return
    if row is None or row[0]:
        raise ImproperlyConfigured(_REFUSAL)


def refuse_unbound_role(*, connection: Any, **_: Any) -> None:
    """Asked of every new connection."""
    if connection.alias != "default" or connection.connection in _bound:
        return
    with connection.cursor() as cursor:
        cursor.execute(UNBOUND)
        (unbound,) = cursor.fetchone()
    if unbound:
        connection.close()
        raise ImproperlyConfigured(_REFUSAL)
    _bound.add(connection.connection)


def connect() -> None:
    connection_created.connect(refuse_unbound_role, dispatch_uid="brands.tenancy.guard")
