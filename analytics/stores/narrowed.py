"""A store that knows only some people: any question to it is about them alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from analytics.stores import people
from analytics.stores.base import Range, Selection, Store

if TYPE_CHECKING:
    import numpy as np

    from analytics.metrics.stream import Int64s, Occurrences, Samples, Stream, Traits


@dataclass(frozen=True)
class Narrowed:
    """`whole`, as the members of a segment see it, as they were last built."""

    whole: Store
    brand_id: UUID
    segment_id: UUID

    @cached_property
    def _members(self) -> "Int64s":
        return people.members(brand_id=self.brand_id, segment_id=self.segment_id)

    def stream(
        self,
        *,
        brand_id: UUID,
        steps: Sequence[Selection],
        within: Range,
        exclusions: Sequence[Selection] = (),
        breakdown: str | None = None,
        others: bool = False,
        people: Sequence[int] | None = None,
    ) -> "Stream":
        from analytics.metrics.stream import Stream

        found = self.whole.stream(
            brand_id=brand_id,
            steps=steps,
            within=within,
            exclusions=exclusions,
            breakdown=breakdown,
            others=others,
            people=people,
        )
        own = self._own(found.person)
        return Stream(found.person[own], found.at[own], found.matches[own], _of(found.value, own), found.values)

    def occurrences(
        self, *, brand_id: UUID, selection: Selection, within: Range, revenue: bool = True
    ) -> "Occurrences":
        from analytics.metrics.stream import Occurrences

        found = self.whole.occurrences(brand_id=brand_id, selection=selection, within=within, revenue=revenue)
        own = self._own(found.person)
        return Occurrences(found.person[own], found.at[own], found.revenue_micros[own])

    def samples(
        self,
        *,
        brand_id: UUID,
        selection: Selection,
        within: Range,
        number: str | None = None,
        breakdown: str | None = None,
    ) -> "Samples":
        from analytics.metrics.stream import Samples

        found = self.whole.samples(
            brand_id=brand_id, selection=selection, within=within, number=number, breakdown=breakdown
        )
        own = self._own(found.person)
        return Samples(found.person[own], found.at[own], found.amount[own], _of(found.value, own), found.values)

    def traits(self, *, brand_id: UUID, selection: Selection, within: Range, names: Sequence[str]) -> "Traits":
        from analytics.metrics.stream import Column, Traits

        found = self.whole.traits(brand_id=brand_id, selection=selection, within=within, names=names)
        own = self._own(found.person)
        columns = {name: Column(column.value[own], column.values) for name, column in found.columns.items()}
        return Traits(found.person[own], found.at[own], columns)

    def telling_properties(self, *, brand_id: UUID, selection: Selection, within: Range, most: int) -> Sequence[str]:
        return self.whole.telling_properties(brand_id=brand_id, selection=selection, within=within, most=most)

    def version(self, *, brand_id: UUID) -> int:
        return self.whole.version(brand_id=brand_id)

    def _own(self, person: "Int64s") -> "np.ndarray[Any, np.dtype[np.bool_]]":
        import numpy as np

        return np.isin(person, self._members)


def _of(value: "Int64s | None", own: "np.ndarray[Any, np.dtype[np.bool_]]") -> "Int64s | None":
    return None if value is None else value[own]
