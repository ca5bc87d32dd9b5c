"""The environment that every child process gets: addresses, secrets, folders."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from config.local.embedded_postgres import start_postgres
from config.local.embedded_redis import start_redis
from config.local.errors import LaunchError
from config.local.folder import DataFolder
from config.local.processes import Processes, supervised

ROLE_URLS = ("DATABASE_URL", "DATABASE_MAINTENANCE_URL", "DATABASE_MIGRATE_URL")
ALL_HOSTS = "localhost,127.0.0.1,[::1]"


@dataclass(frozen=True)
class Servers:
    """Running servers and the environment that leads to them."""

    processes: Processes
    environment: Mapping[str, str]


@contextmanager
def servers(
    folder: DataFolder, *, database: str, durable: bool, given: Mapping[str, str] | None = None
) -> Iterator[Servers]:
    """PostgreSQL and Redis, embedded unless `given` (default: the environment) names servers."""
    given = os.environ if given is None else given
    with supervised(folder) as processes:
        environment = {**storage(folder), **redis_addresses(processes, given, durable=durable)}
        environment |= database_addresses(
            processes, given, database=database, durable=durable, secret=environment["SECRET_KEY"]
        )
        yield Servers(processes, environment)


def storage(folder: DataFolder) -> dict[str, str]:
    return {
        "SECRET_KEY": folder.secret("secret-key"),
        "SECRET_KEY_RING": f"local:{folder.key('secrets-key')}",
        "MEDIA_ROOT": str(folder.media),
        "CELERY_BEAT_SCHEDULE_FILENAME": str(folder.path / "beat-schedule"),
    }


def web_addresses(url: str) -> dict[str, str]:
    return {"DEBUG": "false", "ALLOWED_HOSTS": ALL_HOSTS, "PUBLIC_URL": url}


def redis_addresses(processes: Processes, given: Mapping[str, str], *, durable: bool) -> dict[str, str]:
    return {"REDIS_URL": given.get("REDIS_URL") or start_redis(processes, durable=durable)}


def database_addresses(
    processes: Processes, given: Mapping[str, str], *, database: str, durable: bool, secret: str
) -> dict[str, str]:
    admin_url = given.get("DATABASE_ADMIN_URL") or given.get("DATABASE_URL")
    if not given.get("DATABASE_ADMIN_URL") and all(given.get(name) for name in ROLE_URLS):
        return {name: given[name] for name in ROLE_URLS}  # the roles were prepared by whoever gave them
    if admin_url:
        require_role_creation(admin_url)
    else:
        admin_url = start_postgres(processes, durable=durable)
    from brands.tenancy import roles

    try:
        urls = roles.prepare(admin_url=admin_url, database=database, secret=secret, role_prefix=database)
    except psycopg.Error as error:
        raise LaunchError(f"The database {database} and its roles could not be prepared: {error}") from error
    return {
        "DATABASE_ROLE_PREFIX": database,
        "DATABASE_URL": urls.runtime_url,
        "DATABASE_MAINTENANCE_URL": urls.maintenance_url,
        "DATABASE_MIGRATE_URL": urls.migrate_url,
        "DATABASE_ADMIN_URL": admin_url,
    }


def named_database() -> str:
    """The database that DATABASE_URL names; `atelier` when it names none or PostgreSQL's own."""
    name = psycopg.conninfo.conninfo_to_dict(os.environ.get("DATABASE_URL", "")).get("dbname")
    return "atelier" if name in (None, "", "postgres", "template1") else str(name)


def require_role_creation(admin_url: str) -> None:
    """A given server is used as it is; it must let us create the roles that keep brands apart."""
    try:
        with psycopg.connect(admin_url, connect_timeout=10) as connection:
            row = connection.execute(
                "SELECT rolsuper, rolcreaterole AND rolcreatedb AND rolbypassrls"
                " FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError as error:
        raise LaunchError(f"DATABASE_URL is set, but the server does not let us in: {error}") from error
    if row is None or not any(row):
        raise LaunchError(
            "The user in DATABASE_URL may not create the roles that keep brands apart. Give the URL of a "
            "superuser, or of a user made with CREATEROLE CREATEDB BYPASSRLS, or unset DATABASE_URL to use "
            "the embedded server."
        )
