"""Events as they came, for whoever wants to see that they do."""

from typing import Any

from django.db.models import Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from analytics.models import DailyCount, DistinctId, Event, PersonMerge
from brands.permissions import Actor, visible

CAPABILITY = "analytics.view"


def recorded(*, actor: Actor) -> QuerySet[Any]:
    """Events with `whose`, the number of whoever their person turned out to be."""
    into = PersonMerge.objects.filter(merged=OuterRef("person")).values("into")
    events = visible(actor, CAPABILITY, Event.objects.filter(person__gt=0))  # what their indexes are for
    return events.annotate(whose=Coalesce(Subquery(into), "person"))


def of_person(events: QuerySet[Any], number: int) -> QuerySet[Any]:
    """Under all the numbers that the person had."""
    end = PersonMerge.objects.filter(merged=number).values_list("into", flat=True).first() or number
    merged = PersonMerge.objects.filter(into=end).values_list("merged", flat=True)
    return events.filter(person__in=[end, *merged])


def of_distinct_id(events: QuerySet[Any], distinct_id: str) -> QuerySet[Any]:
    """Found through the person, for ids have no index of their own."""
    number = DistinctId.objects.filter(distinct_id=distinct_id).values_list("person", flat=True).first()
    return events.none() if number is None else of_person(events, number).filter(distinct_id=distinct_id)


def names(*, actor: Actor) -> QuerySet[Any]:
    """{name, events, first_date, last_date}, from the roll-up; days are UTC's."""
    counts = visible(actor, CAPABILITY, DailyCount.objects.filter(~Q(events=0)))
    return (
        counts.order_by()
        .values("name")
        .annotate(total=Sum("events"), first_date=Min("day_date"), last_date=Max("day_date"))
    )
