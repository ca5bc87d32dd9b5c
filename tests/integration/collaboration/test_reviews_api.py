"""Reviews over REST."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from ai_studio.models import Generation
from brands.models import AuditEntry
from brands.tenancy.scope import brand_scope
from collaboration.models import ReviewItem
from collaboration.reviews import freezing
from collaboration.reviews.policies import StepWanted
from tests import reviews, studio
from tests.factories import Tenant, client_for
from tests.reviews import ask, decide, url


@pytest.fixture
def made(ours: Tenant) -> Generation:
    return studio.finished(ours, prompt="a red mug")


def body(tenant: Tenant, made: Generation, **facts: Any) -> dict[str, Any]:
    items = [{"resource_type": "AI_GENERATION", "resource_id": str(made.pk)}]
    return {"title": "Spring", "items": items, "steps": [{"members": [tenant.reviewer.pk]}], **facts}


def post(who: APIClient, tenant: Tenant, path: str, data: Any, status: int, **headers: str) -> dict[str, Any]:
    answer = who.post(url(tenant, path), data, format="json", headers=headers or None)
    assert answer.status_code == status, answer.json()
    return answer.json()


def test_a_review_from_asking_to_the_file(ours: Tenant, made: Generation) -> None:
    editor, reviewer = client_for(ours.editor), client_for(ours.reviewer)
    due_at = (timezone.now() + timedelta(days=2)).isoformat()
    wanted = body(ours, made, description="For the shop", due_at=due_at)
    asked = post(editor, ours, "", wanted, 201, **{"Idempotency-Key": "one"})
    assert post(editor, ours, "", wanted, 201, **{"Idempotency-Key": "one"})["id"] == asked["id"]
    item = asked["rounds"][0]["items"][0]
    assert (item["cost_usd"], item["facts"]["prompt"], item["artifact"] is None) == ("0.080000", "a red mug", False)
    assert item["sha256"] == hashlib.sha256(b"".join(client_for().get(item["url"]).streaming_content)).hexdigest()
    assert asked["steps"][0]["waiting_for"] == [{"id": ours.reviewer.pk, "name": "reviewer@ours.example"}]

    (waiting,) = reviewer.get(url(ours), {"waiting_for": "me"}).json()["results"]
    assert (waiting["id"], waiting["items_count"], waiting["is_outdated"]) == (asked["id"], 1, False)
    path = f"{asked['id']}/decide/"
    done = post(reviewer, ours, path, {"verdict": "APPROVE", "round": 1, "comment": "Good"}, 201)
    assert (done["status"], done["steps"][0]["state"], done["your_steps"]) == ("APPROVED", "COMPLETE", [])
    assert done["rounds"][0]["decisions"][0]["capacity"] == "REVIEWER"
    assert reviewer.get(url(ours), {"waiting_for": "me"}).json()["results"] == []

    export = editor.get(url(ours, f"{asked['id']}/evidence/"))
    assert "attachment" in export["Content-Disposition"]
    document = export.json()
    assert freezing.digest({name: value for name, value in document.items() if name != "sha256"}) == document["sha256"]
    (round_,) = document["rounds"]
    assert (round_["sha256_holds"], round_["items"][0]["stored"]) == (True, "INTACT")
    assert round_["decisions"][0]["user"] == "reviewer@ours.example"
    assert [entry["action"] for entry in document["history"]] == ["review.requested", "review.decided"]
    with brand_scope(ours.brand):
        key = made.artifacts.get(role="RESULT").storage_key
    default_storage.delete(key)
    assert editor.get(url(ours, f"{asked['id']}/evidence/")).json()["rounds"][0]["items"][0]["stored"] == "GONE"


def test_what_stands_in_the_way_is_said_clearly(ours: Tenant, made: Generation) -> None:
    editor, reviewer, admin = (client_for(ours.person(role)) for role in ("EDITOR", "REVIEWER", "ADMIN"))
    steps = [{"members": [ours.reviewer.pk]}, {"members": [ours.admin.pk]}]
    review = post(editor, ours, "", body(ours, made, steps=steps), 201)
    path, approve = f"{review['id']}/decide/", {"verdict": "APPROVE", "round": 1}
    assert post(admin, ours, path, approve, 409)["code"] == "not_in_turn"
    assert post(client_for(ours.owner), ours, path, approve, 403)["code"] == "forbidden"
    assert post(client_for(ours.key), ours, path, approve, 403)["code"] == "forbidden"
    assert post(reviewer, ours, path, {**approve, "step": 2}, 400)["errors"] == {
        "step": ["You are not asked in this step."]
    }
    assert post(reviewer, ours, path, {"verdict": "REQUEST_CHANGES", "round": 1}, 400)["errors"].keys() == {"comment"}
    assert post(reviewer, ours, path, {"verdict": "PERHAPS"}, 400)["errors"].keys() == {"verdict", "round"}
    post(reviewer, ours, path, approve, 201)
    assert post(reviewer, ours, path, approve, 409)["code"] == "decided_already"
    studio.finished(ours, parent=made, parent_kind="VERSION", version=2)
    assert post(admin, ours, path, approve, 409)["code"] == "outdated"
    assert editor.get(url(ours, f"{review['id']}/")).json()["is_outdated"]
    assert editor.get(url(ours)).json()["results"][0]["is_outdated"]
    again = post(editor, ours, f"{review['id']}/ask-again/", {}, 201)
    assert (again["round"], again["steps"][0]["state"], again["rounds"][1]["outcome"]) == (2, "OPEN", "SUPERSEDED")
    outdated = post(reviewer, ours, path, approve, 409)
    assert (outdated["code"], outdated["round"], outdated["sha256"]) == ("outdated", 2, again["rounds"][0]["sha256"])
    assert post(reviewer, ours, f"{review['id']}/cancel/", {}, 403)["code"] == "forbidden"
    assert post(editor, ours, f"{review['id']}/cancel/", {"reason": "No time"}, 200)["status"] == "CANCELLED"
    assert post(reviewer, ours, path, {**approve, "round": 2}, 409)["code"] == "review_ended"
    with brand_scope(ours.brand):
        assert AuditEntry.objects.filter(action="review.cancelled", details__reason="No time").exists()


def test_bad_input_names_its_field(ours: Tenant, made: Generation) -> None:
    editor = client_for(ours.editor)
    step = {"members": [ours.reviewer.pk]}
    for facts, fields in (
        ({"title": ""}, {"title"}),
        ({"items": []}, {"items"}),
        ({"items": [{"resource_type": "AI_GENERATION", "resource_id": "no"}]}, {"items.0.resource_id"}),
        ({"steps": []}, {"steps"}),
        ({"steps": [{}]}, {"steps.0.members"}),
        ({"steps": [{**step, "min_approvals": 0}]}, {"steps.0.min_approvals"}),
        ({"steps": [{**step, "min_approvals": float("inf")}]}, None),
        ({"steps": [{**step, "members": [10**30]}]}, {"steps.0.members.0"}),
        ({"steps": [{**step, "required": [{"role": "ADMIN", "group": str(made.pk)}]}]}, {"steps.0.required.0.role"}),
        ({"steps": [{**step, "required": [{"group": str(made.pk)}]}]}, {"steps.0.required.0"}),
        ({"due_at": "2020-01-01T00:00:00Z"}, {"due_at"}),
        ({"colour": "red"}, {"colour"}),
        ({"description": "a\x00b"}, {"description"}),
    ):
        answer = editor.post(url(ours), body(ours, made, **facts), format="json") if fields else None
        assert answer is None or (answer.status_code, answer.json()["errors"].keys()) == (400, fields), answer.json()
    raw = '{"title": "x", "items": [], "steps": [{"min_approvals": Infinity}]}'
    assert editor.post(url(ours), raw, content_type="application/json").status_code == 400


def test_reviewers_and_dates_change_while_it_is_open_and_the_policy_does_not(ours: Tenant, made: Generation) -> None:
    editor, review = client_for(ours.editor), ask(ours, made)
    path, due_at = url(ours, f"{review.pk}/"), "2199-01-01T00:00:00Z"
    change = {"due_at": due_at, "steps": [{"number": 1, "members": [ours.admin.pk], "due_at": None}]}
    changed = editor.patch(path, change, format="json").json()
    assert (changed["due_at"], changed["next_due_at"]) == (due_at, due_at)
    assert [each["user"]["id"] for each in changed["steps"][0]["reviewers"]] == [ours.admin.pk]
    for wrong, field in (
        ({"steps": [{"number": 1, "min_approvals": 1}]}, "steps.0.min_approvals"),
        ({"steps": [{"number": 2, "members": []}]}, "steps.0.number"),
        ({"steps": [{"number": 1, "members": []}]}, "steps.0.min_approvals"),
        ({"due_at": "2001-01-01T00:00:00Z"}, "due_at"),
    ):
        refused = editor.patch(path, wrong, format="json")
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])


def test_a_guest_sees_and_decides_through_the_same_routes_and_no_more(ours: Tenant, made: Generation) -> None:
    review = ask(ours, made, steps=[StepWanted(members=[ours.reviewer.pk], guests_decide=True, min_approvals=2)])
    other = ask(ours, made, title="Not for guests")
    decide(ours, review, "REVIEWER", comment="Between us: it is poor.")
    _, token = reviews.guest(ours, reviews.link(ours, "REVIEW", review.pk, "VIEW", "DECIDE"))
    gwen = APIClient(raise_request_exception=False)
    gwen.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert [each["id"] for each in gwen.get(url(ours), {"waiting_for": "me"}).json()["results"]] == [str(review.pk)]
    answer = gwen.get(url(ours, f"{review.pk}/"))
    assert answer.status_code == 200
    for secret in ("Between us", "ours.example", "0.08", "a red mug colour"):
        assert secret not in answer.content.decode()
    assert answer.json()["your_steps"] == [1]
    done = post(gwen, ours, f"{review.pk}/decide/", {"verdict": "APPROVE", "round": 1, "comment": "Lovely"}, 201)
    assert done["status"] == "APPROVED"
    assert done["rounds"][0]["decisions"][1]["guest"]["name"] == "Gwen"
    assert done["rounds"][0]["decisions"][1]["comment"] == "Lovely"
    assert gwen.get(url(ours, f"{other.pk}/")).status_code == 404
    assert gwen.get(url(ours, f"{review.pk}/evidence/")).status_code == 403
    assert gwen.post(url(ours, f"{review.pk}/cancel/"), {}, format="json").status_code == 403


def test_lists_are_narrowed(ours: Tenant, made: Generation) -> None:
    now, editor = timezone.now(), client_for(ours.editor)
    ask(ours, made, title="Soon", due_at=now + timedelta(hours=1))
    ask(ours, studio.finished(ours), title="Later", steps=[StepWanted(members=[ours.admin.pk])])
    done = ask(ours, studio.finished(ours), title="Done")
    decide(ours, done, "REVIEWER")

    def titles(who: APIClient = editor, **query: Any) -> list[str]:
        answer = who.get(url(ours), query)
        assert answer.status_code == 200, answer.json()
        return [each["title"] for each in answer.json()["results"]]

    assert titles() == ["Done", "Later", "Soon"]
    assert titles(status=["OPEN", "CANCELLED"]) == ["Later", "Soon"]
    assert titles(client_for(ours.reviewer), waiting_for="me") == ["Soon"]
    assert titles(client_for(ours.viewer), waiting_for="me") == []
    assert titles(requested_by="me") == ["Done", "Later", "Soon"]
    assert titles(client_for(ours.admin), requested_by="me") == []
    assert titles(resource_type="AI_GENERATION", resource_id=made.pk) == ["Soon"]
    assert titles(due_before=(now + timedelta(hours=2)).isoformat()) == ["Soon"]
    assert titles(due_before=now.isoformat()) == titles(overdue="true") == []
    for wrong in ("status=SHUT", "waiting_for=you", "colour=red", "resource_id=no", "due_before=x"):
        assert editor.get(url(ours, f"?{wrong}")).status_code == 400


def test_a_list_and_a_review_cost_the_same_however_large(ours: Tenant, made: Generation) -> None:
    admin = client_for(ours.admin)
    small = ask(ours, made, steps=[StepWanted(members=[ours.reviewer.pk, ours.admin.pk], min_approvals=2)])
    decide(ours, small, "REVIEWER")

    def queries(path: str, **query: str) -> int:
        admin.get(url(ours, path), query)
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(url(ours, path), query).status_code == 200
        return len(captured)

    paths = (("", {}), ("", {"waiting_for": "me"}))
    before = [queries(path, **query) for path, query in paths] + [queries(f"{small.pk}/")]
    people = [ours.reviewer.pk, ours.admin.pk, ours.owner.pk]
    steps = [StepWanted(members=people, min_approvals=2) for _ in range(3)]
    for _ in range(3):
        large = ask(ours, *(studio.finished(ours) for _ in range(4)), steps=steps)
    decide(ours, large, "REVIEWER")
    with brand_scope(ours.brand):
        assert ReviewItem.objects.count() == 13
    assert [queries(path, **query) for path, query in paths] + [queries(f"{large.pk}/")] == before
