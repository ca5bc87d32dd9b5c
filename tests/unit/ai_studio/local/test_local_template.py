"""Templates: the document fits its schema, and every text can be read."""

import io
import json

import pytest
import resvg_py
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ai_studio.providers.local import colour, fonts, template
from ai_studio.providers.local import render as door
from ai_studio.providers.local.contract import ASPECT_RATIOS, RenderRequest, size_of
from ai_studio.providers.local.lexicon import index
from ai_studio.providers.local.parse import parse
from ai_studio.providers.local.template.document import compose, validator
from ai_studio.providers.local.template.layout import zones
from ai_studio.providers.local.template.svg import rasterise, to_svg

WORDS = st.lists(st.sampled_from(sorted(" ".join(p) for p in index())), max_size=7).map(" ".join)
HEX = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


def document(request: RenderRequest, size: tuple[int, int] = (1088, 1088)) -> dict[str, object]:
    scene = parse(request).scene
    picture, panel = zones(scene, size)
    return compose(scene, request, size, picture, panel)


@settings(max_examples=120, deadline=None)
@given(WORDS, st.integers(0, 2**31 - 1), st.lists(HEX, max_size=4), st.sampled_from(ASPECT_RATIOS))
def test_every_document_fits_the_schema_and_every_text_is_readable(
    prompt: str, seed: int, palette: list[str], ratio: str
) -> None:
    request = RenderRequest("TEMPLATE", prompt, seed=seed, palette=tuple(palette), aspect_ratio=ratio)
    made = document(request, size_of(ratio, 1080))
    validator().validate(made)
    layers = {layer["id"]: layer for layer in made["layers"]}
    for layer in layers.values():
        if layer["type"] == "text":
            ground = layers[layer["on"]]
            assert colour.contrast(layer["colour"], ground["fill"]) >= 4.5
            assert layer["contrast"] == pytest.approx(colour.contrast(layer["colour"], ground["fill"]), abs=0.01)
            assert layer["x"] >= ground["x"]
            assert layer["y"] >= ground["y"]
            assert layer["x"] + layer["width"] <= ground["x"] + ground["width"] + 0.1
            assert layer["y"] + layer["height"] <= ground["y"] + ground["height"] + 0.1


@settings(max_examples=300)
@given(HEX)
def test_every_ground_has_a_readable_ink(ground: str) -> None:
    assert colour.contrast(colour.readable((ground,)), ground) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)


def test_quoted_text_becomes_headline_subline_and_button() -> None:
    made = document(RenderRequest("TEMPLATE", 'a mug "Summer drop" "Two weeks only" "Go"'))
    defaults = {name: b["default"] for name, b in made["bindings"].items()}
    assert (defaults["headline"], defaults["subline"], defaults["action"]) == ("Summer drop", "Two weeks only", "Go")


def test_a_sale_has_a_badge_and_other_words() -> None:
    plain, sale = (document(RenderRequest("TEMPLATE", p)) for p in ("a mug", "a mug, sale"))
    assert "badge" in sale["bindings"]
    assert "badge" not in plain["bindings"]
    assert sale["purpose"] == "sale"


def test_text_is_really_drawn_without_system_fonts() -> None:
    made = document(RenderRequest("TEMPLATE", "a red mug"), (512, 512))
    full = to_svg(made, {"image": "data:,"})
    empty = to_svg(made, {"image": "data:,"}, {name: "" for name in made["bindings"] if name != "image"})
    with_text, without = (Image.open(io.BytesIO(rasterise(svg))).convert("RGB") for svg in (full, empty))
    changed = sum(a != b for a, b in zip(with_text.get_flattened_data(), without.get_flattened_data(), strict=True))
    assert changed > 1500


def test_characters_that_the_font_lacks_are_named() -> None:
    assert document(RenderRequest("TEMPLATE", 'a mug "Скидка A"'))["missing_glyphs"] == "Скида"
    assert document(RenderRequest("TEMPLATE", "a mug"))["missing_glyphs"] == ""


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_any_bound_text_keeps_the_svg_well_formed(text: str) -> None:
    made = document(RenderRequest("TEMPLATE", "a red mug"), (256, 256))
    svg = to_svg(made, {"image": "data:,"}, {"headline": text})
    resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)


def test_long_words_shrink_or_break_and_stay_inside() -> None:
    size, lines = fonts.fit("Donaudampfschifffahrtsgesellschaft", 80, 300, 100, bold=True, line_height=1.2)
    assert all(fonts.width_of(line, size, bold=True) <= 301 for line in lines)
    assert len(lines) * size * 1.2 <= 101


def test_the_result_is_json_with_bindings_and_provenance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "SIDES", {"standard": 256})
    result = door.render(RenderRequest("TEMPLATE", "a red mug, event"))
    files = {file.name: file for file in result.files}
    made = json.loads(files["template.json"].data)
    assert made["provenance"]["model"] == "atelier-local-1"
    assert any(layer.get("text") == "{{headline}}" for layer in made["layers"])
    assert b"data:image/png;base64," in files["template.svg"].data
