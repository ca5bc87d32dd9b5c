"""The design's colours, each text readable on its ground."""

# ruff: noqa: PLR2004 -- these numbers are the drawing, naming each would hide it

from ai_studio.providers.local import colour
from ai_studio.providers.local.looks import accent_colour, main_colour
from ai_studio.providers.local.scene import Scene, draw


def inks_of(scene: Scene) -> dict[str, str]:
    """Panel, button and their texts, from palette or subject, each text readable on its ground."""
    main = main_colour(scene, scene.items[0], 0)
    accent = accent_colour(scene, scene.items[0], 0)
    panel = _panel_colour(scene, main)
    button = next((c for c in (accent, main, "#111114", "#ffffff") if colour.contrast(c, panel) >= 3), "#000000")
    badge = accent if colour.contrast(accent, panel) > 1.2 else button
    wishes = (colour.shade(main, 0.45, 1.0), colour.shade(main, 1.45, 0.5))
    return {
        "panel": panel,
        "button": button,
        "badge_shape": badge,
        "headline": colour.readable((panel,), wishes),
        "subline": colour.readable((panel,)),
        "brand": colour.readable((panel,), (accent,)),
        "action": colour.readable((button,)),
        "badge": colour.readable((badge,)),
        "rule": button,
    }


def _panel_colour(scene: Scene, main: str) -> str:
    if scene.background_colour:
        return scene.background_colour
    if scene.palette:
        return scene.palette[int(draw(scene.seed, "panel") * len(scene.palette))]
    dark = scene.light in ("moonlight", "neon", "lowkey", "rim", "spotlight", "candle") or scene.mood in (
        "luxurious",
        "dramatic",
        "mysterious",
    )
    if dark:
        return colour.shade(main, 0.3, 0.5)
    chance = draw(scene.seed, "panel")
    if chance < 0.3 or scene.mood in ("energetic", "playful", "happy", "summery"):
        return colour.shade(main, 0.92, 1.0)
    return colour.shade(main, 1.44, 0.45) if chance < 0.65 else "#f6f3ee"
