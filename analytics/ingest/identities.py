"""Who is who, once some events have said so. Pure."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from analytics.ingest.incoming import Identity


@dataclass(frozen=True)
class Claim:
    """`alias` and `distinct_id` are the same person. With IDENTIFY: unless `alias` said already that it is another."""

    distinct_id: str
    alias: str
    identity: Identity


@dataclass
class People:
    """`numbers` of the ids that are known, merges followed; `identified` of these people. Changed by `learn`."""

    numbers: dict[str, int]
    identified: set[int]
    last: int
    new_ids: dict[str, int] = field(default_factory=dict)
    _into: dict[int, int] = field(default_factory=dict)

    @property
    def merges(self) -> dict[int, int]:
        """Who was merged, into whom: never into somebody who was merged as well."""
        return {merged: self._end(merged) for merged in self._into}

    def learn(self, claim: Claim) -> None:
        before, now = self._of(claim.alias), self._of(claim.distinct_id)
        others = claim.identity is Identity.IDENTIFY and before in self.identified
        if now is None:
            now = self._name(claim.distinct_id, self._new() if before is None or others else before)
        if before is None:
            self._name(claim.alias, now)
        elif before != now and not others:
            self._into[before] = now
            if before in self.identified:
                self.identified.add(now)
        if claim.identity is Identity.IDENTIFY:
            self.identified.add(now)

    def name_all(self, ids: Iterable[str]) -> None:
        """Whoever has no number yet gets one, in this order."""
        for id_ in ids:
            if id_ not in self.numbers:
                self._name(id_, self._new())

    def number(self, id_: str) -> int:
        """Of an id that is known, merges followed."""
        return self._end(self.numbers[id_])

    def _of(self, id_: str) -> int | None:
        number = self.numbers.get(id_)
        return None if number is None else self._end(number)

    def _end(self, number: int) -> int:
        while number in self._into:
            number = self._into[number]
        return number

    def _name(self, id_: str, number: int) -> int:
        self.numbers[id_] = self.new_ids[id_] = number
        return number

    def _new(self) -> int:
        self.last += 1
        return self.last


def learned(claims: Sequence[Claim], *, numbers: Mapping[str, int], identified: Set[int], last: int) -> People:
    """What the claims, in their order, say of people. `last` is the last number that was given."""
    people = People(dict(numbers), set(identified), last)
    for claim in claims:
        people.learn(claim)
    return people
