"""A prompt is improved without making or costing anything."""

import pytest

from brands.models import Brand
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for


@pytest.fixture
def optimise(ours):
    def post(body, credential=ours.key):
        return client_for(credential).post(studio.url(ours, "prompts/optimize/"), body)

    return post


def test_a_prompt_comes_back_with_what_was_missing_and_why(optimise):
    body = optimise({"type": "MODEL_3D", "prompt": "a mug of marbel"}).json()
    assert body["prompt"] == "a mug of marbel, in navy and yellow, made of ceramic, matte"
    assert body["changes"][-2:] == [
        {
            "kind": "added",
            "slot": "finish",
            "text": "matte",
            "why": "No surface was named; a matte one shows the shape.",
        },
        {
            "kind": "suggested",
            "slot": "spelling",
            "text": "marble",
            "why": "marbel is not known and was ignored; marble is.",
        },
    ]
    assert body["understood"][0] == {"word": "mug", "node": "subject.kind=mug"}
    assert body["ignored"] == ["marbel"]
    assert (body["coverage_before"], body["coverage_after"]) == (0.5, 0.8333)


def test_nothing_is_written_and_nothing_is_charged(ours, theirs, optimise):
    optimise({"type": "IMAGE_2D", "prompt": "a mug"})
    before = studio.rows_of_every_table(ours, theirs)
    assert optimise({"type": "IMAGE_2D", "prompt": "a mug"}).status_code == 200
    assert studio.rows_of_every_table(ours, theirs) == before


def test_the_palette_is_the_brands_own(ours, theirs, optimise):
    with brand_scope(theirs.brand):
        Brand.objects.update(palette=["#ff0000"])
    assert "in navy and yellow" in optimise({"type": "IMAGE_2D", "prompt": "a mug"}).json()["prompt"]
    with brand_scope(ours.brand):
        Brand.objects.update(palette=["#2563d8"])
    assert "in blue, " in optimise({"type": "IMAGE_2D", "prompt": "a mug"}).json()["prompt"]


def test_what_it_answers_is_a_wish_that_is_accepted(ours, optimise):
    prompt = optimise({"type": "IMAGE_2D", "prompt": "m" * 3990}).json()["prompt"]
    wish = {"type": "IMAGE_2D", "prompt": prompt}
    assert client_for(ours.key).post(studio.url(ours, "generations/"), wish).status_code == 202


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"prompt": "a mug"}, "type"),
        ({"type": "HOLOGRAM", "prompt": "a mug"}, "type"),
        ({"type": "IMAGE_2D"}, "prompt"),
        ({"type": "IMAGE_2D", "prompt": "  "}, "prompt"),
        ({"type": "IMAGE_2D", "prompt": "m" * 4001}, "prompt"),
        ({"type": "IMAGE_2D", "prompt": "a\x00mug"}, "prompt"),
        ({"type": "IMAGE_2D", "prompt": ["a mug"]}, "prompt"),
        ({"type": "IMAGE_2D", "prompt": "a mug", "negative_prompt": 4001 * "m"}, "negative_prompt"),
        ({"type": "IMAGE_2D", "prompt": "a mug", "style": "flat"}, "style"),
    ],
)
def test_a_bad_body_is_refused_by_its_field(optimise, body, field):
    answer = optimise(body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_only_who_may_run_generations_may_ask(ours, optimise):
    body = {"type": "IMAGE_2D", "prompt": "a mug"}
    assert optimise(body, ours.editor).status_code == 200
    assert optimise(body, ours.viewer).status_code == 403
    assert optimise(body, ours.key_with("asset.view")).status_code == 403


def test_it_has_a_rate_limit_of_its_own(optimise):
    answer = optimise({"type": "IMAGE_2D", "prompt": "a mug"})
    assert answer.headers["RateLimit-Policy"] == '"OptimizeView";q=120;w=60'
