"""Every word of the lexicon sets its scene node, and a sample of each category changes what is made."""

import hashlib
from functools import cache

import pytest

from ai_studio.providers.local import effects, geometry, light, motion, post, stage, texture
from ai_studio.providers.local import looks as surfaces
from ai_studio.providers.local.backdrop.horizons import PAINTERS
from ai_studio.providers.local.contract import RenderRequest
from ai_studio.providers.local.geometry import builders
from ai_studio.providers.local.image import Shot, render_frame
from ai_studio.providers.local.lexicon import atmosphere, composition, index, looks, subjects
from ai_studio.providers.local.parse import Reading, parse


def read(prompt: str, negative: str = "", seed: int = 0) -> Reading:
    return parse(RenderRequest("IMAGE_2D", prompt, negative_prompt=negative, seed=seed))


# A prompt that sets another value of the same category, the prompt with the word, and where the node is.
ITEM = {"material": "material", "finish": "finish", "pattern": "pattern", "size": "size", "proportion": "proportion"}
OTHER = {
    "material": ("glass", "ice"),
    "finish": ("matte", "glossy"),
    "pattern": ("striped", "dotted"),
    "size": ("tiny", "huge"),
    "proportion": ("slim", "tilted"),
}
WORDS = sorted(
    (" ".join(phrase), entry.category, entry.value) for phrase, readings in index().items() for entry in readings[:1]
)


def node_of(prompt: str, category: str) -> object:
    scene = read(prompt).scene
    if category == "subject":
        return scene.items[0].kind
    if category in ITEM:
        return getattr(scene.items[0], ITEM[category])
    if category == "count":
        return scene.items[0].count
    if category in ("colour", "shade"):
        return scene.items[0].colours
    return scene.effects if category == "effect" else getattr(scene, category)


def prompts(word: str, category: str, value: str) -> tuple[str, str]:
    """A baseline and the same prompt with the word in it."""
    if category == "subject":
        return ("a vase" if value != "vase" else "a mug"), f"a {word}"
    if category == "shade":
        return "a teal vase", f"a {word} teal vase"
    if category == "colour":
        return ("a white vase" if value != "white" else "a black vase"), f"a {word} vase"
    if category == "count":
        return ("four vases" if value != "4" else "two vases"), f"{word} vases"
    if category in ITEM:
        first, second = OTHER[category]
        return f"a {first if value != first else second} vase", f"a {word} vase"
    return "a vase", f"a vase, {word}"


@pytest.mark.parametrize(("word", "category", "value"), WORDS, ids=[f"{c}-{w}" for w, c, _ in WORDS])
def test_a_known_word_sets_its_scene_node_and_says_so(word: str, category: str, value: str) -> None:
    baseline, changed = prompts(word, category, value)
    if category in DEFAULTS and value == DEFAULTS[category]:
        baseline += OTHER_THAN_DEFAULT[category]
    assert node_of(changed, category) != node_of(baseline, category)
    reading = read(changed)
    assert any(said == word for said, _ in reading.understood)
    assert reading.ignored == ()


DEFAULTS = {"style": "photoreal", "light": "studio", "setting": "studio", "view": "threequarter"}
OTHER_THAN_DEFAULT = {"style": ", sketch", "light": ", neon light", "setting": ", desert", "view": ", top view"}


def test_the_lexicon_is_rich() -> None:
    assert len(index()) > 600
    assert len(subjects.KINDS) >= 100


def test_every_table_has_a_drawing_behind_it() -> None:
    assert set(subjects.KINDS) == set(builders())
    assert set(looks.MATERIALS) <= set(surfaces.MATERIALS)
    assert {kind.material for kind in subjects.KINDS.values()} <= set(surfaces.MATERIALS)
    assert set(looks.FINISHES) == set(surfaces.FINISHES)
    assert set(looks.PATTERNS) - {"marbled"} <= set(texture.TEXTURES)
    assert {m.texture for m in surfaces.MATERIALS.values()} - {""} <= set(texture.TEXTURES)
    assert set(atmosphere.LIGHTS) == set(light.RIGS)
    assert set(atmosphere.MOODS) < set(post.MOODS)
    assert set(atmosphere.SETTINGS) - {"studio"} == set(PAINTERS)
    assert set(atmosphere.EFFECTS) - {"vignette", "bloom", "shadow", "reflection"} == set(effects.EFFECTS)
    assert set(atmosphere.SUPPORTS) - {"water"} == set(geometry.SUPPORTS)
    assert set(composition.MOTIONS) == set(motion.MOTIONS)
    assert set(composition.VIEWS) == set(stage.VIEWS)
    assert set(composition.SIZES) == set(stage.SIZES)


SAMPLES = [
    ("subject", "a red vase", "a red mug"),
    ("count", "a red vase", "two red vases"),
    ("colour", "a red vase", "a green vase"),
    ("shade", "a red vase", "a dark red vase"),
    ("material", "a vase", "a gold vase"),
    ("finish", "a red vase", "a matte red vase"),
    ("pattern", "a red vase", "a striped red vase"),
    ("size", "a red vase", "a tiny red vase"),
    ("proportion", "a red vase", "a tall red vase"),
    ("style", "a red vase", "a red vase, sketch"),
    ("mood", "a red vase", "a red vase, dramatic"),
    ("light", "a red vase", "a red vase, moonlight"),
    ("setting", "a red vase", "a red vase in the desert"),
    ("support", "a red vase", "a red vase on a podium"),
    ("effect", "a red vase", "a red vase, confetti"),
    ("layout", "four red vases", "four red vases in a row"),
    ("view", "a red vase", "a red vase from above"),
    ("background", "a red vase", "a red vase, green background"),
]


@cache
def picture(prompt: str, negative: str = "", seed: int = 0) -> str:
    scene = read(prompt, negative, seed).scene
    staged = stage.things(scene, "standard")
    camera = stage.frame(scene, stage.corners(staged), 1.0)
    return hashlib.sha256(render_frame(scene, staged, Shot(camera, 64, 64, 1)).rgb.tobytes()).hexdigest()


@pytest.mark.parametrize(("category", "before", "after"), SAMPLES, ids=[s[0] for s in SAMPLES])
def test_a_word_of_each_category_changes_the_pixels(category: str, before: str, after: str) -> None:
    assert picture(before) != picture(after)


@pytest.mark.parametrize("style", sorted(set(looks.STYLES) - {"photoreal"}))
def test_every_style_looks_different(style: str) -> None:
    word = looks.STYLES[style].split(",")[0]
    assert picture("a red vase") != picture(f"a red vase {word}")


def test_a_motion_changes_the_animation() -> None:
    found = set()
    for name in composition.MOTIONS:
        scene = read(f"a vase {composition.MOTIONS[name].split(',')[0]}").scene
        matrices = motion.matrices(scene, stage.things(scene, "standard"), 0.3)
        found.add(matrices[0].round(6).tobytes())
    # "zoom" moves the camera and leaves the thing nearly alone, yet not as alone as "still" does.
    assert len(found) == len(composition.MOTIONS)
