"""Months of events, made before they are needed: by beat for those to come, by whoever brings history for the past."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db import connection, transaction

_MAKE = "SELECT analytics_make_partitions(%s, %s)"
# Of this process. No partition is ever dropped.
_known: set[date] = set()


def make(moments: Iterable[datetime]) -> None:
    """Where they are missing. Before any lock of a brand is taken: making them has a lock of its own."""
    missing = {date(at.year, at.month, 1) for at in moments} - _known
    for month in sorted(missing):
        first = datetime(month.year, month.month, 1, tzinfo=UTC)
        with connection.cursor() as cursor:
            cursor.execute(_MAKE, [first, first])
    if missing:
        transaction.on_commit(lambda: _known.update(missing))


def make_ahead() -> int:
    """This month's and the next two. Returns how many were missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT analytics_make_partitions(now(), now() + interval '2 months')")
        return int(cursor.fetchone()[0])
