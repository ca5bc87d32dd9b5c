"""Colour words. Values are sRGB; names that CSS Color 4 knows keep CSS's or a close, calmer value."""

COLOURS: dict[str, str] = {
    "red": "#d62839", "crimson": "#b0122c", "scarlet": "#ff2a1a", "burgundy": "#6d1029", "maroon": "#701c24",
    "pink": "#f58fb4", "fuchsia": "#e0218a", "magenta": "#c8148c", "coral": "#ff6f59", "salmon": "#fa8a76",
    "peach": "#ffc09f", "orange": "#f5821f", "tangerine": "#ff9636", "amber": "#ffb000", "apricot": "#fbb982",
    "yellow": "#f7d038", "lemon": "#fff04d", "mustard": "#d6a21d", "ochre": "#c17817", "cream": "#f6ecd2",
    "beige": "#dccbab", "ivory": "#f7f3e3", "tan": "#c9a27a", "brown": "#7a4a2b", "chocolate": "#4d2a1a",
    "terracotta": "#c7623f", "rust": "#a8441f", "green": "#2e9e4f", "lime": "#a4d82a", "mint": "#a4e3c4",
    "olive": "#7a7f2f", "emerald": "#0f9d68", "sage": "#a6b592", "khaki": "#b5a871", "teal": "#0f8b8d",
    "turquoise": "#35c9c0", "cyan": "#22c7e6", "aqua": "#5fe3dd", "blue": "#2563d8", "navy": "#15244f",
    "azure": "#3a9bf0", "cobalt": "#0f47af", "indigo": "#3d2a9c", "periwinkle": "#9aa4f2", "purple": "#7b3fb5",
    "violet": "#8f5bf0", "lavender": "#c3b1f0", "lilac": "#d4b0e3", "plum": "#703060", "mauve": "#b98ba8",
    "white": "#f5f5f2", "black": "#141416", "gray": "#8a8d92", "charcoal": "#36393f", "slate": "#5a6b7c",
}  # fmt: skip

COLOUR_SYNONYMS: dict[str, str] = {
    "grey": "gray", "ruby": "crimson", "wine": "burgundy", "sapphire": "cobalt", "jade": "emerald",
    "eggshell": "ivory", "blush": "pink", "sand": "beige", "denim": "slate", "cherry": "crimson",
    "cerulean": "azure", "vermilion": "scarlet", "chartreuse": "lime", "raspberry": "fuchsia", "caramel": "tan",
    "coffee": "brown", "midnight blue": "navy", "sky blue": "azure", "royal blue": "cobalt", "hot pink": "fuchsia",
    "forest green": "emerald", "off white": "ivory", "golden yellow": "amber", "reddish": "red",
    "bluish": "blue", "greenish": "green", "violets": "violet", "ebony": "black", "aubergine": "plum",
}  # fmt: skip

# word: (lightness factor, chroma factor) in OKLCH, applied to the colour that follows
SHADES: dict[str, tuple[float, float]] = {
    "light": (1.18, 0.8), "dark": (0.66, 0.95), "pale": (1.28, 0.5), "deep": (0.74, 1.15), "vivid": (1.0, 1.35),
    "pastel": (1.25, 0.55), "dusty": (0.98, 0.5), "bright": (1.08, 1.25), "muted": (0.95, 0.55),
}  # fmt: skip
SHADE_SYNONYMS = {"saturated": "vivid", "soft pastel": "pastel", "darker": "dark", "lighter": "light", "rich": "deep",
                  "desaturated": "muted"}  # fmt: skip
