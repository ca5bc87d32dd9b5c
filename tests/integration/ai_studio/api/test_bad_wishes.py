"""What cannot be made is refused by the name of the field; nothing is written and nothing is charged."""

import json

import pytest

from ai_studio.models import Generation
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

WISH = {"type": "IMAGE_2D", "prompt": "a red mug"}
CHARACTERS = "\U0001f3a8"


def parameters(**given):
    return {**WISH, "parameters": given}


def nested(depth):
    value = {}
    for _ in range(depth):
        value = {"deeper": value}
    return value


BAD_WISHES = {
    "an unknown type": ({**WISH, "type": "SONG"}, "type"),
    "a type that is no text": ({**WISH, "type": ["IMAGE_2D"]}, "type"),
    "no type": ({"prompt": "a red mug"}, "type"),
    "no prompt": ({"type": "IMAGE_2D"}, "prompt"),
    "an empty prompt": ({**WISH, "prompt": ""}, "prompt"),
    "a prompt of spaces": ({**WISH, "prompt": " \t\n\u2003"}, "prompt"),
    "a null prompt": ({**WISH, "prompt": None}, "prompt"),
    "a prompt that is no text": ({**WISH, "prompt": {"text": "a red mug"}}, "prompt"),
    "a prompt of 4,001 characters": ({**WISH, "prompt": CHARACTERS * 4001}, "prompt"),
    "a negative prompt of 4,001 characters": ({**WISH, "negative_prompt": "x" * 4001}, "negative_prompt"),
    "an id of 401 characters": ({**WISH, "distinct_id": CHARACTERS * 401}, "distinct_id"),
    "an empty id": ({**WISH, "distinct_id": " "}, "distinct_id"),
    "an id that is a list": ({**WISH, "distinct_id": ["7"]}, "distinct_id"),
    "a NUL in the prompt": ({**WISH, "prompt": "a\0b"}, "prompt"),
    "a NUL deep in the extras": (parameters(extras={"a": [{"b": "\0"}]}), "parameters.extras.a.0.b"),
    "half a surrogate pair": ({**WISH, "prompt": "\ud83c"}, "prompt"),
    "an unknown field": ({**WISH, "promt": "a red mug"}, "promt"),
    "an unknown parameter": (parameters(cfg=7), "parameters.cfg"),
    "a status": ({**WISH, "status": "COMPLETED"}, "status"),
    "a price": ({**WISH, "estimated_cost_usd": "0"}, "estimated_cost_usd"),
    "another brand": ({**WISH, "brand": str(new_id())}, "brand"),
    "another person": ({**WISH, "user": 1}, "user"),
    "an unknown quality": (parameters(quality="best"), "parameters.quality"),
    "an unknown aspect ratio": (parameters(aspect_ratio="7:3"), "parameters.aspect_ratio"),
    "an unknown provider": ({**WISH, "provider": "acme"}, "provider"),
    "an unknown model": ({**WISH, "model": "gpt-image-99"}, "model"),
    "a negative seed": (parameters(seed=-1), "parameters.seed"),
    "a seed beyond 31 bits": (parameters(seed=2**31), "parameters.seed"),
    "a seed beyond 64 bits": (parameters(seed=10**30), "parameters.seed"),
    "a seed with a fraction": (parameters(seed=1.5), "parameters.seed"),
    "a seed that is a float": (parameters(seed=1.0), "parameters.seed"),
    "a seed that is true": (parameters(seed=True), "parameters.seed"),
    "a seed that is text": (parameters(seed="7"), "parameters.seed"),
    "no steps": (parameters(steps=0), "parameters.steps"),
    "more steps than the model takes": (parameters(steps=65), "parameters.steps"),
    "more guidance than the model takes": (parameters(guidance="20.5"), "parameters.guidance"),
    "guidance that is no number": (parameters(guidance="much"), "parameters.guidance"),
    "negative guidance": (parameters(guidance=-1), "parameters.guidance"),
    "guidance that is NaN": (parameters(guidance="NaN"), "parameters.guidance"),
    "a still that lasts": (parameters(duration_seconds=2), "parameters.duration_seconds"),
    "an animation that lasts too long": (
        {"type": "ANIMATION", "prompt": "a ball", "parameters": {"duration_seconds": 11}},
        "parameters.duration_seconds",
    ),
    "an animation that does not last": (
        {"type": "ANIMATION", "prompt": "a ball", "parameters": {"duration_seconds": 0}},
        "parameters.duration_seconds",
    ),
    "a priority of 10": ({**WISH, "priority": 10}, "priority"),
    "a negative priority": ({**WISH, "priority": -1}, "priority"),
    "parameters that are a list": ({**WISH, "parameters": [1]}, "parameters"),
    "extras that are a list": (parameters(extras=[1]), "parameters.extras"),
    "extras that are too big": (parameters(extras={"text": "x" * 8192}), "parameters.extras"),
    "extras that are too deep": (parameters(extras=nested(5)), "parameters.extras"),
    "a list": ([WISH], "non_field_errors"),
    "a word": ("a red mug", "non_field_errors"),
    "nothing": ({}, "type"),
}


def refused(answer, status=400):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["request_id"] == answer["X-Request-ID"]
    return problem


@pytest.fixture
def client(ours):
    return client_for(ours.key)


@pytest.fixture
def parent(ours):
    return studio.generation(ours)


@pytest.fixture
def foreign(theirs):
    return studio.finished(theirs)


@pytest.fixture
def foreign_collection(theirs, foreign):
    return studio.collection(theirs, foreign, visibility="BRAND")


@pytest.fixture(autouse=True)
def unchanged(ours, theirs, client, parent, foreign_collection):
    before = studio.rows_of_every_table(ours, theirs)
    yield
    assert studio.rows_of_every_table(ours, theirs) == before


def post(client, url, body):
    return client.post(url, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize(("wish", "field"), BAD_WISHES.values(), ids=BAD_WISHES.keys())
def test_a_bad_wish_is_refused_by_the_name_of_its_field(ours, client, wish, field):
    answer = client.post(
        studio.url(ours, "generations/"),
        json.dumps(wish),
        content_type="application/json",
        headers={"Idempotency-Key": "bad"},
    )
    assert field in refused(answer)["errors"]


@pytest.mark.parametrize(("wish", "field"), BAD_WISHES.values(), ids=BAD_WISHES.keys())
def test_a_bad_wish_in_a_batch_is_named_by_its_number(ours, client, wish, field):
    answer = post(client, studio.url(ours, "generations/batch/"), {"items": [WISH, wish, WISH]})
    fields = list(refused(answer)["errors"])
    whole = "items.1"
    assert (whole if field == "non_field_errors" else f"{whole}.{field}") in fields


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"items": []}, "items"),
        ({"items": [WISH] * 101}, "items"),
        ({"items": WISH}, "items"),
        ({}, "items"),
        ({"items": [WISH], "priority": 5}, "priority"),
    ],
)
def test_a_bad_batch_is_refused(ours, client, body, field):
    assert field in refused(post(client, studio.url(ours, "generations/batch/"), body))["errors"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"type": "IMAGE_2D", "prompt": "a", }',
        b'{"type": "IMAGE_2D", "prompt": "\xff"}',
        b'{"type": "IMAGE_2D", "prompt": "a", "parameters": {"guidance": NaN}}',
        b'{"type": "IMAGE_2D", "prompt": "a", "parameters": {"guidance": 1e999}}',
        b"[" * 100_000,
        b'{"type": "IMAGE_2D", "prompt": "a", "parameters": {"seed": ' + b"9" * 5000 + b"}}",
    ],
    ids=["empty", "cut off", "trailing comma", "not UTF-8", "NaN", "infinite", "100,000 deep", "5,000 digits"],
)
def test_wrong_json_is_refused(ours, client, body):
    refused(client.post(studio.url(ours, "generations/"), body, content_type="application/json"))


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"],
)
def test_a_wrong_content_type_is_refused(ours, client, content_type):
    answer = client.post(studio.url(ours, "generations/"), json.dumps(WISH), content_type=content_type)
    refused(answer, 415)


def test_a_body_that_is_too_large_is_refused(ours, client):
    wish = {**WISH, "prompt": "x" * 2_600_000}
    refused(post(client, studio.url(ours, "generations/"), wish), 413)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_a_method_that_is_not_offered_is_refused(ours, client, method):
    refused(getattr(client, method)(studio.url(ours, "generations/")), 405)


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ"])
def test_a_bad_idempotency_key_is_refused(ours, client, key):
    answer = client.post(studio.url(ours, "generations/"), WISH, headers={"Idempotency-Key": key})
    assert "Idempotency-Key" in refused(answer)["errors"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "count"),
        ({"count": 0}, "count"),
        ({"count": 21}, "count"),
        ({"count": 2.0}, "count"),
        ({"count": True}, "count"),
        ({"count": 2, "seed": 1}, "seed"),
        ({"count": 2, "changes": {"type": "MODEL_3D"}}, "changes.type"),
        ({"count": 2, "changes": {"parent": "x"}}, "changes.parent"),
        ({"count": 2, "changes": {"prompt": " "}}, "changes.prompt"),
        ({"count": 2, "changes": {"parameters": {"seed": -1}}}, "changes.parameters.seed"),
        ({"count": 2, "changes": {"parameters": {"steps": 65}}}, "changes.parameters.steps"),
        ({"count": 2, "changes": {"parameters": {"duration_seconds": 2}}}, "changes.parameters.duration_seconds"),
    ],
)
def test_bad_variations_are_refused(ours, client, parent, body, field):
    answer = post(client, studio.url(ours, f"generations/{parent.pk}/variations/"), body)
    assert field in refused(answer)["errors"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"prompt": "a mug"}, "prompt"),
        ({"changes": {"prompt": "x" * 4001}}, "changes.prompt"),
        ({"changes": {"parameters": {"quality": "best"}}}, "changes.parameters.quality"),
        ({"changes": {"parameters": {"guidance": 21}}}, "changes.parameters.guidance"),
    ],
)
def test_a_bad_version_is_refused(ours, client, parent, body, field):
    answer = post(client, studio.url(ours, f"generations/{parent.pk}/versions/"), body)
    assert field in refused(answer)["errors"]


@pytest.mark.parametrize("action", ["", "cancel/", "retry/", "variations/", "versions/", "attempts/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_generation_is_not_found(ours, client, foreign, action, method):
    urls = [studio.url(ours, f"generations/{pk}/{action}") for pk in (foreign.pk, new_id())]
    theirs, missing = (getattr(client, method)(url) for url in urls)
    assert theirs.status_code == missing.status_code
    assert theirs.status_code in {404, 405}
    assert theirs.json() | {"request_id": ""} == missing.json() | {"request_id": ""}


@pytest.mark.parametrize("name", ["parent", "collection", "user"])
def test_a_foreign_filter_is_refused_as_a_missing_one(ours, client, foreign, foreign_collection, name):
    values = {"parent": foreign.pk, "collection": foreign_collection.pk, "user": foreign.user_id}
    missing = 2**31 - 1 if name == "user" else new_id()
    answers = [client.get(studio.url(ours, "generations/"), {name: v}) for v in (values[name], missing)]
    problems = [refused(answer) | {"request_id": ""} for answer in answers]
    assert name in problems[0]["errors"]
    assert problems[0] == problems[1]


def test_nobody_is_told_that_the_brand_exists(theirs, client):
    foreign, missing = (client.get(f"/api/v1/brands/{brand}/ai/generations/") for brand in (theirs.id, new_id()))
    assert foreign.json() | {"request_id": ""} == missing.json() | {"request_id": ""}
    refused(foreign, 404)


def test_without_a_credential_nothing_is_answered(ours, parent):
    for method, path in (("get", "generations/"), ("post", "generations/"), ("get", f"generations/{new_id()}/")):
        answer = getattr(client_for(), method)(studio.url(ours, path))
        assert refused(answer, 401)
        assert answer["WWW-Authenticate"]
    with brand_scope(ours.brand):
        assert not Generation.objects.exclude(pk=parent.pk).exists()
