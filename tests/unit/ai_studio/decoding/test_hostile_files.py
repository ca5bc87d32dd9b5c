"""A few hostile files of each family; `make hostile-files` tries all of them."""

import random

import pytest

from tests.hostile import damage, documents, films, judge, models, pictures
from tests.hostile.corpus import SEED, corpus
from tests.hostile.work import decoded

FAMILIES = {
    "damage": lambda: damage.cases(SEED),
    "pictures": pictures.cases,
    "models": models.cases,
    "films": films.cases,
    "documents": documents.cases,
}
FEW = 8
LARGE = 2_000_000  # bytes, that take long


@pytest.mark.parametrize("family", FAMILIES)
def test_hostile_files_are_refused_or_whole(family):
    cases = [case for case in FAMILIES[family]() if len(case.data) < LARGE]
    dice = random.Random(SEED)  # noqa: S311 -- reproducible test data
    for case in dice.sample(cases, FEW):
        found = decoded(case.type, case.data)
        assert isinstance(found, str) or judge.wrong(case, found) is None, case.name


def test_the_corpus_is_large_and_the_same_for_the_same_seed():
    first, again = ([(c.name, c.data) for c in corpus(1)] for _ in range(2))
    assert len(first) >= 200
    assert first == again
    damaged = [(c.name, c.data) for c in damage.cases(2)]  # alone takes a seed
    assert first[: len(damaged)] != damaged
