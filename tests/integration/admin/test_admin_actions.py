"""Buttons and list actions: one call to a service, in the row's brand, by whoever may change the model."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ai_studio.models import Generation, StudioSettings, UserQuota
from ai_studio.services import generations
from ai_studio.services.wish import Wish
from brands.models import ApiKey, AuditEntry, Invitation
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.staff import address, fill

WISH = Wish(type="IMAGE_2D", prompt="a red mug")


def wanted(tenant):
    with brand_scope(tenant.brand):
        return generations.request(actor=tenant.actor("EDITOR"), wish=WISH)


def now_of(row):
    return type(row).objects.all_brands(reason="test").get(pk=row.pk)


def audited(tenant):
    with brand_scope(tenant.brand):
        return list(AuditEntry.objects.filter(actor_kind="STAFF").values_list("action", flat=True))


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def button(model, row, action):
    return address(model, "act", row.pk, action)


def test_staff_cancels_and_it_is_audited(admin, ours, theirs):
    job, other = wanted(ours), wanted(theirs)
    assert admin.post(button("ai_studio.generation", job, "cancel")).status_code == 302
    assert now_of(job).status == "CANCELLED"
    assert now_of(other).status == "PENDING"
    assert audited(ours) == ["generation.cancelled"]
    assert audited(theirs) == []


def test_staff_retries_what_failed(admin, ours):
    failed = studio.generation(ours, status="FAILED")
    admin.post(button("ai_studio.generation", failed, "retry"))
    with brand_scope(ours.brand):
        again = Generation.objects.get(parent=failed)
        turns = dict(UserQuota.objects.values_list("user_id", "used_generations"))
    assert (again.parent_kind, again.prompt, again.status) == ("RETRY", "a red mug", "PENDING")
    assert again.user_id == failed.user_id
    assert turns == {failed.user_id: 1}


def test_a_choice_across_brands_is_cancelled_each_in_its_own(admin, ours, theirs):
    jobs = [wanted(ours), wanted(theirs)]
    form = {"action": "cancel", "_selected_action": [str(job.pk) for job in jobs]}
    answer = admin.post(address("ai_studio.generation", "changelist"), form, follow=True)
    assert [now_of(job).status for job in jobs] == ["CANCELLED", "CANCELLED"]
    assert audited(ours) == audited(theirs) == ["generation.cancelled"]
    assert said(answer) == ["2 generations: cancelled; what was held is released."]


def test_what_cannot_be_done_is_told_and_the_rest_is_done(admin, ours):
    done, job = studio.finished(ours), wanted(ours)
    form = {"action": "cancel", "_selected_action": [str(done.pk), str(job.pk)]}
    answer = admin.post(address("ai_studio.generation", "changelist"), form, follow=True)
    assert now_of(done).status == "COMPLETED"
    assert now_of(job).status == "CANCELLED"
    assert any("there is nothing to cancel" in str(message) for message in answer.context["messages"])


def test_what_is_done_already_is_neither_done_nor_audited_again(admin, ours):
    job = wanted(ours)
    admin.post(button("ai_studio.generation", job, "cancel"), follow=True)
    again = admin.post(button("ai_studio.generation", job, "cancel"), follow=True)
    assert said(again) == ["a red mug: there is nothing to cancel."]
    assert audited(ours) == ["generation.cancelled"]


def test_staff_is_led_from_what_was_retried_to_the_new_generation(admin, ours):
    failed = studio.generation(ours, status="FAILED")
    answer = admin.post(button("ai_studio.generation", failed, "retry"), follow=True)
    with brand_scope(ours.brand):
        again = Generation.objects.get(parent=failed)
    assert address("ai_studio.generation", "change", again.pk) in said(answer)[0]


def test_staff_revokes_a_key(admin, ours):
    with brand_scope(ours.brand):
        key = ApiKey.objects.get()
    admin.post(button("brands.apikey", key, "revoke"))
    assert now_of(key).revoked_at is not None
    assert audited(ours) == ["apikey.revoked"]


def test_staff_revokes_an_invitation(admin, ours):
    filled = fill(ours)
    admin.post(button("brands.invitation", filled.invitation, "revoke"))
    assert now_of(filled.invitation).revoked_at is not None


@pytest.mark.parametrize("way", ["settings", "queue"])
def test_staff_pauses_and_resumes_a_brand(admin, ours, theirs, way):
    for verb, paused in (("pause", True), ("resume", False)):
        with brand_scope(ours.brand):
            row = StudioSettings.objects.get()
        path = button("ai_studio.studiosettings", row, verb)
        if way == "queue":
            path = reverse("admin:ai_studio_queue_switch", args=[ours.id, verb])
        assert admin.post(path).status_code == 302
        assert (now_of(row).paused_at is not None) == paused
    with brand_scope(theirs.brand):
        assert StudioSettings.objects.get().paused_at is None
    assert audited(ours) == ["queue.resumed", "queue.paused"]


def test_a_link_cannot_act(admin, ours):
    job = wanted(ours)
    assert admin.get(button("ai_studio.generation", job, "cancel")).status_code == 405
    assert admin.get(reverse("admin:ai_studio_queue_switch", args=[ours.id, "pause"])).status_code == 405
    assert now_of(job).status == "PENDING"


def test_another_site_cannot_act(staff, ours):
    job, client = wanted(ours), Client(enforce_csrf_checks=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(button("ai_studio.generation", job, "cancel")).status_code == 403
    assert now_of(job).status == "PENDING"


def test_who_may_only_look_cannot_act(onlooker, browse, ours):
    job, client = wanted(ours), browse(onlooker)
    page = client.get(address("ai_studio.generation", "change", job.pk))
    assert page.status_code == 200
    assert b"/act/" not in page.content
    assert client.post(button("ai_studio.generation", job, "cancel")).status_code == 403
    assert client.post(reverse("admin:ai_studio_queue_switch", args=[ours.id, "pause"])).status_code == 403
    form = {"action": "cancel", "_selected_action": [str(job.pk)]}
    client.post(address("ai_studio.generation", "changelist"), form)
    assert now_of(job).status == "PENDING"


def test_the_right_to_change_one_model_is_not_the_right_to_act_on_another(onlooker, browse, ours):
    onlooker.user_permissions.add(Permission.objects.get(codename="change_generation"))
    job, client = wanted(ours), browse(onlooker)
    with brand_scope(ours.brand):
        key = ApiKey.objects.get()
    assert client.post(button("brands.apikey", key, "revoke")).status_code == 403
    assert client.post(button("ai_studio.generation", job, "cancel")).status_code == 302
    assert now_of(job).status == "CANCELLED"


def test_an_unknown_action_is_refused(admin, ours):
    assert admin.post(button("ai_studio.generation", wanted(ours), "delete_everything")).status_code == 403


@pytest.mark.parametrize("pk", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_acting_on_what_is_not_there_is_not_found(admin, pk):
    assert admin.post(address("ai_studio.generation", "act", pk, "cancel")).status_code == 404


def test_a_running_jobs_page_asks_for_its_state_and_reloads_at_the_end(admin, ours):
    job = wanted(ours)
    live = reverse("admin:ai_studio_generation_live", args=[job.pk])
    assert live in admin.get(address("ai_studio.generation", "change", job.pk)).content.decode()
    assert b"Pending" in admin.get(live).content
    admin.post(button("ai_studio.generation", job, "cancel"))
    assert admin.get(live).headers["HX-Refresh"] == "true"


def test_only_who_may_view_sees_a_jobs_state(browse, ours, committed):
    from tests import factories

    clerk = browse(factories.make_user("clerk@atelier.example", is_staff=True))
    assert clerk.get(reverse("admin:ai_studio_generation_live", args=[wanted(ours).pk])).status_code == 403


def test_the_invitation_of_another_day_is_shown_as_expired(admin, ours):
    filled = fill(ours)
    with brand_scope(ours.brand):
        Invitation.objects.update(expires_at=timezone.now())
    page = admin.get(address("brands.invitation", "change", filled.invitation.pk)).content.decode()
    assert "expired" in page
