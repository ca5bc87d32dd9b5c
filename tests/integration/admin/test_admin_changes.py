"""What staff changes stays inside one brand, is audited there, and touches nothing it does not mean."""

import io
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from ai_studio.models import Budget, Collection, CollectionItem, PromptTemplate, StudioSettings, UserQuota
from brands.models import AuditEntry, Brand, Invitation, Membership
from brands.tenancy.scope import brand_scope
from tests import factories, studio
from tests.staff import address, fill

SETTINGS = {
    "monthly_budget_usd": "500",
    "user_monthly_usd": "500",
    "user_monthly_generations": "100",
    "moderation": "deny_list",
    "moderation_on_outage": "closed",
    "optimizer": "rules",
    "strategy": "in_order",
    "provider_weights": "{}",
    "disabled_providers": "",
}


def audited(tenant):
    with brand_scope(tenant.brand):
        return list(AuditEntry.objects.filter(actor_kind="STAFF").values_list("action", "actor_label"))


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def items(*rows, initial=0):
    """The form of a collection's generations."""
    form = {"items-TOTAL_FORMS": str(len(rows)), "items-INITIAL_FORMS": str(initial)}
    for n, row in enumerate(rows):
        form |= {f"items-{n}-{name}": str(value) for name, value in row.items()}
    return form


def test_studio_settings_are_changed_and_audited_in_their_brand(admin, staff, ours, theirs):
    page = address("ai_studio.studiosettings", "change", ours.id)
    assert admin.post(page, {**SETTINGS, "max_running": "7"}).status_code == 302
    with brand_scope(ours.brand):
        assert StudioSettings.objects.get().max_running == 7
    assert audited(ours) == [("studiosettings.changed", staff.email)]
    assert audited(theirs) == []


def test_the_words_that_a_brand_denies_and_its_tone_are_typed_one_a_line(admin, ours):
    page = address("ai_studio.studiosettings", "change", ours.id)
    words = {"max_running": "50", "denied_words": "rival cola\n\n rival  tea \n", "tone": "playful\nwatercolor"}
    assert admin.post(page, {**SETTINGS, **words}).status_code == 302
    with brand_scope(ours.brand):
        row = StudioSettings.objects.get()
    assert (row.denied_words, row.tone) == (["rival cola", "rival  tea"], ["playful", "watercolor"])
    refused = admin.post(page, {**SETTINGS, "max_running": "50", "tone": "grumbly", "denied_words": "?"})
    assert set(refused.context["adminform"].form.errors) == {"tone", "denied_words"}
    refused = admin.post(page, {**SETTINGS, "max_running": "50", "denied_words": "rival\0cola"})
    assert set(refused.context["adminform"].form.errors) == {"denied_words"}


def test_staff_sees_the_template_and_who_read_the_words(admin, ours):
    client = factories.client_for(ours.key)
    body = {"name": "Podium", "type": "IMAGE_2D", "body": "a mug"}
    template = client.post(studio.url(ours, "prompt-templates/"), body).json()
    made = client.post(studio.url(ours, "generations/"), {"template": template["id"]}).json()
    page = admin.get(address("ai_studio.generation", "change", made["id"])).content.decode()
    assert "passed the deny list" in page
    assert "Podium</a>" in page


def test_staff_archives_a_template(admin, ours):
    fill(ours)
    with brand_scope(ours.brand):
        template = PromptTemplate.objects.get()
    admin.post(address("ai_studio.prompttemplate", "act", template.pk, "archive"))
    with brand_scope(ours.brand):
        assert PromptTemplate.objects.get().archived_at
    assert audited(ours)[-1][0] == "template.archived"


def test_a_new_monthly_budget_counts_for_the_running_month(admin, ours):
    fill(ours)
    page = address("ai_studio.studiosettings", "change", ours.id)
    admin.post(page, {**SETTINGS, "monthly_budget_usd": "77", "max_running": "50"})
    with brand_scope(ours.brand):
        assert Budget.objects.get().limit_usd == Decimal(77)
    assert [action for action, _ in audited(ours)] == ["budget.limit_set"]


@pytest.mark.parametrize("model", [Budget, UserQuota])
def test_a_limit_is_changed_without_writing_what_is_spent(admin, ours, model):
    fill(ours)
    with brand_scope(ours.brand):
        row = model.objects.get()
    form = {"limit_usd": "12.5", "limit_generations": "9"}
    with CaptureQueriesContext(connection) as captured:
        admin.post(address(model._meta.label_lower, "change", row.pk), form)
    written = [each["sql"] for each in captured if each["sql"].startswith(f'UPDATE "{model._meta.db_table}"')]
    assert len(written) == 1
    assert "spent_usd" not in written[0]
    assert "reserved_usd" not in written[0]
    with brand_scope(ours.brand):
        assert model.objects.get().limit_usd == Decimal("12.5")


def test_another_brands_generation_is_no_choice_in_a_collection(admin, ours, theirs):
    collection, foreign = studio.collection(ours), studio.finished(theirs)
    form = {"name": "Spring", "owner": ours.editor.pk, "visibility": "BRAND"}
    answer = admin.post(
        address("ai_studio.collection", "change", collection.pk),
        {**form, **items({"generation": foreign.pk, "position": 0, "collection": collection.pk, "id": ""})},
    )
    assert answer.status_code == 200
    assert b"not one of the available choices" in answer.content
    with brand_scope(ours.brand):
        assert CollectionItem.objects.count() == 0


def test_the_brands_own_generation_is_put_into_a_collection(admin, ours):
    collection, made = studio.collection(ours), studio.finished(ours)
    form = {"name": "Summer", "owner": ours.editor.pk, "visibility": "BRAND"}
    admin.post(
        address("ai_studio.collection", "change", collection.pk),
        {**form, **items({"generation": made.pk, "position": 0, "collection": collection.pk, "id": ""})},
    )
    with brand_scope(ours.brand):
        assert CollectionItem.objects.get().generation_id == made.pk
        assert Collection.objects.get().name == "Summer"
    assert {action for action, _ in audited(ours)} == {"collection.changed", "collectionitem.changed"}


def test_what_staff_adds_goes_to_the_end_and_what_staff_takes_out_leaves_no_gap(admin, ours):
    first, second, third = studio.generations(ours, 3)
    collection = studio.collection(ours, first, second)
    with brand_scope(ours.brand):
        held = {item.generation_id: str(item.pk) for item in CollectionItem.objects.all()}
    form = {"name": "Spring", "owner": ours.editor.pk, "visibility": "PRIVATE"}
    rows = [
        {"generation": first.pk, "collection": collection.pk, "id": held[first.pk], "DELETE": "on"},
        {"generation": second.pk, "collection": collection.pk, "id": held[second.pk]},
        {"generation": third.pk, "collection": collection.pk, "id": ""},
    ]
    path = address("ai_studio.collection", "change", collection.pk)
    admin.post(path, {**form, **items(*rows, initial=2)})
    with brand_scope(ours.brand):
        left = list(CollectionItem.objects.values_list("position", "generation_id"))
    assert left == [(0, second.pk), (1, third.pk)]


def test_what_is_far_back_in_a_collection_is_taken_out_on_its_page(admin, ours):
    made = studio.generations(ours, 23)
    collection = studio.collection(ours, *made)
    with brand_scope(ours.brand):
        last = list(CollectionItem.objects.all()[20:])
    form = {"name": "Spring", "owner": ours.editor.pk, "visibility": "PRIVATE"}
    rows = [{"generation": item.generation_id, "collection": collection.pk, "id": item.pk} for item in last]
    rows[0]["DELETE"] = "on"
    path = address("ai_studio.collection", "change", collection.pk)
    admin.post(f"{path}?items-page=2", {**form, **items(*rows, initial=3)})
    with brand_scope(ours.brand):
        left = list(CollectionItem.objects.values_list("position", "generation_id"))
    assert left == list(enumerate(each.pk for each in [*made[:20], *made[21:]]))


def test_the_owner_of_a_collection_is_a_member_of_its_brand(admin, ours, theirs):
    collection = studio.collection(ours)
    page = admin.get(address("ai_studio.collection", "change", collection.pk)).content.decode()
    assert ours.viewer.email in page
    assert theirs.viewer.email not in page


def test_a_new_collection_asks_for_its_brand_first(admin, ours, theirs):
    path = address("ai_studio.collection", "add")
    chooser = admin.get(path).content.decode()
    assert f"?brand={ours.id}" in chooser
    assert f"?brand={theirs.id}" in chooser
    form = {"name": "Winter", "owner": ours.editor.pk, "visibility": "PRIVATE", **items()}
    assert admin.post(f"{path}?brand={ours.id}", form).status_code == 302
    with brand_scope(ours.brand):
        assert Collection.objects.get().name == "Winter"
    assert audited(ours)[0][0] == "collection.created"


def test_a_deleted_collection_is_audited(admin, ours):
    collection = studio.collection(ours, studio.finished(ours))
    admin.post(address("ai_studio.collection", "delete", collection.pk), {"post": "yes"})
    with brand_scope(ours.brand):
        assert not Collection.objects.exists()
    assert audited(ours)[0][0] == "collection.deleted"


def test_staff_changes_a_members_role(admin, ours):
    with brand_scope(ours.brand):
        membership = Membership.objects.get(user=ours.viewer)
    admin.post(address("brands.membership", "change", membership.pk), {"role": "EDITOR"})
    with brand_scope(ours.brand):
        assert Membership.objects.get(user=ours.viewer).role == "EDITOR"
    assert audited(ours)[0][0] == "member.role_changed"


@pytest.mark.parametrize(("page", "form"), [("change", {"role": "VIEWER"}), ("delete", {"post": "yes"})])
def test_the_last_owner_stays_and_staff_is_told_why(admin, ours, page, form):
    with brand_scope(ours.brand):
        owner = Membership.objects.get(user=ours.owner)
    answer = admin.post(address("brands.membership", page, owner.pk), form, follow=True)
    assert any("at least one owner" in message for message in said(answer))
    with brand_scope(ours.brand):
        assert Membership.objects.get(user=ours.owner).role == "OWNER"
    assert audited(ours) == []


def test_staff_invites_into_a_brand(admin, ours):
    path = f"{address('brands.invitation', 'add')}?brand={ours.id}"
    assert admin.post(path, {"email": "New@example.com", "role": "EDITOR"}).status_code == 302
    with brand_scope(ours.brand):
        assert Invitation.objects.get().email == "new@example.com"
    assert mail.outbox[0].to == ["new@example.com"]


def test_inviting_a_member_is_refused_with_the_reason(admin, ours):
    path = f"{address('brands.invitation', 'add')}?brand={ours.id}"
    answer = admin.post(path, {"email": ours.viewer.email, "role": "EDITOR"}, follow=True)
    assert any("member already" in message for message in said(answer))


def test_a_new_brand_has_its_owner(admin, ours):
    form = {"name": "Nord", "owner": ours.viewer.pk, "currency": "EUR", "timezone": "Europe/Oslo"}
    assert admin.post(address("brands.brand", "add"), {**form, "palette": "#FF0000, #00ff00"}).status_code == 302
    made = Brand.objects.all_brands(reason="test").get(name="Nord")
    assert made.palette == ["#ff0000", "#00ff00"]
    with brand_scope(made):
        assert Membership.objects.get().user == ours.viewer


@pytest.mark.parametrize(("name", "wrong"), [("palette", "red"), ("currency", "euro"), ("timezone", "Mars")])
def test_a_wrong_value_of_a_brand_is_told_at_its_field(admin, ours, name, wrong):
    form = {"name": "Ours", "currency": "EUR", "timezone": "UTC", "palette": "", name: wrong}
    answer = admin.post(address("brands.brand", "change", ours.id), form)
    assert name in answer.context["adminform"].form.errors


def test_a_brand_is_changed_and_its_logo_shown(admin, ours, media):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    picture.seek(0)
    picture.name = "logo.png"
    form = {"name": "Renamed", "currency": "EUR", "timezone": "UTC", "palette": "#112233", "new_logo": picture}
    page = address("brands.brand", "change", ours.id)
    assert admin.post(page, form).status_code == 302
    logo = admin.get(address("brands.brand", "logo", ours.id))
    assert Image.open(io.BytesIO(logo.content)).size == (8, 8)
    assert [action for action, _ in audited(ours)] == ["brand.logo_changed", "brand.updated"]


def test_a_logo_that_is_no_picture_changes_nothing(admin, ours):
    form = {"name": "Renamed", "currency": "EUR", "timezone": "UTC", "palette": "", "new_logo": io.BytesIO(b"<svg/>")}
    answer = admin.post(address("brands.brand", "change", ours.id), form, follow=True)
    assert any("Not a readable image" in message for message in said(answer))
    assert Brand.objects.all_brands(reason="test").get(pk=ours.id).name == "Ours"


def test_who_edits_people_cannot_make_themselves_superuser(onlooker, browse):
    onlooker.user_permissions.add(Permission.objects.get(codename="change_user"))
    form = {"email": onlooker.email, "name": "Me", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    inline = {"emailaddress_set-TOTAL_FORMS": "0", "emailaddress_set-INITIAL_FORMS": "0"}
    browse(onlooker).post(address("brands.user", "change", onlooker.pk), {**form, **inline})
    onlooker.refresh_from_db()
    assert onlooker.name == "Me"
    assert not onlooker.is_superuser


def test_who_edits_people_cannot_touch_a_superuser(staff, onlooker, browse):
    onlooker.user_permissions.add(Permission.objects.get(codename="change_user"))
    client = browse(onlooker)
    form = {"password1": "another long passphrase", "password2": "another long passphrase"}
    assert client.post(f"/admin/brands/user/{staff.pk}/password/", form).status_code == 403
    assert client.post(address("brands.user", "change", staff.pk), {"email": "x@y.example"}).status_code == 403


def test_who_edits_people_cannot_take_over_other_staff(onlooker, browse):
    """A colleague may have rights that one lacks: whoever sets their password has them too."""
    onlooker.user_permissions.add(Permission.objects.get(codename="change_user"))
    colleague = factories.make_user("colleague@atelier.example", is_staff=True)
    client = browse(onlooker)
    form = {"password1": "another long passphrase", "password2": "another long passphrase"}
    assert client.post(f"/admin/brands/user/{colleague.pk}/password/", form).status_code == 403
    assert client.post(address("brands.user", "change", colleague.pk), {"email": "x@y.example"}).status_code == 403
    colleague.refresh_from_db()
    assert colleague.check_password(factories.PASSWORD)


def test_an_address_that_staff_replaces_opens_the_account_no_longer(admin, ours):
    person = factories.make_user("old@ours.example")
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    form = {"email": "New@ours.example", "name": "Nora", "is_active": "on"}
    inline = {"emailaddress_set-TOTAL_FORMS": "0", "emailaddress_set-INITIAL_FORMS": "0"}
    assert admin.post(address("brands.user", "change", person.pk), {**form, **inline}).status_code == 302
    person.refresh_from_db()
    assert person.email == "new@ours.example"
    assert list(person.emailaddress_set.values_list("email", "primary", "verified")) == [
        ("new@ours.example", True, False)
    ]


def test_an_address_that_somebody_else_uses_is_refused(admin, ours):
    person = factories.make_user("old@ours.example")
    EmailAddress.objects.create(user=ours.editor, email="second@ours.example", verified=True)
    form = {"email": "second@ours.example", "name": "", "is_active": "on"}
    inline = {"emailaddress_set-TOTAL_FORMS": "0", "emailaddress_set-INITIAL_FORMS": "0"}
    answer = admin.post(address("brands.user", "change", person.pk), {**form, **inline})
    assert "email" in answer.context["adminform"].form.errors
    person.refresh_from_db()
    assert person.email == "old@ours.example"


@pytest.mark.parametrize(
    "model", ["ai_studio.generation", "ai_studio.ledgerentry", "brands.auditentry", "brands.domainevent"]
)
def test_history_and_the_pipelines_rows_cannot_be_changed_by_hand(admin, ours, model):
    filled = fill(ours)
    pk = filled.finished.pk if model == "ai_studio.generation" else "00000000-0000-0000-0000-000000000000"
    assert admin.get(address(model, "add")).status_code == 403
    assert admin.post(address(model, "change", pk), {"prompt": "x"}).status_code in (302, 403)
    assert admin.post(address(model, "delete", filled.finished.pk), {"post": "yes"}).status_code in (302, 403)
    filled.finished.refresh_from_db(from_queryset=type(filled.finished).objects.all_brands(reason="test"))
    assert filled.finished.prompt == "a red mug"


def test_what_only_the_database_refuses_is_told_and_nothing_is_written(admin, ours):
    collection, made = studio.collection(ours), studio.finished(ours)
    twice = [{"generation": made.pk, "position": n, "collection": collection.pk, "id": ""} for n in range(2)]
    form = {"name": "Renamed", "owner": ours.editor.pk, "visibility": "BRAND", **items(*twice)}
    answer = admin.post(address("ai_studio.collection", "change", collection.pk), form, follow=True)
    assert any("collection item once" in message for message in said(answer))
    with brand_scope(ours.brand):
        assert Collection.objects.get().name == "Spring"
        assert CollectionItem.objects.count() == 0


@pytest.mark.parametrize("limit", ["-1", "many", "1e99", ""])
def test_a_limit_that_is_none_is_refused(admin, ours, limit):
    fill(ours)
    with brand_scope(ours.brand):
        row = Budget.objects.get()
    answer = admin.post(address("ai_studio.budget", "change", row.pk), {"limit_usd": limit}, follow=True)
    assert answer.status_code == 200
    with brand_scope(ours.brand):
        assert Budget.objects.get().limit_usd == Decimal(100)
