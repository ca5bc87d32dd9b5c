"""The dashboards show what the services answer, of one brand, to staff who may see it; no address breaks one."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from analytics.dashboards.menu import MENU
from analytics.models import Anomaly
from analytics.stores.connections import pool
from brands.models import Brand
from brands.tenancy.scope import brand_scope
from tests import factories
from tests.integration.admin.test_admin_pages import queries
from tests.integration.analytics.shop import HOSTILE, open_shop
from tests.staff import fill


@pytest.fixture(autouse=True)
def _connections(committed: None) -> Iterator[None]:
    yield
    pool().close()


def page(client, name, **query):
    answer = client.get(reverse(f"dashboards:{name}"), query)
    assert answer.status_code == 200, name
    return answer


def told(answer):
    return [str(message) for message in answer.context["messages"]]


def test_every_page_shows_the_chosen_brands_answer_with_names_as_text(admin, ours, theirs):
    shop = open_shop(ours)
    fill(ours)
    open_shop(theirs, built=False)
    chosen = {"brand": str(ours.id), "funnel": str(shop.funnel.pk)}
    shown = {entry.name: page(admin, entry.name, **chosen) for entry in MENU}
    for name, answer in shown.items():
        assert not told(answer), name
        assert "<svg" in answer.content.decode(), name
        assert HOSTILE not in answer.content.decode(), name
    cards = {card.title: card for card in shown["overview"].context["answer"]["cards"]}
    assert list(cards) == ["Events", "Active people", "Generations", "Spent", f"Conversion: {shop.funnel.name}"]
    assert (cards["Generations"].figure, cards["Spent"].figure) == ("2", "$1.00")
    funnel = shown["funnel"].context["answer"]
    assert funnel["report"]["steps"][1]["people"] == funnel["report"]["conversion"]["count"] > 0
    assert funnel["critical"] == "buy"
    assert 'fill="url(#h' in shown["cohorts"].content.decode()
    parts = page(admin, "funnel", **chosen, breakdown="source").context["answer"]["parts"]
    assert {value for value, _ in parts} == {"web", HOSTILE}
    costs = shown["costs"].context["answer"]
    assert [(row[0], str(row[2])) for row in costs["rows"]] == [("local", "1.000000")]


def test_the_brand_and_the_days_stay_chosen_from_page_to_page(admin, ours):
    open_shop(ours, built=False)
    kept = f"brand={ours.id}&amp;from=2026-01-01&amp;to=2026-02-01"
    text = page(admin, "overview", brand=str(ours.id), **{"from": "2026-01-01", "to": "2026-02-01"}).content.decode()
    for entry in MENU:
        # In the tabs and in the menu.
        assert text.count(f'href="{entry.path}?{kept}"') == 2, entry.name
    assert f'href="{MENU[0].path}"' in admin.get(reverse("admin:index")).content.decode()


def test_nothing_to_show_is_said_with_what_to_do(admin, ours):
    for entry in MENU:
        text = page(admin, entry.name).content.decode()
        assert ("Nothing was spent" if entry.name == "costs" else "has no events yet: send some") in text
    open_shop(ours, built=False)
    shown = {name: page(admin, name).content.decode() for name in ("cohorts", "anomalies")}
    assert "were not built yet" in shown["cohorts"]
    assert "Not looked at yet" in shown["anomalies"]
    assert "Nobody came with this event" in page(admin, "retention", start_event="never").content.decode()


def test_without_a_brand_there_is_nothing(admin):
    for entry in MENU:
        assert b"There is no brand yet" in page(admin, entry.name).content


@pytest.mark.timeout(120)
def test_any_address_is_a_page_and_what_is_refused_is_told(admin, ours):
    open_shop(ours, built=False)
    refused = [
        {"from": "soon"},
        {"to": "9999-12-31"},
        {"from": "2001-01-01"},
        {"from": "2026-02-01", "to": "2026-01-01"},
    ]
    for query in refused:
        (sentence,) = told(page(admin, "overview", **query))
        assert sentence.startswith("The request is not valid")
    for entry in MENU:
        assert len(told(page(admin, entry.name, **refused[-1]))) == 1, entry.name
    assert told(page(admin, "funnel", breakdown="x" * 201))
    assert told(page(admin, "correlations", metric=[str(ours.id)] * 3)) == []
    strange = {"brand": "x", "funnel": "x", "metric": "x", "grain": "x", "measure": "x", "period": "x", "status": "x"}
    for entry in MENU:
        assert told(page(admin, entry.name, **strange)) == []


def test_only_who_may_see_the_numbers_does(ours, browse, onlooker):
    open_shop(ours, built=False)
    clerk = factories.make_user("clerk@atelier.example", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_funnel", "view_event"]))
    for entry in MENU:
        assert browse(ours.owner).get(entry.path).status_code == 302
        assert browse(onlooker).get(entry.path).status_code == 200
        seen = {"overview": 200, "funnel": 200, "retention": 200}
        assert browse(clerk).get(entry.path).status_code == seen.get(entry.name, 403), entry.name
    text = page(browse(clerk), "overview")
    assert [card.title for card in text.context["answer"]["cards"]][:2] == ["Events", "Active people"]
    assert "Spent" not in {card.title for card in text.context["answer"]["cards"]}
    assert reverse("dashboards:cohorts") not in text.content.decode()


def test_a_page_costs_the_same_however_much_there_is(admin, ours):
    fill(ours)
    open_shop(ours)
    paths = [entry.path for entry in MENU]
    few = {path: queries(admin, path) for path in paths}
    for number in range(1, 5):
        fill(ours, number=number)
    assert {path: queries(admin, path) for path in paths} == few
    assert max(few.values()) <= 45


def test_staff_has_a_metric_looked_at_and_says_what_becomes_of_an_anomaly(admin, ours, theirs, browse, onlooker):
    shop = open_shop(ours, built=False)
    chosen = f"brand={ours.id}&status=ALL"
    look = reverse("dashboards:anomaly-look", args=[ours.id, shop.metrics[0].pk])
    answer = admin.post(look, {"query": chosen})
    assert answer.url == f"{reverse('dashboards:anomalies')}?{chosen}"
    with brand_scope(ours.brand):
        row = Anomaly.objects.order_by("-observed").first()
    assert row is not None
    text = admin.get(answer.url).content.decode()
    assert "periods looked at" in text
    become = reverse("dashboards:anomaly-become", args=[ours.id, row.pk, "acknowledge"])
    assert become in text
    assert become not in browse(onlooker).get(answer.url).content.decode()
    assert browse(onlooker).post(become).status_code == browse(onlooker).post(look).status_code == 403
    assert admin.get(become).status_code == 405
    assert admin.post(become).status_code == 302
    assert "cannot become" in " ".join(told(admin.post(become, follow=True)))
    for wrong in ([theirs.id, row.pk, "mute"], [row.pk, row.pk, "mute"], [ours.id, row.pk, "forget"]):
        assert admin.post(reverse("dashboards:anomaly-become", args=wrong)).status_code == 404
    with brand_scope(ours.brand):
        row.refresh_from_db()
    assert (row.status, row.status_by.email) == ("ACKNOWLEDGED", "staff@atelier.example")


def test_times_are_the_brands(admin, ours):
    Brand.objects.all_brands(reason="test").filter(pk=ours.id).update(timezone="Pacific/Auckland")
    open_shop(ours, built=False)
    text = page(admin, "overview").content.decode()
    assert "Pacific/Auckland" in text
    assert re.search(r"\d+ \w+ \d{4} to \d+ \w+ \d{4}", text)
