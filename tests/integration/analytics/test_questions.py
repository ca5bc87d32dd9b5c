"""Questions that workers answer: the same answers, later, once, and also when a worker dies."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import progress
from analytics.api import asked
from analytics.models import Question
from analytics.services import question_work, questions
from analytics.tasks import answer_question
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for
from tests.integration.analytics.recorded import event, put
from tests.programs import Live
from tests.waiting import wait_until

DAYS = {"from": "2024-06-19", "to": "2024-06-21"}
FUNNEL = {"name": "f", "steps": [{"event": "visit"}, {"event": "buy"}], "window_seconds": 3600}


def get(tenant: Tenant, path: str, *, later: bool = False, **query: Any) -> Any:
    headers = {"Prefer": "respond-async, wait=1"} if later else {}
    return client_for(tenant.analyst).get(f"{tenant.url}analytics/{path}", query, headers=headers)


def post(tenant: Tenant, body: dict[str, Any]) -> Any:
    return client_for(tenant.analyst).post(f"{tenant.url}analytics/questions/", body, format="json")


def work(tenant: Tenant, answer: Any) -> Any:
    """Of whoever was told 202: what the question is after a worker's turn."""
    assert answer.status_code == 202, answer.content
    answer_question(str(tenant.id), answer.json()["id"])
    return get(tenant, f"questions/{answer.json()['id']}/").json()


def funnel_of(tenant: Tenant) -> str:
    made = client_for(tenant.owner).post(f"{tenant.url}analytics/funnels/", FUNNEL, format="json")
    return str(made.json()["id"])


def test_the_answer_later_is_the_answer_at_once(committed: None, ours: Tenant, theirs: Tenant) -> None:
    put(theirs, event(who="theirs"))
    put(ours, event(minutes=9), event("buy", minutes=5), event(who="ben"))
    made = {"name": "m", "definition": {"measure": "count", "event": "visit"}}
    metric = client_for(ours.owner).post(f"{ours.url}analytics/metrics/", made, format="json").json()["id"]
    fixed = {**DAYS, "as_of": "2024-06-30T00:00:00Z"}
    for path, query in (
        (f"funnels/{funnel_of(ours)}/result/", fixed),
        ("retention/", {**fixed, "columns": "2", "start_filters": "[]"}),
        (f"metrics/{metric}/values/", DAYS),
    ):
        told = get(ours, path, later=True, **query)
        assert (told["Preference-Applied"], told.json()["status"]) == ("respond-async", "QUEUED")
        done = work(ours, told)
        assert (done["status"], done["progress_percent"], done["answer_status"]) == ("DONE", 100, 200)
        later = client_for(ours.analyst).get(done["result"]).json()
        now = get(ours, path, **query).json()
        later.pop("as_of"), now.pop("as_of")
        assert later == now
        assert get(ours, f"questions/{done['id']}/")["Content-Type"] == "application/json"


def test_it_is_asked_by_name_too_and_twice_is_once(ours: Tenant) -> None:
    funnel = funnel_of(ours)
    first = post(ours, {"kind": "funnel_result", "id": funnel, "parameters": DAYS})
    assert first["Location"] == f"{ours.url}analytics/questions/{first.json()['id']}/"
    again = get(ours, f"funnels/{funnel}/result/", later=True, **DAYS)
    other = post(ours, {"kind": "funnel_result", "id": funnel})
    assert (first.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert other.json()["id"] != first.json()["id"]
    early = get(ours, f"questions/{first.json()['id']}/result/")
    assert (early.status_code, early.json()["code"], early["Retry-After"]) == (409, "not_answered", "1")


def test_what_changed_while_a_worker_counts_is_another_question(ours: Tenant) -> None:
    funnel = funnel_of(ours)
    asked = [get(ours, f"funnels/{funnel}/result/", later=True, **DAYS).json()["id"]]
    question_work.claim(brand_id=ours.id, pk=UUID(asked[0]))
    changed = {"steps": [{"event": "buy"}, {"event": "visit"}]}
    client_for(ours.owner).patch(f"{ours.url}analytics/funnels/{funnel}/", changed, format="json")
    asked.append(get(ours, f"funnels/{funnel}/result/", later=True, **DAYS).json()["id"])
    asked.append(post(ours, {"kind": "funnel_result", "id": funnel, "parameters": DAYS}).json()["id"])
    assert asked[0] != asked[1] == asked[2]


def test_a_real_worker_answers(workers: Live, ours: Tenant) -> None:
    put(ours, event())
    pk = get(ours, "retention/", later=True, **DAYS).json()["id"]
    wait_until(lambda: get(ours, f"questions/{pk}/").json()["status"] == "DONE", "the question is answered")
    assert get(ours, f"questions/{pk}/result/").json()["cohorts"][1]["people"] == 1


def test_what_is_wrong_with_a_question_is_told_at_once_or_is_its_answer(committed: None, ours: Tenant) -> None:
    assert "columns" in get(ours, "retention/", later=True, columns=0).json()["errors"]
    assert get(ours, "funnels/00000000-0000-7000-8000-000000000000/result/", later=True).status_code == 404
    failed = work(ours, get(ours, "retention/", later=True, **{"from": "2024-06-02", "to": "2024-06-01"}))
    assert (failed["status"], failed["answer_status"]) == ("FAILED", 400)
    answer = client_for(ours.analyst).get(failed["result"])
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert "from" in answer.json()["errors"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "weather"}, "kind"),
        ({"kind": "funnel_result"}, "id"),
        ({"kind": "retention", "id": "00000000-0000-7000-8000-000000000000"}, "id"),
        ({"kind": "funnel_result", "id": "00000000-0000-7000-8000-000000000000"}, "id"),
        ({"kind": "retention", "parameters": {"columns": 0}}, "parameters.columns"),
        ({"kind": "retention", "parameters": {"columns": ["2"] * 1001}}, "parameters"),
        (
            {"kind": "retention", "parameters": {"start_filters": [{"property": "x"}]}},
            "parameters.start_filters.0.values",
        ),
        ({"kind": "retention", "surprise": 1}, "surprise"),
    ],
)
def test_a_question_that_cannot_be_is_refused_by_field(body: dict[str, Any], field: str, ours: Tenant) -> None:
    answer = post(ours, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_a_killed_workers_question_is_answered_by_another(committed: None, ours: Tenant) -> None:
    told = get(ours, "retention/", later=True, **DAYS)
    pk = UUID(told.json()["id"])
    killed = question_work.claim(brand_id=ours.id, pk=pk)
    assert killed is not None
    assert work(ours, told)["status"] == "RUNNING"  # its lease lasts
    with brand_scope(ours.brand):
        Question.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert questions.due(now=timezone.now()) == [(ours.id, pk)]
    assert work(ours, told)["status"] == "DONE"
    assert not question_work.finish(killed, (200, b"{}"))  # it was only slow
    assert "cohorts" in get(ours, f"questions/{pk}/result/").json()


def test_the_lease_is_renewed_while_it_is_counted_and_calling_off_ends_that(committed: None, ours: Tenant) -> None:
    pk = UUID(get(ours, "retention/", later=True, **DAYS).json()["id"])

    def phase() -> str:
        return str(get(ours, f"questions/{pk}/").json()["phase"])

    def slowly(question: Question) -> question_work.Answer:
        with brand_scope(ours.brand):
            Question.objects.filter(pk=pk).update(leased_until=timezone.now())
        progress.tell(progress.COUNTING)
        wait_until(lambda: phase() == "COUNTING", "it is told how far it is")
        with brand_scope(ours.brand):
            assert Question.objects.get(pk=pk).leased_until > timezone.now()
        assert client_for(ours.analyst).delete(f"{ours.url}analytics/questions/{pk}/").status_code == 204
        wait_until(lambda: progress.tell(progress.READING), "it is noticed")
        raise AssertionError

    never = (500, b"")
    question_work.work(brand_id=ours.id, pk=pk, answer=slowly, too_slow=never, broken=never)
    assert get(ours, f"questions/{pk}/").json()["status"] == "CANCELLED"
    assert get(ours, f"questions/{pk}/result/").json()["code"] == "not_answered"


def test_what_takes_too_long_is_given_up(committed: None, ours: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_work, "LONGEST_SECONDS", -1.0)
    failed = work(ours, get(ours, "retention/", later=True, **DAYS))
    assert (failed["status"], failed["answer_status"]) == ("FAILED", 504)


def test_answers_are_forgotten_and_only_so_many_are_asked(committed: None, ours: Tenant) -> None:
    done = work(ours, get(ours, "retention/", later=True, **DAYS))
    with brand_scope(ours.brand):
        cache.delete(questions.place(Question.objects.get()))
    assert client_for(ours.analyst).get(done["result"]).status_code == 410
    for columns in range(questions.MOST_ASKED):
        assert get(ours, "retention/", later=True, columns=columns + 1).status_code == 202
    refused = get(ours, "retention/", later=True, columns=50)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_questions")
    assert questions.forget_old(now=timezone.now() + timedelta(hours=2)) == 1
    with brand_scope(ours.brand):
        assert Question.objects.count() == questions.MOST_ASKED


def test_two_of_the_same_cannot_be_kept_at_a_time(ours: Tenant) -> None:
    facts = {"brand": ours.brand, "kind": "retention", "question": "0" * 64}
    with brand_scope(ours.brand):
        Question.objects.create(**facts)
        for changes in ({}, {"question": "1", "status": "DONE"}, {"question": "1", "status": "RUNNING"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Question.objects.create(**facts | changes)


def test_the_list_costs_the_same_queries_however_long(ours: Tenant) -> None:
    client, costs = client_for(ours.analyst), []
    for columns in (1, 2, 3):
        assert get(ours, "retention/", later=True, columns=columns).status_code == 202
        with CaptureQueriesContext(connection) as queries:
            found = client.get(f"{ours.url}analytics/questions/").json()["results"]
        costs.append(len(queries))
    assert costs[0] == costs[1] == costs[2] <= 9
    assert [each["parameters"] for each in found] == [{"columns": [n]} for n in "321"]


def test_a_bug_is_told_as_a_get_tells_it_and_is_seen(committed: None, ours: Tenant) -> None:
    pk = UUID(get(ours, "retention/", later=True, **DAYS).json()["id"])

    def wrong(_: Question) -> question_work.Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        question_work.work(brand_id=ours.id, pk=pk, answer=wrong, too_slow=asked.too_slow(), broken=asked.broken())
    answer = get(ours, f"questions/{pk}/result/")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (500, "server_error")
