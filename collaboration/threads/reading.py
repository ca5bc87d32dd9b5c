"""How far each person has read, and how much they have not."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from brands.errors import InvalidInput
from brands.permissions import Actor
from collaboration.models import Comment, Thread, ThreadReading
from collaboration.threads import seeing
from collaboration.threads.choices import ThreadStatus
from collaboration.threads.telling import author


def with_unread(actor: Actor, threads: "QuerySet[Any]") -> "QuerySet[Any]":
    """With `unread`: how many comments of others they have not seen."""
    count = _unread(actor).values("thread").annotate(many=Count("pk")).values("many")
    return threads.annotate(unread=Coalesce(Subquery(count, output_field=IntegerField()), 0))


def only_unread(actor: Actor, threads: "QuerySet[Any]") -> "QuerySet[Any]":
    return threads.filter(Exists(_unread(actor)))


def mark(*, actor: Actor, thread: Thread, number: int | None = None) -> int:
    """Remember that they read up to comment `number`, by default to the last; returns it. A lower one than before makes
    unread what is behind it. InvalidInput naming `number` beyond the last."""
    if number is not None and number > thread.last_number:
        raise InvalidInput(fields={"number": [f"The last comment is {thread.last_number}."]})
    upto = thread.last_number if number is None else number
    fresh = {"number": upto, "brand_id": thread.brand_id}
    ThreadReading.objects.update_or_create(
        thread=thread, **author(actor), defaults={"number": upto}, create_defaults=fresh
    )
    return upto


def counted(*, actor: Actor, resource_type: str, resource_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """{resource_id, open, resolved, unread_threads, unread_comments} of each resource that has threads they see; one
    query, however many there are."""
    about = seeing.threads(actor).filter(resource_type=resource_type, resource_id__in=resource_ids)
    rows = (
        with_unread(actor, about)
        .order_by()
        .values("resource_id")
        .annotate(
            open=Count("pk", filter=Q(status=ThreadStatus.OPEN)),
            resolved=Count("pk", filter=Q(status=ThreadStatus.RESOLVED)),
            unread_threads=Count("pk", filter=Q(unread__gt=0)),
            unread_comments=Sum("unread"),
        )
    )
    return list(rows.order_by("resource_id"))


def _unread(actor: Actor) -> "QuerySet[Any]":
    """Comments of the outer query's thread that are new to them."""
    mine = author(actor)
    read = ThreadReading.objects.filter(thread=OuterRef("thread"), **mine).values("number")
    new = Comment.objects.filter(thread=OuterRef("pk"), deleted_at=None).order_by()
    return new.filter(number__gt=Coalesce(Subquery(read), 0)).exclude(**mine)
