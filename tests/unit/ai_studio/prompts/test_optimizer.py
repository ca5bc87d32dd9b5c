"""The optimiser adds what is missing, loses nothing, and explains itself."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_studio.prompts import colours
from ai_studio.prompts.optimizer import Optimised, Wish, optimise
from ai_studio.prompts.slots import SLOTS
from ai_studio.providers.local.contract import TYPES, RenderRequest
from ai_studio.providers.local.lexicon import index
from ai_studio.providers.local.lexicon.colours import COLOURS
from ai_studio.providers.local.lexicon.subjects import KINDS
from ai_studio.providers.local.parse import parse, tokens

PALETTE = ("#112233", "#ffcc00")
COMPLETE = {
    "IMAGE_2D": "a red glass bottle, calm, soft light, watercolor, close up",
    "MODEL_3D": "a matte red ceramic mug",
    "ANIMATION": "a red glass bottle spinning, calm, soft light, watercolor, close up",
    "TEMPLATE": "poster with a red glass bottle on the left, calm, soft light, watercolor",
}
types = st.sampled_from(TYPES)
phrases = st.sampled_from([" ".join(phrase) for phrase in index()])
# Known words, unknown ones, negations, quotes and marks, in any order.
prompts = st.lists(
    phrases | st.sampled_from([*'"“”,.;:!?', "no", "without", "in", "in front of", "background", "qwerty", "marbel"])
    | st.text(max_size=8),
    max_size=12,
).map(" ".join)  # fmt: skip
palettes = st.lists(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), max_size=3).map(tuple)


def improved(prompt, output="IMAGE_2D", negative="", palette=PALETTE, limit=4000) -> Optimised:
    return optimise(Wish(output, prompt, negative, palette, limit))


def added(found: Optimised) -> dict[str, str]:
    return {change.slot: change.text for change in found.changes if change.kind == "added"}


def suggested(found: Optimised) -> list[tuple[str, str]]:
    return [(change.slot, change.text) for change in found.changes if change.kind == "suggested"]


@pytest.mark.parametrize(("output", "prompt"), COMPLETE.items())
def test_a_complete_prompt_comes_back_unchanged(output, prompt):
    found = improved(prompt, output)
    assert (found.prompt, found.changes) == (prompt, ())
    assert found.coverage_before == found.reading.coverage == 1.0


@pytest.mark.parametrize("output", TYPES)
def test_every_slot_of_the_type_is_filled(output):
    found = improved("a mug", output)
    assert [change.slot for change in found.changes] == [slot.name for slot in SLOTS[output]]


@pytest.mark.parametrize("output", TYPES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_subject_can_be_completed(output, kind):
    found = improved(KINDS[kind].words[0], output)
    own_colour_or_grown = {"colour", "material"}
    assert {slot.name for slot in SLOTS[output]} - own_colour_or_grown <= set(added(found)) | named(output, kind)


def named(output: str, kind: str) -> set[str]:
    """Slots that the kind's own word fills."""
    nodes = {node.partition("=")[0] for _, node in parse(RenderRequest(output, KINDS[kind].words[0])).understood}
    return {slot.name for slot in SLOTS[output] if slot.nodes & nodes}


def test_light_follows_the_mood():
    assert added(improved("a romantic rose"))["light"] == "candlelight"
    assert added(improved("a futuristic car"))["light"] == "neon lighting"


def test_mood_follows_the_light():
    assert added(improved("a bottle at candlelight"))["mood"] == "romantic"


def test_the_palette_is_named_where_no_colour_is():
    assert added(improved("a mug"))["colour"] == "in navy and yellow"
    assert "colour" not in added(improved("a red mug"))
    assert "colour" not in added(improved("a mug", palette=()))


def test_what_has_a_colour_of_its_own_keeps_it_and_the_backdrop_takes_the_palettes():
    assert added(improved("a banana"))["colour"] == "on a navy background"
    assert "colour" not in added(improved("a banana", "MODEL_3D"))


@pytest.mark.parametrize("word", COLOURS)
def test_every_colour_of_a_palette_is_named_by_its_word_and_read_as_a_colour(word):
    assert colours.words_for([COLOURS[word]]) == (word,)
    assert added(improved("a phone", palette=(COLOURS[word],)))["colour"] == f"in {word}"


def test_what_the_negative_prompt_forbids_is_not_added():
    assert added(improved("a romantic mug", negative="candlelight"))["light"] == "window light"


def test_misspelt_words_are_named_and_left_alone():
    found = improved("a marbel bottle, minimlist")
    assert suggested(found) == [("spelling", "marble"), ("spelling", "minimalist")]
    assert found.prompt.startswith("a marbel bottle, minimlist, ")


def test_a_word_that_a_later_one_overrules_is_not_misspelt():
    assert suggested(improved("a calm romantic bottle")) == []


def test_without_a_subject_one_is_suggested_and_none_is_added():
    found = improved("calm and red")
    assert suggested(found) == [("subject", "a bottle")]
    assert "subject.kind" not in {node.partition("=")[0] for _, node in found.reading.understood}


def test_the_limit_is_kept():
    prompt = "a mug".ljust(3990, "!")
    found = improved(prompt)
    assert len(found.prompt) <= 4000
    assert added(found) == {"mood": "calm"}


def test_every_change_says_why():
    assert all(change.why.endswith(".") for change in improved("a mugg of marbel").changes)


@settings(deadline=None)
@given(output=types, prompt=prompts, negative=prompts, palette=palettes)
def test_properties(output, prompt, negative, palette):
    found = improved(prompt, output, negative, palette)
    before = parse(RenderRequest(output, prompt, negative_prompt=negative))
    # The user's words, all, in their order, and first.
    assert found.prompt.startswith(prompt.rstrip())
    assert tokens(found.prompt)[: len(tokens(prompt))] == tokens(prompt)
    # What was understood still is; all that was added is.
    assert found.reading.understood[: len(before.understood)] == before.understood
    assert found.reading.ignored == before.ignored
    assert found.reading.coverage >= before.coverage == found.coverage_before
    # Again changes nothing; the same gives the same.
    again = improved(found.prompt, output, negative, palette)
    assert (again.prompt, added(again)) == (found.prompt, {})
    assert improved(prompt, output, negative, palette) == found


@settings(deadline=None)
@given(output=types, prompt=prompts, palette=palettes)
def test_every_addition_changes_the_scene(output, prompt, palette):
    found = improved(prompt, output, palette=palette)
    end = len(found.prompt)
    for change in reversed([change for change in found.changes if change.kind == "added"]):
        assert found.prompt[:end].endswith(change.text)
        shorter = found.prompt[: end - len(change.text)].rstrip(" ,")
        assert parse(RenderRequest(output, found.prompt[:end])).scene != parse(RenderRequest(output, shorter)).scene
        end = len(shorter)


def test_it_needs_neither_numpy_nor_pillow_nor_django():
    program = (
        "import sys; from ai_studio.prompts.optimizer import *;"
        "optimise(Wish('IMAGE_2D', 'a dark red mug', '', ('#112233',), 4000));"
        "sys.exit(sorted({'numpy', 'PIL', 'django'} & set(sys.modules)) or 0)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
