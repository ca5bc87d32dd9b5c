"""How a brand wants its prompts read and improved; and a chat model that improves them."""

import json
import os

import psycopg
import pytest
from django.db import connection

from ai_studio.models import StudioSettings
from ai_studio.services import chat_model
from brands import secrets
from brands.models import AuditEntry
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for
from tests.moderation_server import KEY

MUG = {"type": "IMAGE_2D", "prompt": "a mug"}
DEFAULTS = {
    "moderation": "deny_list",
    "moderation_on_outage": "closed",
    "denied_words": [],
    "tone": [],
    "optimizer": "rules",
}
BY_RULES = "a mug, in navy and yellow, made of ceramic, calm, soft light, minimalist, front view"


@pytest.fixture
def client(ours):
    return client_for(ours.key)


@pytest.fixture
def configure(ours, client):
    def patch(**changes):
        answer = client.patch(studio.url(ours, "prompts/settings/"), changes)
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return patch


@pytest.fixture
def improve(ours, client):
    return lambda body: client.post(studio.url(ours, "prompts/optimize/"), body).json()


@pytest.fixture
def chat(ours, server, configure):
    """The brand's prompts are improved by a chat model, under its own key."""
    configure(optimizer="chat_model")
    with brand_scope(ours.brand):
        secrets.keep(actor=ours.actor(), brand=ours.brand, name="provider.openai", value=KEY)
    return server


def test_settings_are_read_and_changed_and_the_change_is_audited(ours, theirs, client, configure):
    url = studio.url(ours, "prompts/settings/")
    assert client.get(url).json() == DEFAULTS
    wanted = {"moderation": "provider", "moderation_on_outage": "open", "denied_words": ["Rival"], "tone": ["premium"]}
    assert configure(**wanted) == DEFAULTS | wanted
    assert client.get(url).json() == DEFAULTS | wanted
    assert client_for(theirs.key).get(studio.url(theirs, "prompts/settings/")).json() == DEFAULTS
    with brand_scope(ours.brand):
        entry = AuditEntry.objects.get(action="prompts.settings_changed")
        assert entry.details == {"changed": sorted(wanted)}
        StudioSettings.objects.all().delete()
    assert client.get(url).json() == DEFAULTS


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"moderation": "nobody"}, "moderation"),
        ({"moderation_on_outage": "ajar"}, "moderation_on_outage"),
        ({"optimizer": "oracle"}, "optimizer"),
        ({"denied_words": "rival"}, "denied_words"),
        ({"denied_words": ["?!"]}, "denied_words"),
        ({"denied_words": ["x"] * 201}, "denied_words"),
        ({"tone": ["grumbly"]}, "tone"),
        ({"tone": ["mug"]}, "tone"),
        ({"tone": ["calm"] * 6}, "tone"),
        ({"max_running": 1}, "max_running"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_by_its_field(ours, client, changes, field):
    answer = client.patch(studio.url(ours, "prompts/settings/"), changes)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_who_may_look_at_the_brand_sees_them_and_who_manages_it_changes_them(ours):
    url = studio.url(ours, "prompts/settings/")
    assert client_for(ours.viewer).get(url).status_code == 200
    assert client_for(ours.editor).patch(url, {"tone": ["calm"]}).status_code == 403
    assert client_for(ours.admin).patch(url, {"tone": ["calm"]}).status_code == 200


def test_the_brands_tone_is_added_where_the_prompt_has_none_and_it_says_so(configure, improve):
    configure(tone=["playful", "watercolor"])
    body = improve(MUG)
    assert body["prompt"] == "a mug, in navy and yellow, made of ceramic, playful, bright light, watercolor, front view"
    whys = {change["slot"]: change["why"] for change in body["changes"]}
    assert whys["mood"] == "No mood was named; it is the brand's tone."
    assert whys["style"] == "No style was named; it is the brand's tone."
    assert ", romantic, " in improve({**MUG, "prompt": "a mug, romantic"})["prompt"]
    assert "playful" not in improve({**MUG, "prompt": "a mug, romantic"})["prompt"]


def test_a_models_surface_follows_the_tone(configure, improve):
    configure(tone=["premium"])
    changes = improve({"type": "MODEL_3D", "prompt": "a mug"})["changes"]
    assert changes[-1]["text"] == "polished"
    assert changes[-1]["why"] == "No surface was named; it suits the brand's tone: premium."


def test_the_rules_say_that_they_did_it(improve):
    body = improve(MUG)
    assert (body["prompt"], body["by"], body["instead_because"]) == (BY_RULES, "rules", None)


def test_a_chat_model_is_told_the_brands_tone_and_its_answer_is_explained(chat, configure, improve):
    configure(tone=["premium"])
    change = {"slot": "light", "text": "rim light", "why": "It shows the handle."}
    chat.said = {"prompt": "a mug in rim light", "changes": [change]}
    body = improve({**MUG, "negative_prompt": "text"})
    assert (body["prompt"], body["by"], body["instead_because"]) == ("a mug in rim light", "chat_model", None)
    assert body["changes"] == [{"kind": "changed", **change}]
    assert body["coverage_before"] == body["coverage_after"] == 1.0
    (asked,) = chat.asked
    assert asked["response_format"]["json_schema"]["strict"] is True
    said = json.loads(asked["messages"][1]["content"])
    assert (said["prompt"], said["negative_prompt"], said["brand_tone"]) == ("a mug", "text", ["premium"])
    assert chat.keys == [f"Bearer {KEY}"]


def test_what_a_chat_model_says_is_cut(chat, improve):
    change = {"slot": "s" * 1000, "text": "t\x00" * 500, "why": "w" * 500}
    chat.said = {"prompt": " a mug\x00 ", "changes": [change] * 50}
    body = improve(MUG)
    assert body["prompt"] == "a mug"
    assert len(body["changes"]) == 12
    assert [len(body["changes"][0][name]) for name in ("slot", "text", "why")] == [40, 200, 300]
    assert "\x00" not in json.dumps(body)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (("outage", None), "The chat model answered 503."),
        (("unauthorized", None), "The chat model answered 401."),
        (("garbage", None), "The chat model's answer cannot be read."),
        (("refuse", None), "The chat model refused this prompt."),
        (("hang", None), "127.0.0.1 took too long."),
        (("answer", {"prompt": "a mug"}), "The chat model's answer cannot be read."),
        (("answer", {"prompt": ["a mug"], "changes": []}), "The chat model's answer cannot be read."),
        (("answer", {"prompt": "a mug", "changes": [{"slot": "x"}]}), "The chat model's answer cannot be read."),
        (("answer", "a mug"), "The chat model's answer cannot be read."),
        (("answer", {"prompt": " ", "changes": []}), "The chat model's prompt has not 1 to 4000 characters."),
        (("answer", {"prompt": "m" * 4001, "changes": []}), "The chat model's prompt has not 1 to 4000 characters."),
    ],
)
def test_when_a_chat_model_is_of_no_use_the_rules_help_and_the_reason_is_said(chat, improve, monkeypatch, reply, why):
    monkeypatch.setattr(chat_model, "TIMEOUT_SECONDS", 0.5)
    chat.behaviour, chat.said = reply
    body = improve(MUG)
    assert (body["prompt"], body["by"], body["instead_because"]) == (BY_RULES, "rules", why)


def test_without_a_key_the_rules_help(server, configure, improve):
    configure(optimizer="chat_model")
    body = improve(MUG)
    assert (body["by"], body["instead_because"]) == (
        "rules",
        "No key of the chat model is known: keep the secret provider.openai.",
    )
    assert server.asked == []


def test_no_transaction_is_open_while_the_chat_model_is_asked(committed, chat, improve):
    database = connection.settings_dict["NAME"]

    def open_transactions():
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as admin:
            query = "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND datname = %s"
            return admin.execute(query, [database]).fetchone()[0]

    chat.look = open_transactions
    assert improve(MUG)["by"] == "chat_model"
    assert chat.seen == [0]
