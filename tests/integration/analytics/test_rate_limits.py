"""Every route of analytics is limited and says what is left; what costs more has a limit of its own."""

import pytest
from django.test import override_settings

from tests.factories import Tenant, client_for

COSTLY = ("retention/", "correlations/", "events/export/", "retention/export/", "cohorts/export/")
CHEAP = ("events/", "event-names/", "dead-letters/", "imports/", "questions/", "metrics/", "funnels/", "cohorts/")


@pytest.mark.parametrize(("paths", "shared"), [(COSTLY, False), (CHEAP, True)])
def test_answers_say_what_is_left(paths: tuple[str, ...], shared: bool, ours: Tenant) -> None:
    for path in paths:
        answer = client_for(ours.viewer).get(f"{ours.url}analytics/{path}")
        assert ('"default"' in answer["RateLimit-Policy"]) is shared, path
        assert "r=" in answer["RateLimit"], path


@override_settings(EVENTS_RATE_LIMIT="2/minute")
def test_events_have_a_limit_of_their_own(ours: Tenant) -> None:
    client = client_for(ours.key_with("event.write"))
    body = {"name": "visit", "distinct_id": "ann"}
    answers = [client.post("/api/v1/events/", body, format="json") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"IngestView";q=2;w=60'
    assert client_for(ours.analyst).get(f"{ours.url}analytics/events/").status_code == 200


def test_files_are_limited_and_then_refused(ours: Tenant) -> None:
    client = client_for(ours.viewer)  # refused requests count too
    codes = [client.get(f"{ours.url}analytics/events/export/").status_code for _ in range(31)]
    assert (set(codes[:30]), codes[30]) == ({403}, 429)
