"""Another brand's events never change an answer."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.ingest.incoming import Identity, IncomingEvent
from analytics.stores.base import Operator, PropertyFilter, Range, Selection
from analytics.stores.connections import pool
from analytics.stores.postgres import PostgresStore
from tests.factories import Tenant
from tests.integration.analytics.recorded import NOW, event, put

MONTH = Range(NOW - timedelta(days=30), NOW + timedelta(days=1))
IDS = st.sampled_from(["ann", "bob", "cy"])
RED = Selection("visit", (PropertyFilter("colour", Operator.IS, ("red",)),))
numbers = count()


@pytest.fixture(autouse=True)
def _connections(committed: None) -> Iterator[None]:
    yield
    pool().close()


@st.composite
def events(draw: st.DrawFn) -> IncomingEvent:
    """The same ids, names and people in every brand."""
    identity = draw(st.sampled_from([Identity.NOTHING, Identity.NOTHING, Identity.ALIAS]))
    return event(
        draw(st.sampled_from(["visit", "buy"])),
        draw(IDS),
        at=NOW - timedelta(minutes=draw(st.integers(0, 40_000))),
        insert_id=f"{next(numbers)}",
        properties={"colour": draw(st.sampled_from(["red", "blue"]))},
        identity=identity,
        alias="" if identity is Identity.NOTHING else draw(IDS),
    )


def answers(tenant: Tenant) -> list[list]:
    store, steps = PostgresStore(), [RED, Selection("buy")]
    stream = store.stream(brand_id=tenant.id, steps=steps, within=MONTH, breakdown="colour", others=True)
    found = store.occurrences(brand_id=tenant.id, selection=Selection(None), within=MONTH)
    assert stream.value is not None
    columns = np.stack([stream.person, stream.at, stream.matches, stream.value])
    return [
        sorted(columns.T.tolist()),
        list(stream.values),
        sorted(np.stack([found.person, found.at]).T.tolist()),
        [store.version(brand_id=tenant.id)],
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=st.lists(events(), max_size=6), others=st.lists(events(), min_size=1, max_size=6))
def test_another_brands_events_never_change_an_answer(
    mine: list[IncomingEvent], others: list[IncomingEvent], ours: Tenant, theirs: Tenant
) -> None:
    if mine:
        put(ours, *mine)
    before = answers(ours)
    put(theirs, *others)
    assert answers(ours) == before
