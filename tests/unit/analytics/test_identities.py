"""Who is who, once some events have said so."""

from hypothesis import given
from hypothesis import strategies as st

from analytics.ingest.identities import Claim, People, learned
from analytics.ingest.incoming import Identity

IDS = "abcdef"
PAIRS = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] != pair[1])


def told(*claims: Claim, known: dict[str, int] | None = None, identified: frozenset[int] = frozenset()) -> People:
    return learned(claims, numbers=known or {}, identified=identified, last=max((known or {}).values(), default=0))


def identify(who: str, alias: str) -> Claim:
    return Claim(who, alias, Identity.IDENTIFY)


def alias(who: str, other: str) -> Claim:
    return Claim(who, other, Identity.ALIAS)


def groups(pairs: list[tuple[str, str]]) -> set[frozenset[str]]:
    """Connected ids, the plain way."""
    found = {id_: {id_} for id_ in IDS}
    for one, other in pairs:
        together = found[one] | found[other]
        for id_ in together:
            found[id_] = together
    return {frozenset(group) for group in found.values()}


def test_two_unknown_ids_are_one_new_person() -> None:
    people = told(identify("ann", "device"))
    assert (people.new_ids, people.last, people.merges, people.identified) == ({"ann": 1, "device": 1}, 1, {}, {1})


def test_who_is_identified_keeps_the_number_they_had() -> None:
    people = told(identify("ann", "device"), known={"device": 4})
    assert (people.new_ids, people.merges, people.identified) == ({"ann": 4}, {}, {4})


def test_two_people_who_are_one_are_merged_into_the_one_named_first() -> None:
    assert told(alias("ann", "device"), known={"device": 1, "ann": 2}).merges == {1: 2}


def test_a_device_that_somebody_identified_on_is_not_the_next_persons() -> None:
    people = told(identify("ann", "device"), identify("bob", "device"))
    assert people.number("ann") == people.number("device") != people.number("bob")
    assert people.merges == {}


def test_an_alias_is_believed_also_of_people_who_identified() -> None:
    people = told(identify("ann", "x"), identify("bob", "y"), alias("ann", "bob"))
    assert people.number("ann") == people.number("bob")


def test_saying_it_again_changes_nothing() -> None:
    assert told(identify("ann", "device"), known={"ann": 3, "device": 3}, identified=frozenset({3})).merges == {}


@given(known=st.lists(st.sampled_from(IDS), unique=True), pairs=st.lists(PAIRS))
def test_aliases_join_exactly_those_who_are_connected_in_one_step(
    known: list[str], pairs: list[tuple[str, str]]
) -> None:
    numbers = {id_: number for number, id_ in enumerate(known, 1)}
    people = told(*(alias(*pair) for pair in pairs), known=numbers)
    people.name_all(IDS)
    by_number: dict[int, set[str]] = {}
    for id_ in IDS:
        by_number.setdefault(people.number(id_), set()).add(id_)
    assert {frozenset(group) for group in by_number.values()} == groups(pairs)
    assert not set(people.merges) & set(people.merges.values())
