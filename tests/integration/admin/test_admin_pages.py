"""Every page of the staff admin opens, for staff only, shows no secret, and costs the same however much there is."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin as django_admin
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ai_studio.models import GenerationTag
from ai_studio.services import prompt_templates
from brands.models import ApiKey
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.staff import MODELS, address, fill


def first_page(client, model):
    listed = client.get(address(model, "changelist")).content.decode()
    found = re.search(rf'href="({address(model, "changelist")}[^/"]+/change/)', listed)
    assert found, f"{model} lists no row"
    return found[1]


def queries(client, path):
    client.get(path)
    with (
        CaptureQueriesContext(connections["default"]) as ours,
        CaptureQueriesContext(connections["maintenance"]) as all_,
    ):
        assert client.get(path).status_code == 200
    return len(ours) + len(all_)


def test_every_model_that_staff_sees_is_walked_by_these_tests():
    shown = {model._meta.label_lower for model in django_admin.site._registry} - {"auth.group"}
    assert shown == set(MODELS)


def test_every_list_and_every_page_opens(admin, ours, theirs, subtests):
    fill(ours)
    fill(theirs)
    for model in MODELS:
        with subtests.test(model):
            assert admin.get(address(model, "changelist")).status_code == 200
            assert admin.get(address(model, "changelist"), {"q": "mug"}).status_code == 200
            page = first_page(admin, model)
            assert admin.get(page).status_code == 200
            assert admin.get(page.replace("/change/", "/history/")).status_code == 200


def test_a_page_costs_the_same_however_much_hangs_on_its_row(admin, ours):
    made = studio.generations(ours, 45)
    few, many = studio.collection(ours, *made[:20]), studio.collection(ours, *made)
    pages = [address("ai_studio.collection", "change", each.pk) for each in (few, many)]
    assert queries(admin, pages[0]) == queries(admin, pages[1])
    with brand_scope(ours.brand):
        actor = ours.actor()
        short, long = (prompt_templates.create(actor=actor, name=name, body="a mug") for name in "AB")
        for number in range(25):
            prompt_templates.change(actor=actor, template=long, body=f"mug {number}")
    pages = [address("ai_studio.prompttemplate", "change", each.pk) for each in (short, long)]
    assert queries(admin, pages[0]) == queries(admin, pages[1])


@pytest.mark.parametrize("number", ["½", "9" * 5000, "x"])
def test_what_is_no_page_of_what_hangs_on_a_row_is_the_first(admin, ours, number):
    page = address("ai_studio.collection", "change", studio.collection(ours).pk)
    assert admin.get(page, {"items-page": number}).status_code == 200


@pytest.mark.parametrize("path", ["admin:index", "admin:ai_studio_queue", "admin:ai_studio_queue_workers"])
def test_dashboard_and_queue_open_on_an_empty_installation(admin, path):
    assert admin.get(reverse(path)).status_code == 200


def test_only_staff_gets_in(ours, browse, subtests):
    for client in (Client(), browse(ours.owner)):
        for model in (*MODELS, "auth.group"):
            path = address(model, "changelist")
            with subtests.test(model):
                assert client.get(path).url == f"/admin/login/?next={path}"


def test_only_staff_sees_queue_and_dashboard(ours, browse):
    for name in ("admin:index", "admin:ai_studio_queue", "admin:ai_studio_queue_workers"):
        assert browse(ours.owner).get(reverse(name)).status_code == 302


def test_staff_without_rights_sees_a_dashboard_without_numbers(committed, browse):
    from tests import factories

    nobody = browse(factories.make_user("clerk@atelier.example", is_staff=True))
    assert b"Generations today" not in nobody.get(reverse("admin:index")).content
    assert nobody.get(reverse("admin:ai_studio_queue")).status_code == 403


def test_a_list_and_an_overview_cost_the_same_for_one_row_and_for_twenty(admin, ours):
    paths = [address(model, "changelist") for model in MODELS if model != "brands.user"]
    paths += map(reverse, ("admin:index", "admin:ai_studio_queue"))
    fill(ours)
    few = {path: queries(admin, path) for path in paths}
    for number in range(1, 20):
        fill(ours, number=number)
    assert {path: queries(admin, path) for path in paths} == few


def test_no_page_shows_a_secret(admin, staff, ours):
    filled = fill(ours)
    with brand_scope(ours.brand):
        key = ApiKey.objects.get()
    secrets = [
        staff.password.rpartition("$")[2],
        staff.password.split("$")[-2],
        key.secret_sha256,
        ours.key.token.partition("_")[2],
        filled.invitation.token_sha256,
        Authenticator.objects.get(user=staff).data["secret"],
    ]
    shown = [admin.get(address(model, "changelist")).content.decode() for model in MODELS]
    shown += [admin.get(first_page(admin, model)).content.decode() for model in MODELS]
    shown.append(admin.get(address("brands.user", "change", staff.pk)).content.decode())
    for secret in secrets:
        assert not any(secret in page for page in shown)


def test_second_factors_and_confirmations_have_no_page(admin):
    for app in ("mfa", "account"):
        assert admin.get(f"/admin/{app}/").status_code == 404


def test_the_brand_filter_shows_one_brand(admin, ours, theirs):
    mine, other = fill(ours), fill(theirs)
    shown = admin.get(address("ai_studio.generation", "changelist"), {"brand": str(ours.id)}).content.decode()
    assert str(mine.finished.pk) in shown
    assert str(other.finished.pk) not in shown


@pytest.mark.parametrize("chosen", ["nonsense", "00000000-0000-0000-0000-000000000000", "' OR 1=1"])
def test_a_brand_that_is_none_filters_everything_away(admin, ours, chosen):
    fill(ours)
    answer = admin.get(address("ai_studio.generation", "changelist"), {"brand": chosen})
    assert answer.status_code == 200
    assert answer.context["cl"].result_count == 0


@pytest.mark.parametrize(("question", "found"), [("re", 2), ("mug red", 2), ("blue", 0), ("!&|:*", 0)])
def test_generations_are_found_by_beginnings_of_words(admin, ours, question, found):
    fill(ours)
    answer = admin.get(address("ai_studio.generation", "changelist"), {"q": question})
    assert answer.context["cl"].result_count == found


@pytest.mark.parametrize(
    "question",
    [
        "/admin/brands/membership/?role__exact=%00",
        "/admin/ai_studio/generation/?status__in=%00",
        "/admin/ai_studio/generation/?provider=%00",
        "/admin/ai_studio/generation/?q=%00",
        "/admin/autocomplete/?app_label=brands&model_name=user&field_name=groups&term=%00",
    ],
)
def test_a_question_that_postgresql_cannot_hear_is_a_bad_request(admin, question):
    admin.raise_request_exception = False
    assert admin.get(question).status_code == 400


@pytest.mark.parametrize(
    ("model", "secret"),
    [
        ("brands.apikey", "secret_sha256"),
        ("brands.invitation", "token_sha256"),
        ("brands.user", "password"),
        ("brands.secret", "ciphertext"),
    ],
)
def test_a_secret_cannot_be_guessed_digit_by_digit_with_a_filter(admin, ours, model, secret):
    fill(ours)
    admin.raise_request_exception = False
    assert admin.get(address(model, "changelist"), {f"{secret}__startswith": "a"}).status_code == 400


def test_pages_name_people_and_brands_not_ids(admin, ours):
    filled = fill(ours)
    titles = {model: admin.get(first_page(admin, model)).context["original"] for model in MODELS}
    for model in ("ai_studio.studiosettings", "ai_studio.userquota", "ai_studio.attempt"):
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|^\d+ ", str(titles[model])), str(titles[model])
    assert str(titles["ai_studio.studiosettings"]) == f"Studio settings of {filled.tenant.brand.name}"


def test_what_rights_links_and_notifications_are_about_has_a_name(admin, ours):
    filled = fill(ours)
    for model in ("brands.grant", "brands.sharelink", "collaboration.notification"):
        with brand_scope(ours.brand):
            apps.get_model(model).objects.update(resource_type="AI_GENERATION", resource_id=filled.waiting.pk)
        listed = admin.get(address(model, "changelist")).content.decode()
        assert f"Generation: {filled.waiting.prompt[:40]}" in listed, model
        assert str(filled.waiting.pk) not in listed, model


def test_a_generation_is_found_by_its_id(admin, ours, theirs):
    filled = fill(ours)
    fill(theirs)
    answer = admin.get(address("ai_studio.generation", "changelist"), {"q": str(filled.waiting.pk)})
    assert [row.pk for row in answer.context["cl"].result_list] == [filled.waiting.pk]


@pytest.mark.parametrize("model", [model for model in MODELS if model != "brands.user"])
def test_an_unknown_id_leads_back_and_is_no_error(admin, model):
    answer = admin.get(address(model, "change", "00000000-0000-0000-0000-000000000000"))
    assert answer.status_code == 302


def test_an_invitation_offers_the_role_with_the_fewest_rights_first(admin, ours):
    form = admin.get(address("brands.invitation", "add"), {"brand": str(ours.id)}).context["adminform"].form
    assert form["role"].initial == "VIEWER"


def test_choosing_a_brand_says_what_for(admin, ours):
    assert "New invitation: for which brand?" in admin.get(address("brands.invitation", "add")).content.decode()


@pytest.mark.parametrize(
    ("model", "labels"),
    [
        ("ai_studio.studiosettings", ["Monthly budget (USD)", "User monthly (USD)"]),
        ("ai_studio.budget", ["Limit (USD)"]),
        ("ai_studio.userquota", ["Limit (USD)"]),
    ],
)
def test_money_is_asked_for_with_its_currency(admin, ours, model, labels):
    fill(ours)
    fields = admin.get(first_page(admin, model)).context["adminform"].form.fields
    assert [field.label for name, field in fields.items() if name.endswith("_usd")] == labels


def test_a_cancelled_generation_does_not_look_done(admin, ours):
    from tests import studio

    cancelled = studio.generation(ours, status="CANCELLED")
    page = admin.get(address("ai_studio.generation", "change", cancelled.pk)).content.decode()
    assert "Cancelled" in page
    assert "<progress" not in page


def test_a_generations_page_shows_its_tags_in_their_order(admin, ours):
    from tests import studio

    made = studio.generation(ours)
    with brand_scope(ours.brand):
        for number, name in enumerate(("spring sale", "<b>art"), 1):
            GenerationTag.objects.create(brand=ours.brand, generation=made, name=name, number=number)
    page = admin.get(address("ai_studio.generation", "change", made.pk)).content.decode()
    assert "<dt>Tags</dt><dd>spring sale, &lt;b&gt;art</dd>" in page
