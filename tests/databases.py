"""One database per test process, cloned from a template that is migrated only when the migrations change.

The address of the clone is in the environment before Django reads its settings (tests/servers.py), so tests
and the processes that they start all find it.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

CHECKOUT = Path(__file__).resolve().parents[1]
APPS = ("brands", "ai_studio", "analytics", "collaboration")
URLS = ("DATABASE_URL", "DATABASE_MAINTENANCE_URL", "DATABASE_MIGRATE_URL")
# What migrations write and tests only read.
KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission", "ai_studio_price")
REDIS_DATABASES = 15  # 1 to 15; 0 is left to whoever looks by hand


def own_addresses() -> dict[str, str]:
    """The environment of this test process: its database, its Redis number, its media folder."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    number = int(worker.removeprefix("gw")) % REDIS_DATABASES + 1 if worker.startswith("gw") else 1
    media = Path(os.environ["MEDIA_ROOT"]).parent / f"media-{worker}"
    media.mkdir(exist_ok=True)
    addresses = {name: _with_path(os.environ[name], f"{template_name()}_{worker}") for name in URLS}
    return addresses | {"REDIS_URL": _with_path(os.environ["REDIS_URL"], str(number)), "MEDIA_ROOT": str(media)}


def template_name() -> str:
    return os.environ["DATABASE_ROLE_PREFIX"]


@contextmanager
def own_database() -> Iterator[None]:
    """Make this process's database, and drop it at the end."""
    name = urlsplit(os.environ["DATABASE_URL"]).path.removeprefix("/")
    with _admin() as admin:
        # Workers start together: the first migrates, the others wait and clone.
        admin.execute("SELECT pg_advisory_lock(hashtext('atelier test template'))")
        _ensure_template(admin)
        _clone(admin, name)
    try:
        yield
    finally:
        if _owner.cache_info().currsize:
            _owner().close()
        with _admin() as admin:
            _drop(admin, name)


def empty() -> None:
    """Remove every row that a test committed. Done by the migrate role: the runtime role may not.

    Deleting a few rows is many times faster than truncating fifty tables, and looking which tables have any many
    times faster than deleting from each; foreign keys are looked at once all are gone.
    """
    try:
        _empty(_owner())
    except psycopg.OperationalError:  # a test has ended every connection to its database
        _owner.cache_clear()
        _empty(_owner())


def _empty(owner: psycopg.Connection) -> None:
    with owner.transaction():
        if full := [table for (table,) in owner.execute(_which_have_rows(owner))]:
            delete = sql.SQL("DELETE FROM {}")
            owner.execute("SET CONSTRAINTS ALL DEFERRED")
            owner.execute(sql.SQL("; ").join(delete.format(sql.Identifier(table)) for table in full))


@cache
def _owner() -> psycopg.Connection:
    """One connection for all tests of this process."""
    owner = psycopg.connect(os.environ["DATABASE_MIGRATE_URL"], autocommit=True)
    owner.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(f"{template_name()}_owner")))
    return owner


def _which_have_rows(owner: psycopg.Connection) -> sql.Composed:
    tables = owner.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename != ALL(%s)", [list(KEPT_TABLES)]
    ).fetchall()
    look = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    return sql.SQL(" UNION ALL ").join(look.format(sql.Literal(table), sql.Identifier(table)) for (table,) in tables)


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


@contextmanager
def _admin() -> Iterator[psycopg.Connection]:
    url = os.environ.get("DATABASE_ADMIN_URL")
    if not url:
        raise pytest.UsageError(
            "Tests make one database per process: give DATABASE_ADMIN_URL, or unset DATABASE_URL to use the "
            "embedded server."
        )
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def _ensure_template(admin: psycopg.Connection) -> None:
    wanted = _migrations_sha256()
    row = admin.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [template_name()]
    ).fetchone()
    if row == (wanted,):
        return
    _drop(admin, template_name())
    _migrate_new_template()
    comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
    admin.execute(comment.format(sql.Identifier(template_name()), sql.Literal(wanted)))


def _migrations_sha256() -> str:
    files = [file for app in APPS for file in (CHECKOUT / app / "migrations").glob("*.py")]
    files += [CHECKOUT / "requirements.txt", *(CHECKOUT / "brands" / "tenancy").glob("*.py")]
    files += (CHECKOUT / "ai_studio" / "prices").rglob("*.[cp]*[vy]")
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(CHECKOUT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _migrate_new_template() -> None:
    """In another process: this one's settings lead to the clone."""
    from brands.tenancy import roles

    urls = roles.prepare(
        admin_url=os.environ["DATABASE_ADMIN_URL"],
        database=template_name(),
        secret=os.environ["SECRET_KEY"],
        role_prefix=template_name(),
    )
    result = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=CHECKOUT,
        env=os.environ
        | {
            "DATABASE_URL": urls.runtime_url,
            "DATABASE_MAINTENANCE_URL": urls.maintenance_url,
            "DATABASE_MIGRATE_URL": urls.migrate_url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise pytest.UsageError(f"The migrations do not run:\n{result.stderr or result.stdout}")


def _clone(admin: psycopg.Connection, name: str) -> None:
    _drop(admin, name)
    prefix = template_name()
    roles = {role: sql.Identifier(f"{prefix}_{role}") for role in ("owner", "runtime", "maintenance", "migrate")}
    names = {"name": sql.Identifier(name), "template": sql.Identifier(prefix), **roles}
    for statement in (
        "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}",
        "REVOKE CONNECT ON DATABASE {name} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {name} TO {runtime}, {maintenance}, {migrate}",
    ):
        admin.execute(sql.SQL(statement).format(**names))


def _drop(admin: psycopg.Connection, name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
