"""What the design says until somebody binds other words."""

from typing import NamedTuple

from ai_studio.providers.local.scene import Scene


class Wording(NamedTuple):
    """What the design says until somebody binds other words."""

    headline: str
    subline: str
    action: str
    badge: str = ""
    brand: str = "Your brand"


_BY_PURPOSE = {
    "": Wording("{thing}", "Made with care. Made to last.", "Discover"),
    "sale": Wording("{thing} sale", "This week only, while stocks last.", "Shop now", "-30%"),
    "launch": Wording("Meet the {thing}", "The new collection is here.", "See what is new", "New"),
    "event": Wording("{thing} night", "You are invited. Doors open at seven.", "Save your seat"),
    "poster": Wording("{thing}", "An original from our studio.", "Find out more"),
    "story": Wording("{thing}", "Swipe up for the story.", "Swipe up"),
    "banner": Wording("{thing}", "Designed for every day.", "Learn more"),
    "quote": Wording("“The best {thing} I have owned.”", "A customer, after a year of use", "Read reviews"),
    "card": Wording("{thing} for you", "With our warmest wishes.", "Open"),
    "newsletter": Wording("{thing} news", "Stories, offers and first looks, once a month.", "Subscribe"),
    "menu": Wording("{thing} menu", "Fresh today, every day.", "Order now"),
}


def wording(scene: Scene) -> Wording:
    """Quoted lines of the prompt first: headline, then subline, then button; the purpose fills the rest."""
    thing = _thing(scene)
    base = _BY_PURPOSE[scene.purpose]
    words = Wording(*(line.replace("{thing}", thing) for line in base))
    headline = words.headline[:1].upper() + words.headline[1:]
    lines = [*scene.copy_lines, *("",) * 3]
    return Wording(lines[0] or headline, lines[1] or words.subline, lines[2] or words.action, words.badge)


def _thing(scene: Scene) -> str:
    if scene.abstract:
        return "something new"
    item = scene.items[0]
    names = {
        "icecream": "ice cream",
        "goblet": "wine glass",
        "bulb": "light bulb",
        "lowpoly": "low poly",
        "rosegold": "rose gold",
    }
    noun = names.get(item.kind, item.kind)
    return " ".join(w for w in (names.get(item.material, item.material), noun) if w)
