"""The staff's queue console: how the queues were, and what staff may do to many jobs at once."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ai_studio import ledger
from ai_studio.announcements import announce
from ai_studio.choices import Status
from ai_studio.models import Generation, QueueReading, QueueSample, UserQuota
from ai_studio.services import generations, invariants, queue_bulk
from ai_studio.services.wish import Wish
from brands.models import AuditEntry
from brands.tenancy.scope import brand_scope
from tests import studio

QUEUE = "admin:ai_studio_queue"


def read(minutes_ago, *tenants, **counted):
    at = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=minutes_ago)
    QueueReading.objects.get_or_create(at=at)
    zeros = dict.fromkeys(["waiting", "active", "delayed", "completed", "failed"], 0)
    for tenant in tenants:
        with brand_scope(tenant.brand):
            facts = {"queue": "ai.io", "provider": "free", **zeros, **counted}
            QueueSample.objects.create(brand=tenant.brand, at=at, **facts)


def charts_of(page):
    """{title: {label: values}}, each chart's unit in its title."""
    return {
        f"{chart.title}, {chart.unit}": {line["label"]: line["data"] for line in json.loads(chart.data)["datasets"]}
        for chart in page.context["charts"]
    }


def known(values):
    return [value for value in values if value is not None]


def all_of(tenant, verb):
    return reverse("admin:ai_studio_queue_all", args=[tenant.id, verb])


def wanted(tenant, count):
    with brand_scope(tenant.brand):
        wishes = [Wish(type="IMAGE_2D", prompt="a red mug")] * count
        return generations.request_many(actor=tenant.actor("EDITOR"), wishes=wishes)


def states(tenant):
    with brand_scope(tenant.brand):
        return sorted(Generation.objects.values_list("status", flat=True))


def fail(tenant, jobs):
    """As a worker ends what its provider refused."""
    with brand_scope(tenant.brand):
        for job in jobs:
            ended = {"status": Status.FAILED, "error_code": "refused", "completed_at": timezone.now()}
            Generation.objects.filter(pk=job.pk).update(**ended, next_step_at=None)
            ledger.close(brand_id=tenant.id, generation_id=job.pk, cost_usd=Decimal(0))
            announce("generation.failed", job)


def audited(tenant):
    with brand_scope(tenant.brand):
        return list(AuditEntry.objects.filter(actor_kind="STAFF").values_list("action", flat=True))


def test_depth_age_and_ends_are_drawn_with_their_units_and_gaps(admin, ours, theirs):
    read(4, ours, theirs, waiting=2, oldest_seconds=600.0, active=1, completed=3, failed=1)
    read(2, ours, delayed=4)
    shown = charts_of(admin.get(reverse(QUEUE)))
    assert list(shown) == ["Depth, jobs", "Oldest waiting job, min", "Ended, jobs a minute"]
    depth, age, ended = shown.values()
    assert [known(depth[name]) for name in ("Waiting", "Active", "Delayed")] == [[4, 0], [2, 0], [0, 4]]
    assert known(age["Age"]) == [10.0, 0]
    assert [known(ended[name]) for name in ("Completed", "Failed")] == [[6, 0], [2, 0]]
    first = depth["Waiting"].index(4)
    assert depth["Waiting"][first : first + 3] == [4, None, 0]


def test_history_is_narrowed_to_a_brand_and_a_queue(admin, ours, theirs):
    read(2, ours, waiting=2, oldest_seconds=1.0)
    read(2, theirs, waiting=5, oldest_seconds=1.0, queue="ai.render")
    for query, waiting in (({}, 7), ({"brand": ours.id}, 2), ({"queue": "ai.render"}, 5), ({"hours": "168"}, 7)):
        assert known(charts_of(admin.get(reverse(QUEUE), query))["Depth, jobs"]["Waiting"]) == [waiting]


def test_an_unknown_choice_is_the_default(admin, ours):
    read(2, ours, active=1)
    page = admin.get(reverse(QUEUE), {"brand": "nonsense", "queue": "nonsense", "hours": "99999999"})
    assert known(charts_of(page)["Depth, jobs"]["Active"]) == [1]


def test_without_a_reading_the_page_says_so(admin, ours):
    page = admin.get(reverse(QUEUE))
    assert page.context["charts"] == []
    assert b"Nothing was read in this time" in page.content


def test_the_console_costs_the_same_for_few_readings_and_for_many(admin, ours):
    def queries():
        with CaptureQueriesContext(connections["maintenance"]) as captured:
            admin.get(reverse(QUEUE))
        return len(captured)

    read(1, ours)
    few = queries()
    for minute in range(2, 40):
        read(minute, ours, active=1)
    assert queries() == few


def test_staff_cancels_what_waits_after_being_asked(admin, ours, theirs):
    wanted(ours, 3)
    studio.generation(ours, status=Status.COMPLETED)
    wanted(theirs, 1)
    page = admin.get(all_of(ours, "cancel"))
    assert b"3 jobs" in page.content
    assert states(ours).count("PENDING") == 3
    answer = admin.post(all_of(ours, "cancel"), follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Ours: 3 cancelled; what was held is released."]
    assert states(ours) == ["CANCELLED"] * 3 + ["COMPLETED"]
    assert states(theirs) == ["PENDING"]
    assert audited(ours) == ["generation.cancelled"] * 3


def test_staff_asks_again_for_what_failed_and_only_once(admin, ours):
    fail(ours, wanted(ours, 2))
    assert b"2 jobs" in admin.get(all_of(ours, "retry")).content
    admin.post(all_of(ours, "retry"))
    assert states(ours) == ["FAILED"] * 2 + ["PENDING"] * 2
    assert b"nothing to retry" in admin.get(all_of(ours, "retry")).content
    admin.post(all_of(ours, "retry"))
    assert states(ours) == ["FAILED"] * 2 + ["PENDING"] * 2
    assert list(invariants.check()) == []


def test_when_the_quota_does_not_cover_all_none_is_asked_for_again(admin, ours):
    fail(ours, wanted(ours, 3))
    with brand_scope(ours.brand):
        UserQuota.objects.update(limit_generations=2)
    answer = admin.post(all_of(ours, "retry"), follow=True)
    assert "generations" in str(next(iter(answer.context["messages"])))
    assert states(ours) == ["FAILED"] * 3
    assert audited(ours) == []


def test_no_more_than_a_hundred_at_once(admin, ours, monkeypatch):
    monkeypatch.setattr(queue_bulk, "MOST_AT_ONCE", 2)
    wanted(ours, 3)
    admin.post(all_of(ours, "cancel"))
    assert states(ours) == ["CANCELLED"] * 2 + ["PENDING"]


@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_who_may_only_look_cannot_act_on_many(onlooker, browse, ours, verb):
    wanted(ours, 1)
    client = browse(onlooker)
    assert b"Cancel waiting" not in client.get(reverse(QUEUE)).content
    for ask in (client.get, client.post):
        assert ask(all_of(ours, verb)).status_code == 403
    onlooker.user_permissions.add(Permission.objects.get(codename="change_studiosettings"))
    assert client.post(all_of(ours, verb)).status_code == 403
    assert states(ours) == ["PENDING"]


def test_an_unknown_verb_or_brand_is_not_found(admin, ours):
    assert admin.post(all_of(ours, "delete")).status_code == 404
    nobody = all_of(ours, "cancel").replace(str(ours.id), "00000000-0000-7000-8000-000000000000")
    assert admin.post(nobody).status_code == 404


def test_another_site_cannot_act_on_many(staff, ours):
    wanted(ours, 1)
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(all_of(ours, "cancel")).status_code == 403
    assert states(ours) == ["PENDING"]
