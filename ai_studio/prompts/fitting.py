"""Which words fit which: from what a prompt says already to the words that go with it.

Words are those of the local renderer's lexicon; keys are the values that its parser sets.
"""

OUTDOORS = frozenset(["forest", "desert", "ocean", "beach", "city", "mountains", "meadow", "arctic", "sky"])
# What these look like is their colour: another one would make something else of them.
OWN_COLOUR = frozenset(
    ["gold", "rosegold", "silver", "copper", "brass", "steel", "chrome", "aluminium", "wood", "walnut", "marble",
     "stone", "concrete", "clay", "pearl", "foliage", "snow", "ice", "glow"]
)  # fmt: skip
# Nobody says what these are made of.
GROWN = frozenset(["foliage", "snow", "ice", "glow"])

LIGHT_BY_MOOD = {
    "calm": "soft light", "energetic": "hard light", "happy": "natural light", "playful": "bright light",
    "sad": "overcast", "dramatic": "chiaroscuro", "dreamy": "sunrise", "mysterious": "moonlight",
    "romantic": "candlelight", "luxurious": "rim light", "cozy": "golden hour", "cold": "overcast",
    "fresh": "natural light", "futuristic": "neon lighting", "nostalgic": "golden hour", "summery": "sunlight",
}  # fmt: skip

MOOD_BY_LIGHT = {
    "soft": "calm", "hard": "energetic", "golden": "warm", "sunrise": "dreamy", "daylight": "fresh",
    "moonlight": "mysterious", "neon": "futuristic", "rim": "dramatic", "candle": "romantic", "spotlight": "dramatic",
    "highkey": "fresh", "lowkey": "dramatic",
}  # fmt: skip
MOOD_BY_PURPOSE = {
    "sale": "energetic", "launch": "optimistic", "event": "festive", "quote": "calm", "card": "cheerful",
    "menu": "homely",
}  # fmt: skip
MOOD_BY_SETTING = {
    "forest": "fresh", "desert": "dramatic", "ocean": "calm", "beach": "summery", "city": "energetic",
    "space": "mysterious", "mountains": "majestic", "meadow": "fresh", "arctic": "crisp", "sky": "dreamy",
    "room": "homely", "stage": "dramatic",
}  # fmt: skip
MOOD_BY_MATERIAL = {
    "gold": "elegant", "rosegold": "elegant", "crystal": "elegant", "pearl": "elegant", "marble": "elegant",
    "velvet": "elegant", "wood": "homely", "felt": "homely", "clay": "homely", "chrome": "futuristic",
    "carbon": "sporty", "ice": "crisp", "jelly": "playful",
}  # fmt: skip

STYLE_BY_MOOD = {
    "energetic": "pop art", "happy": "illustration", "playful": "cartoon", "dreamy": "watercolor",
    "romantic": "watercolor", "nostalgic": "vintage", "futuristic": "holographic", "summery": "illustration",
}  # fmt: skip

FINISH_BY_MOOD = {
    "luxurious": "polished",
    "futuristic": "glossy",
    "playful": "glossy",
    "cozy": "rough",
    "fresh": "satin",
}

MOTION_BY_KIND = {
    "balloon": "floating", "cloud": "drifting", "ghost": "hovering", "snowflake": "floating", "fish": "swaying",
    "rocket": "rising", "plane": "gliding", "car": "gliding", "truck": "gliding", "train": "gliding",
    "boat": "swaying", "ball": "bouncing", "rabbit": "hopping", "heart": "pulsing", "tree": "swaying",
    "palm": "swaying", "flower": "swaying", "tulip": "swaying", "robot": "dancing", "dice": "tumbling",
}  # fmt: skip
MOTION_BY_MOOD = {"calm": "floating", "dreamy": "floating", "energetic": "bouncing", "playful": "bouncing"}

SMALL_KINDS = frozenset(["ring", "watch", "key", "dice", "diamond", "lipstick", "egg", "shell", "cherry", "crystal"])
CENTRED_PURPOSES = frozenset(["quote", "card", "event"])
