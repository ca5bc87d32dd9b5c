"""The guest page's two languages, and spots from forms to anchors."""

import re
from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from brands.errors import InvalidInput
from collaboration.shares.page import spots
from collaboration.shares.page.words import WORDS, language_of
from collaboration.threads import anchors

TEMPLATES = Path(__file__).parents[3] / "collaboration" / "templates" / "guest"


def test_each_word_of_the_page_is_said_in_both_languages() -> None:
    used = {word for file in TEMPLATES.glob("*.html") for word in re.findall(r"\bt\.(\w+)", file.read_text())}
    for language, words in WORDS.items():
        assert used <= set(words), language
        assert all(words.values()), language
    assert set(WORDS["en"]) == set(WORDS["fr"])
    same = {name for name in WORDS["en"] if WORDS["en"][name] == WORDS["fr"][name]}
    assert same == set()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fr-CA,en;q=0.5", "fr"), ("de,fr;q=0.3,en;q=0.2", "fr"), ("de", "en"), ("", "en"), ("*;;,\x7f", "en")],
)
def test_the_page_speaks_the_first_language_that_its_reader_knows(accepted: str, language: str) -> None:
    assert language_of(RequestFactory().get("/", HTTP_ACCEPT_LANGUAGE=accepted)) == language


def test_each_part_of_a_picture_is_a_region_inside_it() -> None:
    for zone in spots.ZONES:
        anchor = spots.asked(QueryDict(f"zone={zone}"))
        assert anchors.parsed(anchor)["kind"] == "region"
        assert spots.spot(anchors.parsed(anchor)).w == "33.333%"


def test_a_second_is_a_frame_and_what_is_no_spot_is_refused() -> None:
    assert anchors.parsed(spots.asked(QueryDict("second=1,5")))["start"] == 45
    assert spots.asked(QueryDict("")) == {"kind": "none"}
    for form in ("second=nan", "second=inf", "second=soon", "anchor={", "anchor=7", "anchor=" + "[" * 100_000):
        with pytest.raises(InvalidInput):
            spots.asked(QueryDict(form))
