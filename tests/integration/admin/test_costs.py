"""Staff reads what brands spent, corrects a cost, and adds prices; it changes none."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from ai_studio.models import CostRecord, Generation, Price
from brands.models import AuditEntry
from brands.tenancy.scope import brand_scope
from tests import factories
from tests.integration.pipeline import steps
from tests.staff import fill

COSTS = "admin:ai_studio_costs"


def test_the_page_shows_the_chosen_brand_only(admin, ours, theirs):
    fill(ours)
    with brand_scope(fill(theirs).tenant.brand):
        Generation.objects.update(model="their-model")
    page = admin.get(reverse(COSTS), {"brand": str(ours.id), "group_by": ["model", "user"]}).content.decode()
    assert "atelier-local-1" in page
    assert ours.editor.email in page
    assert "their-model" not in page
    assert "$1.00" in page


def test_the_axis_of_the_chart_says_what_it_counts(admin, ours):
    fill(ours)
    (bars,) = json.loads(admin.get(reverse(COSTS), {"brand": str(ours.id)}).context["chart"])["datasets"]
    assert (bars["displayYAxis"], bars["suffixYAxis"]) == (True, "USD")


def test_the_csv_is_the_services(admin, ours):
    fill(ours)
    answer = admin.get(reverse("admin:ai_studio_costs_csv"), {"brand": str(ours.id), "group_by": "type"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines == ["type,generations,amount_usd", "IMAGE_2D,1,1.000000", "total,1,1.000000"]


@pytest.mark.parametrize(
    "query", [{}, {"from": "soon"}, {"from": "9999-12-31"}, {"from": "2026-02-01", "to": "2026-01-01"}, {"brand": "x"}]
)
def test_any_address_is_a_page(admin, ours, query):
    assert admin.get(reverse(COSTS), query).status_code == 200


def test_on_an_empty_installation_there_is_nothing(admin):
    assert b"There is no brand yet" in admin.get(reverse(COSTS)).content
    assert admin.get(reverse("admin:ai_studio_costs_csv")).status_code == 404


def test_who_may_not_see_costs_gets_none(committed, browse, ours):
    clerk = browse(factories.make_user("clerk@atelier.example", is_staff=True))
    for name in (COSTS, "admin:ai_studio_costs_csv"):
        assert clerk.get(reverse(name)).status_code == 403
        assert browse(ours.owner).get(reverse(name)).status_code == 302


def test_a_cost_is_corrected_once_however_often_the_form_is_sent(admin, ours, provider):
    done = steps.finish(steps.ask(ours))
    page = reverse("admin:ai_studio_cost_adjust", args=[done.pk])
    form = admin.get(page).context["key"]
    sent = {"key": str(form), "amount_usd": "-0.03", "note": "Bill of May"}
    for _ in range(2):
        assert admin.post(page, sent).status_code == 302
    assert steps.fresh(done).cost_usd == Decimal("0.05")
    with brand_scope(ours.brand):
        assert CostRecord.objects.filter(source="ADJUSTMENT").count() == 1
        assert AuditEntry.objects.get(action="cost.adjusted").actor_kind == "STAFF"
    assert b"Correct" in admin.get(reverse("admin:ai_studio_generation_change", args=[done.pk])).content
    steps.all_in_order()


@pytest.mark.parametrize(
    "wrong", [{"amount_usd": "much"}, {"amount_usd": "-9"}, {"note": ""}, {"key": ""}, {"note": "\0"}]
)
def test_a_bad_correction_is_told_and_nothing_moves(admin, ours, provider, wrong):
    done = steps.finish(steps.ask(ours))
    page = reverse("admin:ai_studio_cost_adjust", args=[done.pk])
    answer = admin.post(page, {"key": "a", "amount_usd": "0.01", "note": "why"} | wrong)
    assert answer.status_code == 200
    assert [str(message.level_tag) for message in answer.context["messages"]] == ["error"]
    assert steps.fresh(done).cost_usd == Decimal("0.08")
    steps.all_in_order()


def test_staff_adds_a_price_and_changes_none(admin):
    facts = {
        "provider": "nobody", "model": "mug-2", "unit": "image", "unit_price_usd": "0.05", "valid_from": "2026-12-01",
        "source_url": "https://example.com/prices",
    }  # fmt: skip
    assert admin.post(reverse("admin:ai_studio_price_add"), facts).status_code == 302
    made = Price.objects.get(model="mug-2")
    page = reverse("admin:ai_studio_price_change", args=[made.pk])
    assert admin.get(page).status_code == 200
    assert admin.post(page, facts | {"unit_price_usd": "0.01"}).status_code == 403
    assert admin.post(reverse("admin:ai_studio_price_delete", args=[made.pk])).status_code == 403
    again = admin.post(reverse("admin:ai_studio_price_add"), facts | {"unit_price_usd": "0.06"})
    assert again.status_code == 200
    assert Price.objects.get(model="mug-2").unit_price_usd == Decimal("0.05")
