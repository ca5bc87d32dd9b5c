"""Whatever JSON comes as events, each is stored, a duplicate or a dead letter, and nothing breaks."""

import contextlib
import json
from itertools import count

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.ingest import native, storing
from analytics.models import DeadLetter, Event
from brands.errors import AtelierError
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.integration.analytics.recorded import NOW

ODD = st.sampled_from(["", "\x00", "\ud800", "\\u0000", "a" * 500, "2024-01-01", "9" * 400, "-0", "1e999", "NaN"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | ODD
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)
FIELDS = ["name", "distinct_id", "at", "insert_id", "session", "properties", "revenue", "currency", "identity", "alias"]
GOOD = {"name": st.just("visit"), "distinct_id": st.sampled_from(["ann", "bob"])}
PLAUSIBLE = {
    "revenue": st.decimals(allow_nan=False).map(str),
    "identity": st.sampled_from(["identify", "alias"]),
    "alias": st.sampled_from(["ann", "bob", "cy"]),
    "at": st.datetimes().map(str),
    "properties": st.dictionaries(st.text(max_size=3), VALUES, max_size=3),
}
EVENTS = st.one_of(
    VALUES,
    st.fixed_dictionaries(GOOD, optional=PLAUSIBLE),
    st.fixed_dictionaries(GOOD, optional=dict.fromkeys(FIELDS[2:], VALUES)),
    st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, VALUES)),
)
numbers = count()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, min_size=1, max_size=6))
def test_each_event_is_accounted_for_and_a_good_one_is_never_lost(events: list, ours: Tenant) -> None:
    good = {"name": "good", "distinct_id": "ann", "insert_id": f"good {next(numbers)}"}
    with transaction.atomic():
        body = json.dumps([*events, good]).encode()
        outcome = storing.store(
            brand_id=ours.id, events=native.read(body, received_at=NOW), source="native", received_at=NOW
        )
        assert outcome.stored + outcome.duplicates + outcome.rejected == len(outcome.results) == len(events) + 1
        assert outcome.results[-1] == "ok"
        with brand_scope(ours.brand):
            assert (Event.objects.count(), DeadLetter.objects.count()) == (outcome.stored, outcome.rejected)
        transaction.set_rollback(True)


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_events_or_refused(body: bytes) -> None:
    with contextlib.suppress(AtelierError):
        assert native.read(body, received_at=NOW)
