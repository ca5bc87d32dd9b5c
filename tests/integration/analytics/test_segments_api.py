"""Segments over HTTP: kept, counted before they are kept, built anew, filled from files and from charts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from analytics import tasks
from analytics.ingest.incoming import Identity
from analytics.models import Segment, SegmentMember
from analytics.services import segment_builds
from analytics.stores.connections import pool
from brands.models import DomainEvent
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for
from tests.integration.analytics.recorded import event, put

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
BUYERS = {"event": "buy"}
CALM = {"all": [{"event": "visit", "at_least": 2, "within_days": 30}, {"not": BUYERS}]}
# Criteria, and whom they mean.
MEANT: list[tuple[Any, str]] = [
    ({"event": None}, "ann ben cat dan eve"),
    ({"event": "buy", "filters": [{"property": "plan", "operator": "is", "values": ["free"]}]}, ""),
    ({"event": "buy", "did": False}, "ben cat dan eve"),
    ({"event": "visit", "exactly": 2}, "ann ben eve"),
    ({"event": "buy", "at_most": 0}, "ben cat dan eve"),
    ({"event": "visit", "which": "last", "to": str((NOW - timedelta(days=100)).date())}, "eve"),
    ({"event": "visit", "which": "first", "within_days": 3}, "ann dan"),
    ({"person": "identified"}, ""),
    ({"person": "created", "within_days": 1}, "ann ben cat dan eve"),
    ({"any": [BUYERS, {"event": "visit", "exactly": 3}]}, "ann cat"),
]
IMPOSSIBLE: list[dict[str, Any]] = [
    {"kind": "STATIC", "criteria": {"event": "a"}},
    {"kind": "DYNAMIC", "criteria": None},
    {"kind": "DYNAMIC", "criteria": []},
    {"kind": "STRANGE", "criteria": None},
    {"kind": "STATIC", "name": ""},
    {"kind": "STATIC", "people": 1},
]


@pytest.fixture
def visited(committed: None, ours: Tenant, theirs: Tenant) -> Iterator[None]:
    """Ann buys, ben and cat come back, dan came once, eve long ago; and another brand has the same, and more."""
    for tenant in (ours, theirs):
        days = {"ann": (1, 2), "ben": (1, 3), "cat": (4, 5, 6), "dan": (2,), "eve": (300, 301)}
        came = [event("visit", who, at=NOW - timedelta(days=day)) for who, ago in days.items() for day in ago]
        put(tenant, *came, event("buy", "ann", at=NOW, properties={"plan": "pro"}), at=NOW)
    put(theirs, *(event("buy", who, at=NOW) for who in ("ben", "cat", "fay")), at=NOW)
    yield
    pool().close()


def call(tenant: Tenant, method: str, path: str = "", body: Any = None, status: int = 200, **more: Any) -> Any:
    client = client_for(tenant.key)
    answer = getattr(client, method)(f"{tenant.url}analytics/{path}", body, **({"format": "json"} | more))
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def make(tenant: Tenant, criteria: Any, name: str = "calm", status: int = 201) -> Any:
    return call(tenant, "post", "segments/", {"name": name, "criteria": criteria}, status)


def names(tenant: Tenant, segment: str, **query: Any) -> list[str]:
    found = client_for(tenant.key).get(f"{tenant.url}analytics/segments/{segment}/people/", query).json()
    return [name for person in found["people"] for name in person["distinct_ids"]]


def upload(tenant: Tenant, text: str | bytes, path: str = "segments/upload/", status: int = 201, **fields: str) -> Any:
    data = text if isinstance(text, bytes) else text.encode()
    body = {"file": SimpleUploadedFile("ids.csv", data, "text/csv"), **fields}
    return call(tenant, "post", path, body, status, format="multipart")


def test_a_segment_is_built_as_it_is_kept_and_its_people_are_as_many_as_it_says(ours: Tenant, visited: None) -> None:
    made = make(ours, CALM)
    assert (made["kind"], made["people"], made["criteria"]) == ("DYNAMIC", 2, CALM)
    assert names(ours, made["id"]) == ["ben", "cat"]
    first = call(ours, "get", f"segments/{made['id']}/people/", {"limit": 1}, format=None)
    rest = call(ours, "get", f"segments/{made['id']}/people/", {"after": first["after"]}, format=None)
    assert (first["count"], [len(page["people"]) for page in (first, rest)], rest["after"]) == (2, [1, 1], None)


def test_a_preview_counts_and_keeps_nothing(ours: Tenant, visited: None) -> None:
    found = call(ours, "post", "segments/preview/", {"criteria": CALM})
    assert (found["people"], found["of"]) == (2, 5)
    assert [person["distinct_ids"] for person in found["sample"]] == [["ben"], ["cat"]]
    assert call(ours, "get", "segments/")["results"] == []


def test_criteria_mean_what_they_say(ours: Tenant, visited: None) -> None:
    for criteria, people in MEANT:
        found = call(ours, "post", "segments/preview/", {"criteria": criteria})
        assert " ".join(person["distinct_ids"][0] for person in found["sample"]) == people, criteria


def test_segments_rest_on_others_but_never_in_a_circle_nor_on_what_is_gone(ours: Tenant, visited: None) -> None:
    calm = make(ours, CALM)["id"]
    others = make(ours, {"segment": calm, "is_in": False}, "others")
    assert names(ours, others["id"]) == ["ann", "dan", "eve"]
    circle = {"criteria": {"all": [BUYERS, {"not": {"segment": others["id"]}}]}}
    problem = call(ours, "patch", f"segments/{calm}/", circle, 400)
    assert list(problem["errors"]) == ["criteria.all.1.not.segment"]
    assert call(ours, "delete", f"segments/{calm}/", status=409)["code"] == "segment_in_use"
    call(ours, "delete", f"segments/{others['id']}/", status=204)
    call(ours, "delete", f"segments/{calm}/", status=204)
    with brand_scope(ours.brand):
        assert not SegmentMember.objects.exists()
    assert "criteria.segment" in make(ours, {"segment": calm}, status=400)["errors"]


def test_what_a_segment_rests_on_is_bounded_also_when_that_changes_later(ours: Tenant, visited: None) -> None:
    known = {"person": "identified"}
    base, large = make(ours, known, "base")["id"], make(ours, {"any": [{"any": [known] * 15}] * 2}, "large")["id"]
    rests = {"all": [{"segment": base}, {"segment": large}, {"any": [known] * 12}, {"any": [known] * 15}]}
    make(ours, rests, "rests")
    more = {"criteria": {"any": [known] * 2}}
    assert "rests" in call(ours, "patch", f"segments/{base}/", more, 400)["errors"]["criteria"][0]
    assert call(ours, "get", f"segments/{base}/")["criteria"] == known


def test_another_brands_segment_is_not_there(ours: Tenant, theirs: Tenant, visited: None) -> None:
    made = make(theirs, BUYERS)["id"]
    assert "criteria.any.0.segment" in make(ours, {"any": [{"segment": made}]}, status=400)["errors"]
    for path in ("", "people/"):
        call(ours, "get", f"segments/{made}/{path}", status=404)
    call(ours, "post", f"segments/{made}/refresh/", status=404)


def test_criteria_that_cannot_be_are_refused_by_their_place(db: None, ours: Tenant) -> None:
    wrong = {"all": [BUYERS, {"not": {"event": "buy", "exactly": -1}}]}
    for path, body in (("segments/", {"name": "x", "criteria": wrong}), ("segments/preview/", {"criteria": wrong})):
        assert list(call(ours, "post", path, body, 400)["errors"]) == ["criteria.all.1.not.exactly"]


def test_names_are_the_brands_once_and_changes_are_told(ours: Tenant, visited: None) -> None:
    made = make(ours, CALM)
    assert "name" in make(ours, BUYERS, "CALM", status=400)["errors"]
    changed = call(ours, "patch", f"segments/{made['id']}/", {"criteria": BUYERS})
    assert (changed["people"], names(ours, made["id"])) == (1, ["ann"])
    with brand_scope(ours.brand):
        told = DomainEvent.objects.filter(type__startswith="segment.").order_by("seq")
        assert list(told.values_list("type", "payload__people")) == [("segment.created", 2), ("segment.changed", 1)]


def test_members_follow_a_later_merge(ours: Tenant, visited: None) -> None:
    made, kept = make(ours, CALM)["id"], upload(ours, "ben\ncat\n", name="kept")["segment"]["id"]
    put(ours, event("link", "cat", at=NOW, identity=Identity.ALIAS, alias="ben"), at=NOW)
    assert [call(ours, "get", f"segments/{each}/people/")["count"] for each in (made, kept)] == [1, 1]
    assert [call(ours, "post", f"segments/{each}/refresh/")["people"] for each in (made, kept)] == [1, 1]
    assert names(ours, kept) == ["ben", "cat"]


def test_beat_builds_anew_what_is_made_of_something_else_and_reads_no_events_for_the_rest(
    ours: Tenant, theirs: Tenant, visited: None
) -> None:
    made, kept = make(ours, BUYERS)["id"], upload(ours, "ben", name="kept")["segment"]["id"]
    rests = make(ours, {"segment": kept}, "rests")["id"]
    later = datetime.now(UTC) + segment_builds.LOOKED_AT_EVERY
    assert segment_builds.due(at=later) == [ours.id]
    assert segment_builds.refresh_due(brand_id=ours.id, at=later) == 0
    assert segment_builds.due(at=later) == []
    upload(ours, "cat", f"segments/{kept}/people/", 200)
    put(theirs, event("buy", "ben", at=NOW), at=NOW)
    later += segment_builds.LOOKED_AT_EVERY
    assert segment_builds.refresh_due(brand_id=ours.id, at=later) == 1
    assert names(ours, rests) == ["ben", "cat"]
    put(ours, event("buy", "dan", at=NOW), at=NOW)
    with brand_scope(ours.brand):
        Segment.objects.update(due_at=NOW)
    tasks.refresh_segments(str(ours.id))
    assert names(ours, made) == ["ann", "dan"]


def test_a_file_of_ids_tells_what_became_of_each(ours: Tenant, visited: None) -> None:
    done = upload(ours, '\ufeffdistinct_id\r\nben\r\n"cat"\r\nben\r\n\r\nnobody\r\n', name="file")
    assert (done["rows"], done["repeated"], done["unknown_ids"], done["people"], done["added"]) == (
        4,
        1,
        ["nobody"],
        2,
        2,
    )
    segment = done["segment"]["id"]
    assert (done["segment"]["kind"], names(ours, segment)) == ("STATIC", ["ben", "cat"])
    more = upload(ours, "cat\ndan", f"segments/{segment}/people/", 200)
    assert (more["people"], more["added"], more["segment"]["people"]) == (2, 1, 3)
    upload(ours, "eve", f"segments/{segment}/people/", 200, mode="replace")
    assert names(ours, segment) == ["eve"]


def test_a_file_that_cannot_be_leaves_all_as_it_was(ours: Tenant, visited: None) -> None:
    kept = upload(ours, "ben", name="kept")["segment"]["id"]
    for text in ("ben,cat\n", "nobody\n"):
        assert list(upload(ours, text, status=400, name="x")["errors"]) == ["file"]
        assert list(upload(ours, text, f"segments/{kept}/people/", 400, mode="replace")["errors"]) == ["file"]
    assert [each["people"] for each in call(ours, "get", "segments/")["results"]] == [1]
    assert names(ours, kept) == ["ben"]


def test_into_a_dynamic_segment_nobody_is_put_and_a_static_one_has_no_criteria(ours: Tenant, visited: None) -> None:
    made, kept = make(ours, CALM)["id"], upload(ours, "ben", name="kept")["segment"]["id"]
    assert "segment" in upload(ours, "ann", f"segments/{made}/people/", 400)["errors"]
    assert "criteria" in call(ours, "patch", f"segments/{kept}/", {"criteria": CALM}, 400)["errors"]


def test_the_people_behind_a_funnels_number_are_kept_as_a_segment(ours: Tenant, visited: None) -> None:
    steps = [{"event": "visit"}, {"event": "buy"}]
    funnel = call(ours, "post", "funnels/", {"name": "f", "steps": steps, "window_seconds": 8_640_000}, 201)["id"]
    result = call(ours, "get", f"funnels/{funnel}/result/")
    where = f"funnels/{funnel}/people/segment/?step=1&fate=open"
    made = call(ours, "post", where, {"name": "on the way"}, 201)
    assert made["people"] == result["steps"][1]["open"] == 3
    assert names(ours, made["id"]) == ["ben", "cat", "dan"]
    assert "step" in call(ours, "post", where.replace("step=1", "step=7"), {"name": "other"}, 400)["errors"]


def test_the_people_behind_a_cell_of_retention_are_kept_as_a_segment(ours: Tenant, visited: None) -> None:
    query = "period=month&columns=1&start_event=visit&entry=first_in_range&cohort=0&column=0"
    days = f"from={NOW.date().replace(day=1) - timedelta(days=1)}"
    shown = call(ours, "get", f"retention/?period=month&columns=1&start_event=visit&entry=first_in_range&{days}")
    made = call(ours, "post", f"retention/people/segment/?{query}&{days}", {"name": "cell"}, 201)
    assert made["people"] == shown["cohorts"][0]["cells"][0]["people"]


def test_a_list_of_segments_costs_the_same_however_long(ours: Tenant, visited: None) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            call(ours, "get", "segments/")
        return len(asked)

    make(ours, CALM)
    first = cost()
    for number in range(3):
        make(ours, BUYERS, f"more {number}")
    assert cost() == first


def test_who_may_only_look_keeps_nothing(db: None, ours: Tenant) -> None:
    client, url = client_for(ours.viewer), f"{ours.url}analytics/segments/"
    assert client.get(url).status_code == 403
    assert client.post(url, {"name": "x", "criteria": BUYERS}, format="json").status_code == 403


def test_the_database_refuses_a_segment_that_cannot_be(db: None, ours: Tenant) -> None:
    with brand_scope(ours.brand):
        for facts in IMPOSSIBLE:
            whole = {"brand": ours.brand, "name": "x", "due_at": NOW, "created_by": ours.owner, **facts}
            with pytest.raises(IntegrityError), transaction.atomic():
                Segment.objects.create(**whole)


def test_a_member_is_somebody_of_the_segments_brand(ours: Tenant, theirs: Tenant, visited: None) -> None:
    own, other = make(ours, BUYERS)["id"], make(theirs, BUYERS)["id"]
    with brand_scope(ours.brand):
        for facts in ({"segment_id": own, "person": 6}, {"segment_id": other, "person": 1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                SegmentMember.objects.create(brand=ours.brand, **facts)


def test_an_answer_about_a_segment_is_about_its_people_alone(ours: Tenant, theirs: Tenant, visited: None) -> None:
    calm = upload(ours, "ben\ncat\n", name="kept")["segment"]["id"]
    steps = [{"event": "visit"}, {"event": "buy"}]
    funnel = call(
        ours, "post", "funnels/", {"name": "f", "steps": steps, "window_seconds": 8_640_000, "entry": "FIRST"}, 201
    )["id"]
    counted = {"name": "visits", "definition": {"measure": "people", "event": "visit"}}
    metric = call(ours, "post", "metrics/", counted, 201)["id"]
    month = "retention/?period=month&columns=1&entry=first_in_range"

    def told(where: str = "") -> list[int]:
        funnel_people = call(ours, "get", f"funnels/{funnel}/result/{where and '?' + where}")["people"]
        periods = call(ours, "get", f"funnels/{funnel}/trend/{where and '?' + where}")["periods"]
        behind = call(ours, "get", f"funnels/{funnel}/people/?step=0&{where}")["count"]
        cohorts = call(ours, "get", f"{month}&{where}")["cohorts"]
        value = call(ours, "get", f"metrics/{metric}/values/?{where}")["total"]["value"]
        in_cohorts = sum(each["people"] for each in cohorts)
        return [funnel_people, sum(each["people"] for each in periods), behind, in_cohorts, int(value)]

    assert (told(), told(f"segment={calm}")) == ([4] * 5, [2] * 5)
    upload(ours, "dan", f"segments/{calm}/people/", 200)
    assert told(f"segment={calm}") == [3] * 5
    other = make(theirs, BUYERS)["id"]
    for path in (f"funnels/{funnel}/times/", "retention/", f"metrics/{metric}/values/"):
        assert list(call(ours, "get", f"{path}?segment={other}", status=400)["errors"]) == ["segment"]
