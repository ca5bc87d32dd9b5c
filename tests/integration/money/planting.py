"""Breaking rows as nobody at work could: by the tables' owner, with foreign keys asleep."""

import os
from collections.abc import Mapping

import psycopg
from psycopg import sql


def as_owner(statement: str, facts: Mapping[str, object]) -> None:
    role = sql.Identifier(f"{os.environ['DATABASE_ROLE_PREFIX']}_owner")
    with psycopg.connect(os.environ["DATABASE_MIGRATE_URL"], autocommit=True) as owner:
        owner.execute(sql.SQL("SET ROLE {}").format(role))
        assert owner.execute(statement, facts).rowcount > 0  # type: ignore[arg-type]
