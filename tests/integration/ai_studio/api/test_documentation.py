"""What OpenAPI says is true."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests import studio
from tests.factories import client_for

PREFIX = "/api/v1/brands/{brand_id}/ai/"


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(public=True)


def examples(operation):
    content = operation["requestBody"]["content"]["application/json"]
    return [example["value"] for example in content["examples"].values()]


@pytest.mark.parametrize("path", ["generations/", "generations/batch/"])
def test_every_example_of_a_wish_is_accepted(ours, schema, path):
    wishes = examples(schema["paths"][PREFIX + path]["post"])
    assert wishes
    for wish in wishes:
        answer = client_for(ours.key).post(studio.url(ours, path), wish)
        assert answer.status_code == 202, answer.json()


@pytest.mark.parametrize("path", ["variations/", "versions/"])
def test_every_example_of_a_child_is_accepted(ours, schema, path):
    parent = studio.generation(ours)
    for body in examples(schema["paths"][f"{PREFIX}generations/{{id}}/{path}"]["post"]):
        answer = client_for(ours.key).post(studio.url(ours, f"generations/{parent.pk}/{path}"), body)
        assert answer.status_code == 202, answer.json()


def test_the_examples_of_collections_and_tags_are_accepted(ours, schema):
    client, made = client_for(ours.key), studio.generation(ours)
    for body in examples(schema["paths"][PREFIX + "collections/"]["post"]):
        answer = client.post(studio.url(ours, "collections/"), body)
        assert answer.status_code == 201, answer.json()
        documented = schema["components"]["schemas"]["Collection"]["properties"]
        assert set(answer.json()) == set(documented)
    for body in examples(schema["paths"][PREFIX + "generations/{id}/tags/"]["put"]):
        assert client.put(studio.url(ours, f"generations/{made.pk}/tags/"), body).json() == body


def test_a_detail_has_exactly_the_documented_fields(ours, schema):
    done = studio.finished(ours)
    body = client_for(ours.key).get(studio.url(ours, f"generations/{done.pk}/")).json()
    documented = schema["components"]["schemas"]["GenerationDetail"]
    assert set(body) == set(documented["properties"])
    assert set(documented["required"]) <= set(body)


def test_every_operation_has_a_summary_and_says_what_a_problem_looks_like(schema):
    for path, operations in schema["paths"].items():
        if not path.startswith(PREFIX):
            continue
        for method in {"get", "post", "patch"} & set(operations):
            operation = operations[method]
            assert operation["summary"], path
            assert "application/problem+json" in operation["responses"]["404"]["content"]
