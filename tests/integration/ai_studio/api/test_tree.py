"""GET ai/generations/{id}/tree/: the family of a generation."""

import pytest

from ai_studio.services import lineage
from tests import studio
from tests.factories import client_for


@pytest.fixture
def tree(ours):
    def get(generation):
        answer = client_for(ours.viewer).get(studio.url(ours, f"generations/{generation.pk}/tree/"))
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return get


def child(tenant, parent, kind="VERSION", **facts):
    return studio.generation(tenant, parent=parent, parent_kind=kind, **facts)


def links(body):
    return [(row["id"], row["parent"], row["parent_kind"]) for row in body["generations"]]


def test_the_family_is_the_same_wherever_in_it_one_asks(ours, tree):
    root = studio.finished(ours)
    version = child(ours, root)
    variation = child(ours, version, "VARIATION")
    again = child(ours, variation, "RETRY")
    sibling = child(ours, root, "VARIATION")
    studio.generation(ours)
    bodies = [tree(member) for member in (root, version, variation, again, sibling)]
    assert all(body == bodies[0] | {"generations": body["generations"]} for body in bodies)
    wanted = [
        (str(root.pk), None, ""),
        (str(version.pk), str(root.pk), "VERSION"),
        (str(variation.pk), str(version.pk), "VARIATION"),
        (str(again.pk), str(variation.pk), "RETRY"),
        (str(sibling.pk), str(root.pk), "VARIATION"),
    ]
    assert [links(body) for body in bodies] == [wanted] * 5
    assert bodies[0]["truncated"] is False
    assert bodies[0]["generations"][0]["thumbnail"]["url"]


def test_a_large_family_is_cut_and_says_so_but_keeps_the_one_that_was_asked_for(ours, tree, monkeypatch):
    monkeypatch.setattr(lineage, "MOST_OF_TREE", 5)
    root = studio.generation(ours)
    children = [child(ours, root, "VARIATION") for _ in range(8)]
    last = child(ours, children[-1])
    body = tree(last)
    assert body["truncated"] is True
    shown = [row[0] for row in links(body)]
    assert len(shown) == 5
    assert shown == sorted(shown)
    assert {str(each.pk) for each in (root, children[-1], last)} <= set(shown)


def test_a_long_line_of_versions_is_cut_from_its_beginning(ours, tree, monkeypatch):
    monkeypatch.setattr(lineage, "MOST_OF_TREE", 5)
    line = [studio.generation(ours)]
    for _ in range(9):
        line.append(child(ours, line[-1]))
    body = tree(line[-1])
    assert body["truncated"] is True
    assert [row[0] for row in links(body)] == [str(each.pk) for each in line[-5:]]


def test_exactly_as_many_as_are_shown_are_not_cut(ours, tree, monkeypatch):
    monkeypatch.setattr(lineage, "MOST_OF_TREE", 5)
    root = studio.generation(ours)
    for _ in range(4):
        child(ours, root)
    assert (len(tree(root)["generations"]), tree(root)["truncated"]) == (5, False)


def test_another_brands_family_is_not_found(ours, theirs):
    foreign = studio.generation(theirs)
    assert client_for(ours.key).get(studio.url(ours, f"generations/{foreign.pk}/tree/")).status_code == 404
    url = studio.url(ours, f"generations/{studio.generation(ours).pk}/tree/?limit=5")
    assert list(client_for(ours.key).get(url).json()["errors"]) == ["limit"]
