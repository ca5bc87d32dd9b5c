"""Prompt templates: kept, versioned, filled in, and made into generations."""

import pytest

from ai_studio.models import Generation, LedgerEntry, PromptTemplate, PromptTemplateVersion
from brands.models import AuditEntry, DomainEvent
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

BODY = {
    "name": "Podium",
    "type": "IMAGE_2D",
    "body": "a {{colour}} {{product}} on a podium, {{ mood }}, {{count}} balloons",
    "negative_prompt": "{{without}}",
    "variables": [
        {"name": "product", "label": "Product"},
        {"name": "colour", "kind": "colour", "default": "#112233"},
        {"name": "mood", "kind": "choice", "choices": ["calm", "playful"], "default": "calm"},
        {"name": "count", "kind": "number", "min": "1", "max": "5", "default": "3"},
        {"name": "without", "required": False},
    ],
    "parameters": {"quality": "high", "guidance": "7.5", "extras": {"a": 1}},
}


@pytest.fixture
def client(ours):
    return client_for(ours.key)


@pytest.fixture
def keep(ours, client):
    def post(**changes):
        answer = client.post(studio.url(ours, "prompt-templates/"), {**BODY, **changes})
        assert answer.status_code == 201, answer.json()
        return answer.json()

    return post


@pytest.fixture
def ask(ours, client):
    def post(kept, /, **wish):
        return client.post(studio.url(ours, "generations/"), {"template": kept["id"], **wish})

    return post


def one(ours, template, below=""):
    return studio.url(ours, f"prompt-templates/{template['id']}/{below}")


def errors(answer):
    assert answer.status_code == 400, answer.json()
    return answer.json()["errors"]


def test_a_kept_template_becomes_a_generation_with_its_words_and_parameters(ours, client, keep, ask):
    template = keep()
    answer = ask(template, variables={"product": "mug", "count": 2, "colour": "red"}, priority=7)
    assert answer.status_code == 202, answer.json()
    body = answer.json()
    assert body["prompt"] == "a red mug on a podium, calm, 2 balloons"
    assert (body["type"], body["negative_prompt"], body["priority"]) == ("IMAGE_2D", "", 7)
    assert body["parameters"]["quality"] == "high"
    assert body["parameters"]["guidance"] == "7.50"
    values = {"product": "mug", "colour": "red", "mood": "calm", "count": "2"}
    assert body["template"] == {"id": template["id"], "version": 1, "values": values}
    assert client.get(answer["Location"]).json()["template"] == body["template"]


def test_what_the_wish_says_wins_over_what_the_template_says(keep, ask):
    parameters = {"quality": "standard", "extras": {"b": 2}}
    body = ask(keep(), variables={"product": "mug"}, negative_prompt="rain", parameters=parameters).json()
    assert body["parameters"]["quality"] == "standard"
    assert body["parameters"]["extras"] == {"a": 1, "b": 2}
    assert body["negative_prompt"] == "rain"


def test_a_preview_says_what_a_generation_would_be_asked_for(ours, theirs, client, keep):
    template = keep()
    before = studio.rows_of_every_table(ours, theirs)
    shown = client.post(one(ours, template, "render/"), {"variables": {"product": "mug", "without": "fog"}}).json()
    assert shown["prompt"] == "a navy mug on a podium, calm, 3 balloons"
    assert shown["negative_prompt"] == "fog"
    assert shown["values"] == {"product": "mug", "colour": "#112233", "mood": "calm", "count": "3", "without": "fog"}
    assert studio.rows_of_every_table(ours, theirs) == before


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({}, "variables.product"),
        ({"product": ""}, "variables.product"),
        ({"product": None}, "variables.product"),
        ({"product": "m" * 501}, "variables.product"),
        ({"product": ["mug"]}, "variables.product"),
        ({"product": True}, "variables.product"),
        ({"product": "mug", "size": "big"}, "variables.size"),
        ({"product": "mug", "colour": "#12345"}, "variables.colour"),
        ({"product": "mug", "colour": "#12345g"}, "variables.colour"),
        ({"product": "mug", "colour": "mauvish"}, "variables.colour"),
        ({"product": "mug", "mood": "angry"}, "variables.mood"),
        ({"product": "mug", "count": 6}, "variables.count"),
        ({"product": "mug", "count": 0.5}, "variables.count"),
        ({"product": "mug", "count": "many"}, "variables.count"),
        ({"product": "mug", "count": "NaN"}, "variables.count"),
        ({"product": "mug", "count": "1e999999"}, "variables.count"),
        ("mug", "variables"),
        ({f"v{n}": "x" for n in range(31)}, "variables"),
    ],
)
def test_what_is_missing_unknown_or_does_not_fit_is_named_and_nothing_is_made(ours, keep, ask, variables, field):
    template, client = keep(), client_for(ours.key)
    assert list(errors(client.post(one(ours, template, "render/"), {"variables": variables}))) == [field]
    assert list(errors(ask(template, variables=variables))) == [field]
    item = {"template": template["id"], "variables": variables}
    batch = client.post(studio.url(ours, "generations/batch/"), {"items": [{"type": "IMAGE_2D", "prompt": "x"}, item]})
    assert list(errors(batch)) == [f"items.1.{field}"]
    with brand_scope(ours.brand):
        assert not Generation.objects.exists()
        assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("value", ["{{mood}}", "{{ count }}", "{% now 'Y' %}", "{0.__class__}", "%(product)s", "\\1"])
def test_what_is_put_in_is_never_read_as_a_template(keep, ask, value):
    body = ask(keep(), variables={"product": value}).json()
    assert body["prompt"] == f"a navy {value} on a podium, calm, 3 balloons"


def test_what_may_be_left_out_leaves_no_gap(keep, ask):
    template = keep(
        body="a {{size}} mug {{place}}, red",
        negative_prompt="",
        variables=[{"name": "size", "required": False}, {"name": "place", "required": False}],
    )
    assert ask(template).json()["prompt"] == "a mug, red"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"prompt": "a mug", "variables": {"product": "mug"}}, "template"),
        ({"variables": {"product": "mug"}, "type": "MODEL_3D"}, "type"),
        ({"template": "nothing", "variables": {"product": "mug"}}, "template"),
        ({"template": "00000000-0000-7000-8000-000000000000"}, "template"),
        ({"template": None, "type": "IMAGE_2D", "prompt": "a mug", "variables": {}}, "variables"),
        ({"template": None, "type": "IMAGE_2D"}, "prompt"),
    ],
)
def test_a_wish_has_a_prompt_or_a_template(keep, ask, wish, field):
    assert list(errors(ask(keep(), **wish))) == [field]


def test_a_template_without_a_type_leaves_it_to_the_wish(keep, ask):
    template = keep(type="")
    assert list(errors(ask(template, variables={"product": "mug"}))) == ["type"]
    assert ask(template, variables={"product": "mug"}, type="MODEL_3D").json()["type"] == "MODEL_3D"


def test_a_prompt_that_grows_too_long_is_refused(keep, ask):
    template = keep(body="{{a}}" * 9, negative_prompt="", variables=[{"name": "a"}])
    assert list(errors(ask(template, variables={"a": "m" * 500}))) == ["variables"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"type": "SONG"}, "type"),
        ({"body": ""}, "body"),
        ({"body": "a {{thing}}", "negative_prompt": "", "variables": []}, "body"),
        ({"body": "a {{product.name}}", "negative_prompt": "", "variables": []}, "body"),
        ({"body": "a {{Product}}", "negative_prompt": "", "variables": []}, "body"),
        ({"body": "a mug }}", "negative_prompt": "", "variables": []}, "body"),
        ({"negative_prompt": "{{nobody}} {{without}}"}, "negative_prompt"),
        ({"variables": [*BODY["variables"], {"name": "unused"}]}, "variables.5.name"),
        ({"variables": [*BODY["variables"], {"name": "product"}]}, "variables.5.name"),
        ({"variables": [{"name": "9lives"}]}, "variables.0.name"),
        ({"variables": [{"name": "a", "kind": "date"}]}, "variables.0.kind"),
        ({"variables": [{"name": "a", "colour": "red"}]}, "variables.0.colour"),
        ({"variables": [{"name": f"v{n}"} for n in range(31)]}, "variables"),
        ({"parameters": {"quality": "best"}}, "parameters.quality"),
        ({"parameters": {"seeds": 1}}, "parameters.seeds"),
        ({"version": 9}, "version"),
    ],
)
def test_a_template_that_does_not_fit_together_is_refused_by_its_field(ours, client, changes, field):
    answer = client.post(studio.url(ours, "prompt-templates/"), {**BODY, **changes})
    assert list(errors(answer)) == [field]
    with brand_scope(ours.brand):
        assert not PromptTemplate.objects.exists()


@pytest.mark.parametrize(
    ("variable", "field"),
    [
        ({"kind": "choice"}, "choices"),
        ({"kind": "text", "choices": ["a"]}, "choices"),
        ({"kind": "choice", "choices": ["a"], "default": "b"}, "default"),
        ({"kind": "number", "min": "5", "max": "1"}, "max"),
        ({"kind": "number", "min": "5", "default": "1"}, "default"),
        ({"kind": "text", "min": "5"}, "min"),
        ({"kind": "colour", "default": "reddish"}, "default"),
    ],
)
def test_a_variable_that_contradicts_itself_is_refused(ours, client, variable, field):
    template = {"name": "One", "body": "{{a}}", "variables": [{"name": "a", **variable}]}
    assert list(errors(client.post(studio.url(ours, "prompt-templates/"), template))) == [f"variables.0.{field}"]


def test_new_content_is_a_new_version_and_the_old_one_stays_readable(ours, client, keep, ask):
    template = keep()
    first = ask(template, variables={"product": "mug"}).json()
    changed = client.patch(one(ours, template), {"body": "{{product}}, {{colour}}, {{mood}}, {{count}}"}).json()
    assert changed["version"] == 2
    second = ask(template, variables={"product": "mug"}).json()
    assert [made["template"]["version"] for made in (first, second)] == [1, 2]
    versions = client.get(one(ours, template, "versions/")).json()["results"]
    assert [(kept["number"], kept["body"]) for kept in versions] == [(2, changed["body"]), (1, BODY["body"])]


def test_a_new_name_is_no_new_version_and_the_same_again_changes_nothing(ours, client, keep):
    template = keep()
    assert client.patch(one(ours, template), {"name": "Plinth"}).json()["version"] == 1
    with brand_scope(ours.brand):
        told = DomainEvent.objects.filter(type="template.changed").count()
    assert client.patch(one(ours, template), {"name": "Plinth", "body": BODY["body"]}).json()["version"] == 1
    with brand_scope(ours.brand):
        assert DomainEvent.objects.filter(type="template.changed").count() == told
        assert PromptTemplateVersion.objects.count() == 1


def test_a_change_that_would_not_fit_leaves_the_template_as_it_was(ours, client, keep):
    template = keep()
    assert list(errors(client.patch(one(ours, template), {"body": "{{gone}}"})))
    assert client.get(one(ours, template)).json() == template


def test_names_are_unique_among_templates_in_use(ours, theirs, client, keep):
    template, other = keep(), keep(name="Another")
    assert list(errors(client.post(studio.url(ours, "prompt-templates/"), BODY))) == ["name"]
    assert list(errors(client.patch(one(ours, other), {"name": "Podium"}))) == ["name"]
    assert client_for(theirs.key).post(studio.url(theirs, "prompt-templates/"), BODY).status_code == 201
    assert client.delete(one(ours, template)).status_code == 204
    keep()


def test_an_archived_template_is_read_but_neither_listed_used_nor_changed(ours, client, keep, ask):
    template = keep()
    made = ask(template, variables={"product": "mug"}).json()
    assert client.delete(one(ours, template)).status_code == 204
    assert client.get(studio.url(ours, "prompt-templates/")).json()["results"] == []
    assert client.get(one(ours, template)).json()["archived_at"]
    assert list(errors(ask(template, variables={"product": "mug"}))) == ["template"]
    for again in (client.patch(one(ours, template), {"name": "New"}), client.delete(one(ours, template))):
        assert (again.status_code, again.json()["code"]) == (409, "template_archived")
    assert client.get(studio.url(ours, f"generations/{made['id']}/")).json()["template"]["id"] == template["id"]


def test_children_keep_the_template_until_they_have_other_words(ours, client, keep, ask):
    made = ask(keep(), variables={"product": "mug"}).json()
    versions = studio.url(ours, f"generations/{made['id']}/versions/")
    same = client.post(versions, {"changes": {"parameters": {"quality": "ultra"}}}).json()
    other = client.post(versions, {"changes": {"prompt": "a vase"}}).json()
    assert same["template"] == made["template"]
    assert other["template"] is None


def test_another_brands_template_is_like_none(ours, theirs, keep):
    template = keep()
    stranger = client_for(theirs.key)
    for answer in (stranger.get(one(theirs, template)), stranger.get(one(ours, template))):
        assert answer.status_code == 404
    wish = {"template": template["id"], "variables": {"product": "mug"}}
    assert errors(stranger.post(studio.url(theirs, "generations/"), wish)) == {"template": ["Not found, or archived."]}
    assert list(errors(stranger.get(studio.url(theirs, "generations/"), {"template": template["id"]}))) == ["template"]


def test_who_may_look_may_preview_and_who_may_edit_may_change(ours, keep):
    template = keep()
    viewer, editor = client_for(ours.viewer), client_for(ours.editor)
    variables = {"variables": {"product": "mug"}}
    assert viewer.get(one(ours, template)).status_code == 200
    assert viewer.post(one(ours, template, "render/"), variables).status_code == 200
    assert viewer.post(studio.url(ours, "prompt-templates/"), {**BODY, "name": "Mine"}).status_code == 403
    assert viewer.patch(one(ours, template), {"name": "Mine"}).status_code == 403
    assert viewer.delete(one(ours, template)).status_code == 403
    assert editor.patch(one(ours, template), {"name": "Mine"}).status_code == 200


def test_what_happens_to_templates_is_audited_and_told(ours, client, keep):
    template = keep()
    client.patch(one(ours, template), {"negative_prompt": "", "variables": BODY["variables"][:4]})
    client.delete(one(ours, template))
    wanted = ["template.created", "template.changed", "template.archived"]
    with brand_scope(ours.brand):
        audited = AuditEntry.objects.filter(action__startswith="template.").order_by("at")
        assert list(audited.values_list("action", flat=True)) == wanted
        told = DomainEvent.objects.filter(type__startswith="template.").order_by("seq")
        assert list(told.values_list("type", flat=True)) == wanted
        assert told[1].payload["changed"] == ["negative_prompt", "variables"]


def test_generations_of_a_template_can_be_listed(ours, client, keep, ask):
    template = keep()
    made = ask(template, variables={"product": "mug"}).json()
    studio.generation(ours)
    found = client.get(studio.url(ours, "generations/"), {"template": template["id"]}).json()["results"]
    assert [row["id"] for row in found] == [made["id"]]


def test_the_same_key_keeps_one_template(ours, client):
    headers = {"Idempotency-Key": "once"}
    answers = [client.post(studio.url(ours, "prompt-templates/"), BODY, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    with brand_scope(ours.brand):
        assert PromptTemplate.objects.count() == 1


def test_a_change_brings_its_variables_whole(ours, client, keep):
    template = keep()
    answer = client.patch(one(ours, template), {"variables": [{"kind": "text"}]})
    assert list(errors(answer)) == ["variables.0.name"]
    assert client.get(one(ours, template)).json() == template


def test_a_repeated_request_is_answered_though_its_template_is_archived_since(ours, client, keep, ask):
    template, key = keep(), {"Idempotency-Key": "once"}
    wish = {"template": template["id"], "variables": {"product": "mug"}}
    first, again = (client.post(studio.url(ours, "generations/"), wish, headers=key) for _ in range(2))
    client.delete(one(ours, template))
    later = client.post(studio.url(ours, "generations/"), wish, headers=key)
    assert [answer.status_code for answer in (first, again, later)] == [202] * 3, later.json()
    assert later.json()["id"] == first.json()["id"]
