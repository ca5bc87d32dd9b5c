from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """When the transaction began, by the one clock that all machines share: theirs may differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now
