"""The plain way to claim: one line for everybody, the oldest job first."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

# The turn is the brand's whose job is oldest, not the one's whose last turn is longest ago, and it takes all.
FAIR_ORDER = "ORDER BY served.at NULLS FIRST, b.brand_id"
PLAIN_ORDER = """ORDER BY (
    SELECT o.id FROM ai_studio_generation o
    WHERE o.queue = p_queue AND o.brand_id = b.brand_id AND o.status = 'PENDING' ORDER BY o.id LIMIT 1
), b.brand_id"""
FAIR_TURNS = "(missing + o.brands - o.place) / o.brands AS turns"
PLAIN_TURNS = "missing AS turns"
_SOURCE = "SELECT pg_get_functiondef('studio_claim(text, int, int, uuid[])'::regprocedure)"


@contextmanager
def first_come_first_served() -> Iterator[None]:
    """The same claim function with another order, in the database of this run, until the block ends."""
    with connections["migrate"].cursor() as cursor:
        cursor.execute(_SOURCE)
        (fair,) = cursor.fetchone()
        plain = fair.replace(FAIR_ORDER, PLAIN_ORDER).replace(FAIR_TURNS, PLAIN_TURNS)
        if plain.count(PLAIN_ORDER) != 1 or plain.count(PLAIN_TURNS) != 1:
            raise RuntimeError("The claim function reads otherwise than this comparison expects.")
        cursor.execute(plain)
        try:
            yield
        finally:
            cursor.execute(fair)
