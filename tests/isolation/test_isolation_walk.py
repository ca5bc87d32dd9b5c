"""No brand sees, changes or guesses another's: the walk over every route, and proof that it would notice."""

from typing import Any

import pytest

from tests import factories, studio
from tests.isolation import controls
from tests.isolation.routes import IN_BRAND, MissingEntries, all_routes
from tests.isolation.walk import same_answer_for_foreign_and_missing, walk
from tests.isolation.world import make_world

# The walk asks thousands of questions in one test.
pytestmark = [pytest.mark.usefixtures("walkable"), pytest.mark.timeout(600)]
ENOUGH = 500
PARTS = 4  # so that test processes share them


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_of_a_brand_is_shown_or_changed_by_outsiders_or_the_powerless(part: int) -> None:
    findings = walk(part=part, parts=PARTS)
    assert findings.leaks == []
    assert findings.probes >= ENOUGH


def test_without_the_orm_layer_row_security_still_holds() -> None:
    with controls.orm_layer_off():
        assert walk(**controls.NARROW).leaks == []


def test_without_row_security_the_orm_layer_still_holds() -> None:
    with controls.row_security_off():
        assert walk(**controls.NARROW).leaks == []


def test_without_both_the_walk_finds_leaks() -> None:
    with controls.both_off():
        leaks = walk(**controls.NARROW).leaks
    assert any("was shown" in leak for leak in leaks)
    assert any("changed" in leak for leak in leaks)


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ("generation", "generations/{}/"),
        ("artifact", "artifacts/{}/"),
        ("generation", "generations/?parent={}"),
        ("collection", "generations/?collection={}"),
        ("generation", "ledger/?generation={}"),
        ("collection", "collections/{}/"),
        ("collection", "collections/{}/items/"),
        ("generation", "collections/?generation={}"),
    ],
)
def test_a_row_of_another_brand_looks_like_one_that_does_not_exist(row: str, path: str) -> None:
    world = make_world()
    client = factories.client_for(world.attacker.key)
    assert same_answer_for_foreign_and_missing(
        world, lambda id_: client.get(studio.url(world.attacker, path.format(id_))), row
    )


def test_another_brands_file_to_start_from_looks_like_one_that_does_not_exist() -> None:
    world = make_world()
    client = factories.client_for(world.attacker.key)
    wish = {"type": "IMAGE_2D", "prompt": "an attack", "model": "gpt-image-1"}

    def ask(id_: str) -> Any:
        body = {**wish, "inputs": [{"artifact": id_}]}
        return client.post(studio.url(world.attacker, "generations/"), body, format="json")

    assert ask(world.rows["artifact"]).status_code == 400
    assert same_answer_for_foreign_and_missing(world, ask, "artifact")


def test_every_route_is_known_to_the_walk() -> None:
    assert {route.name for route in all_routes()} >= {"brand", "ai:generation-list", "members"}


def test_a_route_that_nobody_described_fails_the_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(IN_BRAND, "members")
    with pytest.raises(MissingEntries, match="members"):
        all_routes()
