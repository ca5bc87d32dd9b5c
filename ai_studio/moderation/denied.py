"""The installation's deny list: what no brand's studio is asked for.

Kept short and sober on purpose. It holds phrases that hardly anyone means well, compared as `normal.py` does; a word
that has honest uses (gun, blood, nude, drug) is left to the brand's own list, or to a provider that reads sentences.
Whole words only: Scunthorpe, Essex and cocktails pass. The categories are those of OpenAI's moderation endpoint
(https://platform.openai.com/docs/guides/moderation), so that both moderators speak of the same things.
"""

DENIED: dict[str, tuple[str, ...]] = {
    "sexual/minors": (
        "child porn", "child pornography", "child sex", "kiddie porn", "kids porn", "teen porn", "underage porn",
        "underage sex", "csam", "loli porn", "lolicon", "shotacon", "nude child", "nude children", "naked child",
        "naked children", "nude minor", "naked minor", "nude kid", "naked kid", "nude toddler", "naked toddler",
        "sexualized child", "sexualised child", "sexy child", "sexy kid", "preteen nude",
    ),
    "violence/children": (
        "child abuse", "abused child", "beaten child", "child torture", "tortured child", "dead child", "dead children",
        "killing children", "kill children", "kill a child", "murdered child", "mutilated child", "child execution",
    ),
    "sexual/violence": (
        "raped", "raping", "rape scene", "gang rape", "revenge porn", "snuff film", "snuff movie", "bestiality",
        "zoophilia", "necrophilia",
    ),
    "violence/graphic": (
        "beheading", "beheaded person", "decapitated head", "decapitated person", "dismembered body",
        "mutilated corpse", "torture porn", "disemboweled", "disembowelled",
    ),
    "illicit/weapons": (
        "how to build a bomb", "how to make a bomb", "build a pipe bomb", "make a pipe bomb", "pipe bomb instructions",
        "bomb making instructions", "make a nail bomb", "make napalm", "make nerve gas", "make sarin", "make ricin",
        "sarin recipe", "ricin recipe", "3d printed gun", "3d printable gun", "printable firearm",
        "ghost gun blueprint", "gun blueprint", "auto sear", "dirty bomb plan", "suicide vest",
    ),
    "self-harm/instructions": (
        "how to kill yourself", "how to kill myself", "ways to kill myself", "commit suicide", "suicide instructions",
        "pro ana", "thinspo",
    ),
    "hate": (
        "heil hitler", "sieg heil", "white power", "gas the jews", "kill all jews", "kill all muslims",
        "ethnic cleansing", "racial cleansing", "holocaust was good",
    ),
    "violent/extremism": (
        "isis recruitment", "join isis", "terrorist propaganda", "nazi propaganda", "glorify terrorism",
    ),
}  # fmt: skip
SENTENCES: dict[str, str] = {
    "sexual/minors": "sexual content with children",
    "violence/children": "violence against children",
    "sexual/violence": "sexual violence",
    "violence/graphic": "cruelty shown in detail",
    "illicit/weapons": "instructions for weapons",
    "self-harm/instructions": "self-harm",
    "hate": "hate against groups of people",
    "violent/extremism": "praise of violent groups",
    "brand": "words that your brand does not want used",
}
