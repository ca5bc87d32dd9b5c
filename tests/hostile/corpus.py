"""All hostile files: the same for the same seed."""

from tests.hostile import damage, documents, films, models, pictures
from tests.hostile.cases import Case

SEED = 20261125


def corpus(seed: int = SEED) -> list[Case]:
    return [*damage.cases(seed), *pictures.cases(), *models.cases(), *films.cases(), *documents.cases()]
