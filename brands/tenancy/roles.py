"""The database and its four roles. Pure psycopg: it runs before Django can connect.

owner        no login; owns every table and the few SECURITY DEFINER functions
migrate      works as the owner; for migrations only
runtime      web and workers; neither superuser nor BYPASSRLS
maintenance  BYPASSRLS; cross-brand jobs and the staff admin
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

LOGIN_ROLES = ("migrate", "runtime", "maintenance")


@dataclass(frozen=True)
class RoleUrls:
    runtime_url: str
    maintenance_url: str
    migrate_url: str


def runtime_role() -> str:
    from django.conf import settings

    return f"{settings.DATABASE_ROLE_PREFIX}_runtime"


def prepare(
    *,
    admin_url: str,
    database: str,
    secret: str,
    role_prefix: str | None = None,
    passwords: Mapping[str, str] | None = None,
) -> RoleUrls:
    """Make the database, its roles and their rights; safe to repeat.

    `admin_url` must belong to an account that may create roles and databases. Without `passwords` (per login
    role) they are derived from `secret`, so that repeating gives the same ones. Raises
    psycopg.errors.InsufficientPrivilege otherwise.
    """
    prefix = role_prefix or database
    passwords = dict(passwords or {role: _password(secret, prefix, role) for role in LOGIN_ROLES})
    with psycopg.connect(admin_url, autocommit=True) as admin:
        # Two launchers at once would both find a role missing: one at a time.
        admin.execute("SELECT pg_advisory_lock(hashtext('atelier roles'))")
        _ensure_roles(admin, prefix, passwords)
        _ensure_database(admin, database, prefix)
    with psycopg.connect(make_conninfo(admin_url, dbname=database), autocommit=True) as admin:
        _grant(admin, database, prefix)
    urls = {role: _role_url(admin_url, database, f"{prefix}_{role}", passwords[role]) for role in LOGIN_ROLES}
    return RoleUrls(urls["runtime"], urls["maintenance"], urls["migrate"])


def _password(secret: str, prefix: str, role: str) -> str:
    return hmac.new(secret.encode(), f"{prefix}|{role}".encode(), hashlib.sha256).hexdigest()


def _ensure_roles(admin: psycopg.Connection, prefix: str, passwords: dict[str, str]) -> None:
    _ensure_role(admin, f"{prefix}_owner", "NOLOGIN BYPASSRLS", None)
    _ensure_role(admin, f"{prefix}_migrate", "LOGIN BYPASSRLS", passwords["migrate"])
    _ensure_role(admin, f"{prefix}_runtime", "LOGIN NOBYPASSRLS", passwords["runtime"])
    _ensure_role(admin, f"{prefix}_maintenance", "LOGIN BYPASSRLS", passwords["maintenance"])
    owner, migrate = sql.Identifier(f"{prefix}_owner"), sql.Identifier(f"{prefix}_migrate")
    admin.execute(sql.SQL("GRANT {} TO {}, CURRENT_USER").format(owner, migrate))


def _ensure_role(admin: psycopg.Connection, name: str, attributes: str, password: str | None) -> None:
    exists = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    statement = sql.SQL("{verb} ROLE {name} {attributes}").format(
        verb=sql.SQL("ALTER" if exists else "CREATE"),
        name=sql.Identifier(name),
        attributes=sql.SQL(attributes),
    )
    if password:
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
    admin.execute(statement)


def _ensure_database(admin: psycopg.Connection, database: str, prefix: str) -> None:
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        return
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
            sql.Identifier(database), sql.Identifier(f"{prefix}_owner")
        )
    )


def _grant(admin: psycopg.Connection, database: str, prefix: str) -> None:
    names = {role: sql.Identifier(f"{prefix}_{role}") for role in ("owner", *LOGIN_ROLES)}
    names["database"] = sql.Identifier(database)
    for statement in (
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE CONNECT ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {runtime}, {maintenance}, {migrate}",
        "GRANT USAGE ON SCHEMA public TO {runtime}, {maintenance}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {runtime}, {maintenance}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
        "GRANT USAGE, SELECT ON SEQUENCES TO {runtime}, {maintenance}",
    ):
        admin.execute(sql.SQL(statement).format(**names))


def _role_url(admin_url: str, database: str, user: str, password: str) -> str:
    """The admin's address with another account and database; query parameters (sslmode, host) are kept."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    if not host and "host" not in conninfo_to_dict(admin_url):
        host = "localhost"
    return urlunsplit((parts.scheme, f"{user}:{password}@{host}", f"/{database}", parts.query, ""))
