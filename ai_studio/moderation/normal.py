"""Words as a deny list compares them, whatever people do to their letters.

NFKC and casefold (Unicode UAX 15 and 21), marks removed, look-alikes of other scripts as the Latin letters they imitate
(UTS 39's confusables, the ones on keyboards), zero-width characters removed, digits and signs that stand for letters
between letters ("b0mb") replaced. Letters that are spaced out or dotted ("b o m b") are one word.
"""

import re
import unicodedata

_CONFUSABLES = str.maketrans("авгеіјкмнорсстухѕԁԛԝһӏαβγεηικνορτυχωɡıø", "abreijkmhopcctyxsdqwhlabyenikvoptuxwgio")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_HIDDEN = frozenset({"Cf", "Mn", "Me"})
_WORD = re.compile(r"[^\W_]+(?:[@$!|][^\W_]+)*|[@$][^\W_]+")
_SPACED = re.compile(r"(?<![^\W_])[^\W_]([ .\-_*])[^\W_](?:\1[^\W_])+(?![^\W_])")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in their comparable form."""
    return tuple(_plain(word) for word in _WORD.findall(_joined(_folded(text))))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in decomposed if unicodedata.category(char) not in _HIDDEN).translate(_CONFUSABLES)


def _joined(text: str) -> str:
    return _SPACED.sub(lambda match: re.sub(r"[ .\-_*]", "", match[0]), text)


def _plain(word: str) -> str:
    """A number stays a number: only among letters does a digit stand for one."""
    letters = sum(char.isalpha() for char in word)
    return word.translate(_LEET) if letters and letters < len(word) else word
