"""Pictures that a generation starts from: the brand's own, kept by whatever descends from it."""

from uuid import uuid4

import pytest

from ai_studio.models import Generation, GenerationInput
from ai_studio.services import inputs
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

WISH = {"type": "IMAGE_2D", "prompt": "a red mug", "model": "gpt-image-1"}


@pytest.fixture(autouse=True)
def key(monkeypatch):
    """Who takes pictures needs one."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")


@pytest.fixture
def client(ours):
    return client_for(ours.key)


@pytest.fixture
def cup(ours):
    """The id of a picture of the brand."""
    with brand_scope(ours.brand):
        return str(studio.finished(ours).artifacts.get(role="RESULT").pk)


@pytest.fixture
def ask(ours, client):
    def post(*named, **wish):
        return client.post(studio.url(ours, "generations/"), {**WISH, "inputs": list(named), **wish}, format="json")

    return post


def detail(ours, client, id_):
    return client.get(studio.url(ours, f"generations/{id_}/")).json()


def test_a_wish_names_its_pictures_and_their_roles_in_order(ours, client, ask, cup):
    answer = ask({"artifact": cup}, {"artifact": cup, "role": "mask"})
    assert answer.status_code == 202
    shown = detail(ours, client, answer.json()["id"])["inputs"]
    assert shown == [{"artifact": cup, "role": "image"}, {"artifact": cup, "role": "mask"}]


@pytest.mark.parametrize("path", ["versions/", "variations/"])
def test_what_descends_from_it_starts_from_the_same_pictures(ours, client, ask, cup, path):
    parent = ask({"artifact": cup}).json()["id"]
    body = {"count": 1} if path == "variations/" else {"changes": {"prompt": "a blue mug"}}
    answer = client.post(studio.url(ours, f"generations/{parent}/{path}"), body, format="json").json()
    child = answer["items"][0] if "items" in answer else answer
    assert detail(ours, client, child["id"])["inputs"] == [{"artifact": cup, "role": "image"}]


def test_a_retry_starts_from_the_same_pictures(ours, client, ask, cup):
    first = ask({"artifact": cup}).json()["id"]
    client.post(studio.url(ours, f"generations/{first}/cancel/"))
    again = client.post(studio.url(ours, f"generations/{first}/retry/")).json()
    assert detail(ours, client, again["id"])["inputs"] == [{"artifact": cup, "role": "image"}]


def test_each_item_of_a_batch_has_its_own(ours, client, cup):
    items = [{**WISH, "inputs": [{"artifact": cup}]}, WISH]
    made = client.post(studio.url(ours, "generations/batch/"), {"items": items}, format="json").json()["items"]
    assert [len(detail(ours, client, each["id"])["inputs"]) for each in made] == [1, 0]


@pytest.mark.parametrize(
    ("named", "field"),
    [
        (lambda cup: [{"artifact": str(uuid4())}], "inputs.0.artifact"),
        (lambda cup: [{"artifact": "a cup"}], "inputs.0.artifact"),
        (lambda cup: [{"artifact": cup, "role": "sound"}], "inputs.0.role"),
        (lambda cup: [{"artifact": cup, "role": "mask"}], "inputs"),
        (lambda cup: [{"artifact": cup}, *[{"artifact": cup, "role": "mask"}] * 2], "inputs"),
        (lambda cup: [{"artifact": cup}] * 5, "inputs"),
        (lambda cup: [{"artifact": cup, "size": 1}], "inputs.0.size"),
        (lambda cup: [cup], "inputs.0"),
    ],
    ids=["missing", "no id", "unknown role", "mask alone", "two masks", "five", "unknown field", "no object"],
)
def test_what_cannot_be_is_refused_by_its_field_and_nothing_is_written(ours, ask, cup, named, field):
    answer = ask(*named(cup))
    assert answer.status_code == 400
    assert any(name.startswith(field) for name in answer.json()["errors"]), answer.json()
    with brand_scope(ours.brand):
        assert not GenerationInput.objects.exists()
        assert not Generation.objects.filter(model="gpt-image-1").exists()


def test_another_brands_picture_is_not_found(ask, theirs):
    with brand_scope(theirs.brand):
        foreign = str(studio.finished(theirs).artifacts.get(role="RESULT").pk)
    assert ask({"artifact": foreign}).json()["errors"] == ask({"artifact": str(uuid4())}).json()["errors"]


def test_only_pictures_of_a_bearable_size_are_taken(ours, ask, monkeypatch):
    made = studio.generation(ours)
    model = studio.artifact(made, role="EXTRA", name="model.glb", media_type="model/gltf-binary")
    picture = studio.artifact(made, role="EXTRA", name="large.png")
    monkeypatch.setattr(inputs, "MAX_BYTES", 10)
    for file, word in ((model, "image/png"), (picture, "bytes")):
        assert word in str(ask({"artifact": str(file.pk)}).json()["errors"]["inputs.0.artifact"])


@pytest.mark.parametrize("model", ["atelier-local-1", "gpt-image-1-mini"])
def test_a_model_that_takes_none_says_so(ask, cup, model):
    answer = ask({"artifact": cup}, model=model)
    assert answer.status_code == 400
    assert "does not start from: image" in str(answer.json())
