"""The people behind a number, by the names they came by."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from analytics.models import DistinctId, Person, PersonMerge
from brands.errors import NotFound

MOST_NAMES = 10
LARGEST = 2**63 - 1


def page(numbers: Sequence[int], *, after: int, limit: int) -> dict[str, Any]:
    """Of `numbers`, ascending, those above `after`. In the brand's scope; two queries however many there are."""
    start = bisect_right(numbers, after)
    shown = list(numbers[start : start + limit])
    names = _names(shown)
    found = [{"person": number, "distinct_ids": names[number][:MOST_NAMES]} for number in shown]
    is_last = start + limit >= len(numbers)
    return {"count": len(numbers), "people": found, "after": None if is_last else shown[-1]}


def find(*, number: int | None = None, distinct_id: str | None = None) -> list[int]:
    """All the numbers that a person had, first the one of whoever they turned out to be; by any of these numbers, or
    by a name. In the brand's scope. Raises NotFound."""
    if distinct_id is not None:
        number = DistinctId.objects.filter(distinct_id=distinct_id).values_list("person", flat=True).first()
    if number is None or number > LARGEST or not Person.objects.filter(number=number).exists():
        raise NotFound()
    end = PersonMerge.objects.filter(merged=number).values_list("into", flat=True).first() or number
    return [end, *PersonMerge.objects.filter(into=end).order_by("merged").values_list("merged", flat=True)]


def names_of(number: int) -> list[str]:
    """By which a person came, MOST_NAMES at most."""
    return _names([number])[number][:MOST_NAMES]


def _names(numbers: Sequence[int]) -> dict[int, list[str]]:
    merged = dict(PersonMerge.objects.filter(into__in=numbers).values_list("merged", "into"))
    names: dict[int, list[str]] = defaultdict(list)
    known = DistinctId.objects.filter(person__in=[*numbers, *merged])
    for person, name in known.order_by("person", "distinct_id").values_list("person", "distinct_id"):
        names[merged.get(person, person)].append(name)
    return names
