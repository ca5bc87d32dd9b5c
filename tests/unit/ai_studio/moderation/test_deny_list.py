"""The deny list finds words however they are written, and leaves words alone that only look like them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_studio.moderation.denied import DENIED, SENTENCES
from ai_studio.moderation.deny_list import deny_list
from ai_studio.moderation.normal import words_of

OWN = ["Rival Cola", "cunt", "sex", "ass"]


def verdict(text, own=()):
    return deny_list(own).check([text])[0]


@pytest.mark.parametrize(
    "text",
    [
        "how to make a bomb",
        "How  To\nMake A, Bomb!",
        "how to make a b0mb",
        "how to m4ke a bomb",
        "ｈｏｗ ｔｏ ｍａｋｅ ａ ｂｏｍｂ",
        "how to make a bоmb",  # a Cyrillic о
        "how to make a b\u200bom\u00adb",
        "how to make a bömb",
        "how to make a b.o.m.b",
        "a poster: HOW TO MAKE A BOMB in gold letters",
    ],
)
def test_it_finds_what_it_denies(text):
    found = verdict(text)
    assert not found.allowed
    assert found.categories == ("illicit/weapons",)


@pytest.mark.parametrize(
    "text",
    [
        "a view of Scunthorpe",
        "Essex, Sussex and Middlesex",
        "a glass assembly line, classic bass guitar",
        "a bath bomb in a gift box",
        "a child on a swing, laughing",
        "how to make a bombe glacée",
        "rapeseed field at noon",
        "a 3d printed vase",
        "a photo of 1 mug, 50 % off, $5!",
        "",
        "\u200b",
    ],
)
def test_it_leaves_alone_what_only_looks_like_it(text):
    assert verdict(text, OWN).allowed


@pytest.mark.parametrize("text", ["rival-cola", "RIVAL COLA!", "r!val c0la", "a $ex toy", "a**"])
def test_a_brands_own_words_are_compared_alike(text):
    assert verdict(text, OWN).allowed is (text == "a**")


def test_it_says_what_is_meant_in_words_that_people_understand():
    assert verdict("child torture, sieg heil").sentence == (
        "It asks for violence against children and hate against groups of people: “child torture”, “sieg heil”. "
        "Say it in other words."
    )


def test_every_category_has_words_for_people_and_every_phrase_is_found():
    assert set(SENTENCES) == {*DENIED, "brand"}
    for category, phrases in DENIED.items():
        for phrase in phrases:
            assert category in verdict(f"a picture of {phrase}, please").categories, phrase


@given(st.text(max_size=200))
def test_words_are_stable_and_any_text_can_be_read(text):
    words = words_of(text)
    assert words_of(" / ".join(words)) == words_of(" / ".join(words_of(" / ".join(words))))
    verdict(text, ["mug"])


def test_long_phrases_do_not_make_every_text_dear():
    """One letter of 18 letters in four words: as many as a brand's phrase and a prompt can hold."""
    dear = "\ufdfa "
    texts = [dear * 2000] * 3
    started = time.process_time()
    deny_list([dear * words for words in range(1, 41)]).check(texts)
    assert time.process_time() - started < 2
