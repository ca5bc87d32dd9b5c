from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection


@contextmanager
def binary_cursor() -> Iterator[psycopg.Cursor]:
    """For arrays: Django's cursor writes parameters into the statement, and as text they cost more than all the rest.
    Its errors are Django's, by which PostgreSQL being away is known."""
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor
