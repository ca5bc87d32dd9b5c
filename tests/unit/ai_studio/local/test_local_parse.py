"""How prompts are read: inflections, context, negation, languages, limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_studio.providers.local.contract import RenderRequest
from ai_studio.providers.local.parse import MAX_INSTANCES, Reading, parse


def read(prompt: str, negative: str = "", **more: object) -> Reading:
    return parse(RenderRequest("IMAGE_2D", prompt, negative_prompt=negative, **more))  # type: ignore[arg-type]


def test_a_full_sentence_is_understood() -> None:
    reading = read("Three small red glass bottles and a wooden chair on a podium, golden hour, in the desert")
    bottle, chair = reading.scene.items
    assert (bottle.kind, bottle.count, bottle.size, bottle.material) == ("bottle", 3, "small", "glass")
    assert (chair.kind, chair.count, chair.material) == ("chair", 1, "wood")
    assert (reading.scene.support, reading.scene.light, reading.scene.setting) == ("podium", "golden", "desert")
    assert reading.ignored == ()
    assert reading.coverage == 1.0


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("leaves", "leaf"),
        ("cherries", "cherry"),
        ("boxes", "box"),
        ("houses", "house"),
        ("the chair's", "chair"),
        ("sneakers", "sneaker"),
    ],
)
def test_plurals_and_genitives_are_stripped(prompt: str, kind: str) -> None:
    assert read(prompt).scene.items[0].kind == kind


@pytest.mark.parametrize("form", ["spin", "spins", "spinning", "rotating", "rotated", "turns"])
def test_verbs_may_be_inflected(form: str) -> None:
    assert read(f"a bottle {form}").scene.motion == "spin"


def test_a_plural_without_a_number_means_three() -> None:
    assert read("bottles").scene.items[0].count == 3


def test_a_material_after_the_noun_belongs_to_it() -> None:
    item = read("a bottle made of gold").scene.items[0]
    assert (item.kind, item.material) == ("bottle", "gold")


def test_colour_before_background_colours_the_background() -> None:
    scene = read("a mug on a dark blue background").scene
    assert scene.background_colour
    assert scene.items[0].colours == ()


@pytest.mark.parametrize(
    ("prompt", "kind", "colours"),
    [("an orange vase", "vase", 1), ("an orange", "orange", 0), ("a rose", "rose", 0), ("a red rose", "rose", 1)],
)
def test_words_that_are_both_thing_and_colour_are_read_in_context(prompt: str, kind: str, colours: int) -> None:
    item = read(prompt).scene.items[0]
    assert (item.kind, len(item.colours)) == (kind, colours)


def test_mountains_are_a_place_after_in_and_a_thing_otherwise() -> None:
    assert read("a car in the mountains").scene.setting == "mountains"
    assert read("a mountain").scene.items[0].kind == "mountain"


def test_a_place_alone_shows_what_belongs_there() -> None:
    reading = read("desert")
    assert reading.scene.items[0].kind == "cactus"
    assert not reading.scene.abstract


def test_unknown_words_are_ignored_and_listed() -> None:
    reading = read("a flibbertigibbet bottle xyzzy")
    assert reading.ignored == ("flibbertigibbet", "xyzzy")
    assert reading.coverage == pytest.approx(1 / 3, abs=1e-3)


@pytest.mark.parametrize("prompt", ["", "   ", "!!!", "хорошая бутылка", "赤い瓶", "زجاجة حمراء", "🍾🍾", "qwertz"])
def test_a_prompt_without_known_words_still_gives_a_seeded_scene_and_says_so(prompt: str) -> None:
    reading = read(prompt, seed=7)
    assert reading.scene.abstract
    assert "abstract" in reading.scene.to_dict()["note"]
    assert reading.understood == ()
    assert reading.coverage == 0.0
    assert len(reading.scene.items) == 3


def test_words_of_other_scripts_are_listed() -> None:
    assert read("хорошая бутылка red mug").ignored == ("хорошая", "бутылка")


def test_accents_do_not_hide_words() -> None:
    assert read("a Châir").scene.items[0].kind == "chair"


@pytest.mark.parametrize(
    ("prompt", "negative", "node"),
    [
        ("a red vase", "red", "colour"),
        ("a glass vase", "glass", "material"),
        ("a vase in the desert", "desert", "setting"),
        ("a vase, confetti", "confetti", "effect"),
        ("a vase and a mug", "mug", "subject"),
    ],
)
def test_a_negative_word_removes_its_node(prompt: str, negative: str, node: str) -> None:
    with_it, without = read(prompt).scene, read(prompt, negative).scene
    assert with_it.to_dict() != without.to_dict()
    assert any(entry.startswith(f"{node}=") for entry in without.without)
    assert negative in read(prompt, negative).ignored


def test_no_and_without_negate_the_next_word() -> None:
    scene = read("a vase without shadow, no confetti").scene
    assert "effect=shadow" in scene.without
    assert scene.effects == ()


def test_quoted_text_is_copy_and_not_prompt() -> None:
    reading = read('a mug “Red desert sale” "Now"')
    assert reading.scene.copy_lines == ("Red desert sale", "Now")
    assert reading.scene.setting == "studio"


@pytest.mark.parametrize(
    "fifth",
    [
        ", six purple stars",
        "six purple stars",
        "six shiny stars made of glass",
        "six dark purple stars and a wooden chair",
    ],
)
def test_a_fifth_thing_is_ignored_with_the_words_that_describe_it(fifth: str) -> None:
    four = "a red mug, green cube, blue ball, yellow cone"
    reading = read(f"{four} {fifth}, in a forest")
    assert reading.scene.items == read(four).scene.items
    assert reading.scene.setting == "forest"
    assert reading.understood[: len(read(four).understood)] == read(four).understood
    assert {"six", "stars"} <= set(reading.ignored)
    assert not {"purple", "shiny", "glass", "wooden", "chair"} & {word for word, _ in reading.understood}
    assert reading.coverage < 1


@pytest.mark.parametrize(
    ("prompt", "lost", "kept"),
    [
        ("a mug in a forest, in the desert", "forest", "setting=desert"),
        ("golden hour, a mug by moonlight", "golden hour", None),
    ],
)
def test_a_word_that_a_later_one_overrules_is_ignored(prompt: str, lost: str, kept: str | None) -> None:
    reading = read(prompt)
    assert lost not in {words for words, _ in reading.understood}
    assert set(lost.split()) <= set(reading.ignored)
    assert kept is None or kept in {node for _, node in reading.understood}
    assert reading.coverage < 1


def test_the_same_said_twice_is_understood_twice() -> None:
    assert read("a mug in a forest, in a forest").ignored == ()


@pytest.mark.parametrize("number", ["1,000", "3.5", "2,500,000.25"])
def test_a_number_with_marks_in_it_is_one_word(number: str) -> None:
    reading = read(f"{number} mugs")
    assert reading.scene.items == read("mugs").scene.items
    assert reading.ignored == (number,)


def test_crowds_are_limited() -> None:
    scene = read("twelve vases and twelve mugs and nine chairs").scene
    assert sum(item.count for item in scene.items) <= MAX_INSTANCES


@given(st.text(max_size=200), st.text(max_size=60), st.integers(0, 2**31 - 1))
def test_any_text_parses_and_coverage_is_a_share(prompt: str, negative: str, seed: int) -> None:
    reading = read(prompt, negative, seed=seed)
    assert 0.0 <= reading.coverage <= 1.0
    assert 1 <= sum(item.count for item in reading.scene.items) <= MAX_INSTANCES
    assert reading == read(prompt, negative, seed=seed)
