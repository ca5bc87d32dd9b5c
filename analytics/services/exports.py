"""What can be had as a file. Tables and their pages; who writes them chooses the format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import close_old_connections, connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from analytics.exports.columns import Column, Kind, Pages
from analytics.services import people
from analytics.stores import long_reads
from brands.permissions import Actor
from brands.tenancy.scope import brand_scope

CAPABILITY = "analytics.export"
PEOPLE_PAGE = 1_000
_EVENTS = (
    Column("name"),
    Column("at", Kind.MOMENT),
    Column("insert_id"),
    Column("distinct_id"),
    Column("person", Kind.INT),
    Column("session"),
    Column("properties", Kind.JSON),
    Column("revenue", Kind.MONEY),
    Column("currency"),
    Column("received_at", Kind.MOMENT),
)
_EVENT_FIELDS = (
    "name", "at", "insert_id", "distinct_id", "whose", "session", "words", "revenue", "currency", "received_at",
)  # fmt: skip
_PEOPLE = (Column("person", Kind.INT), Column("distinct_ids", Kind.TEXTS))


@dataclass(frozen=True)
class Export:
    """`name`: of the file, without its end."""

    name: str
    columns: Sequence[Column]
    pages: Pages


def events(*, actor: Actor, found: QuerySet[Any]) -> Export:
    """`found`: events with `whose`, as event_log.recorded gives them, narrowed. The oldest first, as they all are at
    one moment: the first page is read when it is asked for."""
    rows = found.annotate(words=Cast("properties", TextField())).order_by("at", "insert_id")
    try:
        statement, parameters = rows.values_list(*_EVENT_FIELDS).query.sql_with_params()
    except EmptyResultSet:  # nothing is to be asked for
        return Export("events", _EVENTS, [])
    return Export("events", _EVENTS, long_reads.pages(statement, parameters, brand_id=actor.brand_id))


def people_of(*, brand_id: UUID, numbers: Sequence[int]) -> Export:
    """The people with these numbers, and the names that they came by."""
    return Export("people", _PEOPLE, _people(brand_id, numbers))


def _people(brand_id: UUID, numbers: Sequence[int]) -> Iterator[list[tuple[Any, ...]]]:
    """A short transaction for each page that is read when the request's has ended."""
    after: int | None = 0
    while after is not None:
        with brand_scope(brand_id):
            page = people.page(numbers, after=after, limit=PEOPLE_PAGE)
        if not connection.in_atomic_block:  # the first are read while the request's lasts
            close_old_connections()
        yield [(each["person"], each["distinct_ids"]) for each in page["people"]]
        after = page["after"]
