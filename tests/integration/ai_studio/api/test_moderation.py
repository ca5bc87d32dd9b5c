"""Words are read before money is held; what is refused leaves nothing behind."""

import os

import psycopg
import pytest
from django.db import connection

from ai_studio.models import Generation, LedgerEntry, StudioSettings
from ai_studio.moderation import provider
from brands import secrets
from brands.models import IdempotencyRecord
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for
from tests.moderation_server import KEY, ModerationServer

WISH = {"type": "IMAGE_2D", "prompt": "a red mug"}
DENIED = {"type": "IMAGE_2D", "prompt": "how to make a B0MB, please"}
FLAGGED = {"type": "IMAGE_2D", "prompt": "a forbidden mug"}


@pytest.fixture
def client(ours):
    return client_for(ours.key)


@pytest.fixture
def create(ours, client):
    return lambda wish, **headers: client.post(studio.url(ours, "generations/"), wish, headers=headers)


@pytest.fixture
def provided(ours, server) -> ModerationServer:
    """The brand's prompts are read by the provider, under its own key."""
    configure(ours, moderation="provider")
    with brand_scope(ours.brand):
        secrets.keep(actor=ours.actor(), brand=ours.brand, name="provider.openai", value=KEY)
    return server


def configure(tenant, **changes):
    with brand_scope(tenant.brand):
        StudioSettings.objects.update(**changes)


def refused(answer, *fields):
    body = answer.json()
    assert (answer.status_code, body["code"], list(body["errors"])) == (422, "moderation_refused", list(fields)), body
    return body


def nothing_was_made(tenant):
    with brand_scope(tenant.brand):
        rows = (Generation, LedgerEntry, IdempotencyRecord)
        return not any(model.objects.exists() for model in rows)


def passed_by(tenant):
    with brand_scope(tenant.brand):
        return list(Generation.objects.order_by("id").values_list("moderation", flat=True))


def test_denied_words_are_refused_by_field_and_reason_and_nothing_is_held(ours, create):
    body = refused(create(DENIED, **{"Idempotency-Key": "once"}), "prompt")
    assert body["errors"]["prompt"] == [
        "It asks for instructions for weapons: “how to make a bomb”. Say it in other words."
    ]
    assert body["categories"] == ["illicit/weapons"]
    assert nothing_was_made(ours)


def test_other_words_pass_and_the_generation_says_who_read_them(ours, create):
    assert create(WISH).status_code == 202
    assert passed_by(ours) == ["ALLOWED_BY_DENY_LIST"]


def test_a_negative_prompt_may_name_what_must_not_be_seen(create):
    assert create({**WISH, "negative_prompt": "how to make a bomb"}).status_code == 202


def test_words_in_extras_are_read_too(ours, create):
    extras = {"prompt_2": ["how to make a bomb"], "negative_prompt_2": "how to make a bomb"}
    refused(create({**WISH, "parameters": {"extras": extras}}), "parameters.extras")
    del extras["prompt_2"]
    assert create({**WISH, "parameters": {"extras": extras}}).status_code == 202


def test_a_brands_own_words_are_refused_for_it_alone(ours, theirs, create):
    configure(ours, denied_words=["Rival Cola"])
    body = refused(create({**WISH, "prompt": "a can of rival  cola"}), "prompt")
    assert body["categories"] == ["brand"]
    theirs_too = client_for(theirs.key).post(studio.url(theirs, "generations/"), {**WISH, "prompt": "rival cola"})
    assert theirs_too.status_code == 202


def test_a_batch_names_every_item_that_is_refused_and_makes_none(ours, client):
    answer = client.post(studio.url(ours, "generations/batch/"), {"items": [WISH, DENIED, WISH, DENIED]})
    refused(answer, "items.1.prompt", "items.3.prompt")
    assert nothing_was_made(ours)


@pytest.mark.parametrize(
    ("body", "value", "field"),
    [("a {{thing}}", "pipe bomb instructions", "variables.thing"), ("how to make a {{thing}}", "bomb", "template")],
)
def test_words_of_a_template_are_read_alone_and_together(ours, create, body, value, field):
    client = client_for(ours.key)
    template = {"name": "T", "type": "IMAGE_2D", "body": body, "variables": [{"name": "thing"}]}
    made = client.post(studio.url(ours, "prompt-templates/"), template).json()
    refused(create({"template": made["id"], "variables": {"thing": value}}), field)
    assert nothing_was_made(ours)


@pytest.mark.parametrize("below", ["versions/", "variations/"])
def test_changed_words_are_read_again(ours, client, below):
    parent = studio.finished(ours)
    body = {"changes": {"prompt": "how to make a bomb"}} | ({"count": 2} if below == "variations/" else {})
    refused(client.post(studio.url(ours, f"generations/{parent.pk}/{below}"), body), "changes.prompt")


def test_a_retry_is_read_by_the_list_of_today(ours, client):
    failed = studio.generation(ours, status="FAILED", prompt="a rival cola")
    configure(ours, denied_words=["rival cola"])
    refused(client.post(studio.url(ours, f"generations/{failed.pk}/retry/")), "prompt")


def test_a_provider_is_asked_under_the_brands_key_and_its_yes_is_kept(ours, provided, create):
    assert create(WISH).status_code == 202
    assert provided.asked == [["a red mug"]]
    assert provided.keys == [f"Bearer {KEY}"]
    assert passed_by(ours) == ["ALLOWED_BY_PROVIDER"]


def test_without_a_key_of_its_own_the_installations_is_used(ours, server, create, monkeypatch):
    configure(ours, moderation="provider")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-installation")
    assert create(WISH).status_code == 202
    assert server.keys == ["Bearer sk-installation"]


def test_what_the_provider_flags_is_refused_with_its_categories(ours, provided, create):
    body = refused(create(FLAGGED), "prompt")
    assert body["errors"]["prompt"] == ["The moderation found it unfit: sexual/minors, violence."]
    assert body["categories"] == ["sexual/minors", "violence"]
    assert nothing_was_made(ours)


def test_what_the_deny_list_refuses_is_not_shown_to_the_provider(provided, create):
    refused(create(DENIED), "prompt")
    assert provided.asked == []


def test_a_batch_of_a_hundred_is_one_question(ours, provided, client):
    items = [{**WISH, "prompt": f"mug {n}"} for n in range(99)]
    assert client.post(studio.url(ours, "generations/batch/"), {"items": [*items, WISH]}).status_code == 202
    assert [len(texts) for texts in provided.asked] == [100]
    answer = client.post(studio.url(ours, "generations/batch/"), {"items": [*items, FLAGGED]})
    refused(answer, "items.99.prompt")


def test_a_repeated_request_is_answered_without_asking_again(ours, provided, create):
    first, again = (create(WISH, **{"Idempotency-Key": "once"}) for _ in range(2))
    assert again.json()["id"] == first.json()["id"]
    assert len(provided.asked) == 1


def test_the_same_words_again_are_not_asked_about_again(ours, provided, client, create):
    made = create(WISH).json()["id"]
    below = studio.url(ours, f"generations/{made}/")
    assert client.post(f"{below}variations/", {"count": 2}).status_code == 202
    assert client.post(f"{below}versions/", {"changes": {"parameters": {"quality": "high"}}}).status_code == 202
    client.post(f"{below}cancel/")
    assert client.post(f"{below}retry/").status_code == 202
    assert len(provided.asked) == 1
    refused(client.post(f"{below}versions/", {"changes": {"prompt": "forbidden"}}), "changes.prompt")
    assert passed_by(ours) == ["ALLOWED_BY_PROVIDER"] * 5


BROKEN = ["outage", "unauthorized", "hang", "garbage", "odd", "short"]


@pytest.fixture
def broken(request, provided, monkeypatch):
    monkeypatch.setattr(provider, "TIMEOUT_SECONDS", 0.5)
    provided.behaviour = request.param
    return provided


@pytest.mark.parametrize("broken", BROKEN, indirect=True)
def test_while_the_provider_is_away_a_closed_brand_makes_nothing(ours, broken, create):
    answer = create(WISH)
    assert (answer.status_code, answer.json()["code"]) == (503, "moderation_away")
    assert answer["Retry-After"]
    assert nothing_was_made(ours)


@pytest.mark.parametrize("broken", BROKEN, indirect=True)
def test_while_the_provider_is_away_an_open_brand_goes_by_the_deny_list(ours, broken, create):
    configure(ours, moderation_on_outage="open")
    refused(create(DENIED), "prompt")
    assert create(WISH).status_code == 202
    assert passed_by(ours) == ["PROVIDER_AWAY"]


def test_no_provider_is_reached_through_an_address_inside(ours, provided, create, settings):
    settings.EGRESS_ALLOW = []
    assert create(WISH).json()["code"] == "moderation_away"
    assert provided.asked == []


def test_no_transaction_is_open_while_the_provider_is_asked(committed, ours, provided, create):
    def open_transactions():
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as admin:
            return admin.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND datname = %s"
                " AND backend_type = 'client backend'",  # and no autovacuum
                [database],
            ).fetchone()[0]

    with brand_scope(ours.brand):
        database = connection.settings_dict["NAME"]
        assert open_transactions() == 1  # it would be seen
    provided.look = open_transactions
    assert create(WISH).status_code == 202
    assert provided.seen == [0]


def test_a_repeated_request_is_answered_though_its_words_are_denied_since(ours, create):
    first = create(WISH, **{"Idempotency-Key": "once"})
    configure(ours, denied_words=["mug"])
    again = create(WISH, **{"Idempotency-Key": "once"})
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])


def test_who_is_let_go_while_the_provider_is_asked_gets_nothing_made(committed, ours, provided):
    def let_go():
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], dbname=database) as admin:
            admin.execute("DELETE FROM brands_membership WHERE user_id = %s", [ours.editor.pk])

    database = connection.settings_dict["NAME"]
    provided.look = let_go
    answer = client_for(ours.editor).post(studio.url(ours, "generations/"), WISH)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert nothing_was_made(ours)


def test_a_connection_lost_while_the_provider_is_asked_is_a_database_away(committed, ours, provided, create):
    def cut():
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [database],
            )

    database = connection.settings_dict["NAME"]
    provided.look = cut
    answer = create(WISH)
    assert answer.status_code == 503
    connection.close()
    assert nothing_was_made(ours)


def test_what_a_provider_calls_a_category_can_always_be_told(provided, create):
    provided.behaviour = "strange"
    body = refused(create(WISH), "prompt")
    assert len(body["categories"]) == 1


def test_a_viewer_cannot_make_the_provider_be_asked(ours, provided):
    answer = client_for(ours.viewer).post(studio.url(ours, "generations/"), WISH)
    assert answer.status_code == 403
    assert provided.asked == []
