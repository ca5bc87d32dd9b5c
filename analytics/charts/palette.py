"""Colours of both themes. In the dark one the light attributes are overruled by rules of the style sheet."""

from collections.abc import Mapping
from enum import StrEnum


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"  # as the reader's system: for a picture of its own
    PAGE = "page"  # as the page's `.dark`: for a picture inside the admin's pages


# Name: light, dark. Text has a contrast of 4.5 to 1 or more on `paper`, lines of 3 to 1 (WCAG 2.2).
COLOURS: Mapping[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#111827"),
    "ink": ("#111827", "#f3f4f6"),
    "soft": ("#4b5563", "#9ca3af"),
    "grid": ("#e5e7eb", "#374151"),
    "axis": ("#9ca3af", "#6b7280"),
    "one": ("#7c3aed", "#a78bfa"),
    "two": ("#0f766e", "#2dd4bf"),
    "three": ("#b45309", "#fbbf24"),
    "four": ("#2563eb", "#60a5fa"),
    "five": ("#be185d", "#f472b6"),
    "six": ("#4d7c0f", "#a3e635"),
    "medium": ("#b45309", "#fbbf24"),
    "high": ("#dc2626", "#f87171"),
}
SERIES = ("one", "two", "three", "four", "five", "six")


def fill(name: str, theme: Theme) -> str:
    return f'class="at-f-{name}" fill="{_of(name, theme)}"'


def stroke(name: str, theme: Theme) -> str:
    return f'class="at-s-{name}" stroke="{_of(name, theme)}"'


def style_sheet(theme: Theme) -> str:
    """The dark rules; a theme that is fixed needs none."""
    if theme is Theme.AUTO:
        return f"<style>@media (prefers-color-scheme: dark) {{{_rules('')}}}</style>"
    return f"<style>{_rules('.dark ')}</style>" if theme is Theme.PAGE else ""


def _of(name: str, theme: Theme) -> str:
    return COLOURS[name][theme is Theme.DARK]


def _rules(within: str) -> str:
    pairs = ((name, dark) for name, (_, dark) in COLOURS.items())
    return "".join(f"{within}.at-f-{n}{{fill:{dark}}}{within}.at-s-{n}{{stroke:{dark}}}" for n, dark in pairs)
