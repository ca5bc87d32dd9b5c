"""Answers about the people of one segment alone."""

from dataclasses import dataclass
from uuid import UUID

from analytics.models import Segment
from analytics.stores import postgres
from analytics.stores.base import Store
from analytics.stores.narrowed import Narrowed
from brands.errors import InvalidInput


@dataclass(frozen=True)
class InSegment:
    """`build`: an answer about its people is another one when they are others."""

    segment_id: UUID
    build: int

    def words(self) -> dict[str, object]:
        return {"segment": str(self.segment_id), "build": self.build}


def in_segment(*, brand_id: UUID, segment_id: UUID | None) -> InSegment | None:
    """Raises InvalidInput naming `segment` when it is not the brand's. None for everyone."""
    if segment_id is None:
        return None
    found = Segment.objects.for_brand(brand_id).filter(pk=segment_id).values_list("build", flat=True).first()
    if found is None:
        raise InvalidInput(fields={"segment": ["Not found."]})
    return InSegment(segment_id, found)


def store_for(brand_id: UUID, people: InSegment | None) -> Store:
    return postgres.store if people is None else Narrowed(postgres.store, brand_id, people.segment_id)
