"""The process refuses to work as a database role that row-level security does not bind."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created

_QUERY = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def refuse_unbound_role(*, connection: Any, **_: Any) -> None:
    if connection.alias != "default" or connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        (unbound,) = cursor.fetchone()
    if unbound:
        connection.close()
        raise ImproperlyConfigured(
            "DATABASE_URL belongs to a superuser or a BYPASSRLS role, which would see every brand. "
            "Run `python manage.py prepare_database` and use the runtime role it names."
        )


def connect() -> None:
    connection_created.connect(refuse_unbound_role, dispatch_uid="brands.tenancy.guard")
