"""What a prompt template asks for, and whether an answer fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ai_studio.prompts import colours
from ai_studio.providers.local.lexicon.colours import COLOURS

KINDS = ("text", "choice", "number", "colour")
MAX_VALUE_LENGTH = 500
_MOST_DIGITS = 12


class Unfit(ValueError):
    """A value that the variable does not take; says why."""


@dataclass(frozen=True)
class Variable:
    """`choices` are for kind choice, `lowest` and `highest` (both included) for kind number."""

    name: str
    kind: str = "text"
    label: str = ""
    choices: Sequence[str] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    default: str | None = None
    required: bool = True

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Variable":
        """From {name, kind, label, choices, min, max, default, required}, as templates are kept and sent."""
        low, high = (None if stored.get(name) is None else Decimal(str(stored[name])) for name in ("min", "max"))
        return cls(
            stored["name"],
            stored.get("kind", "text"),
            stored.get("label", ""),
            tuple(stored.get("choices", ())),
            low,
            high,
            default=stored.get("default"),
            required=stored.get("required", True),
        )

    def fitting(self, value: Any) -> str:
        """The value as it is kept: a text; of a number, its plainest. Raises Unfit."""
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise Unfit("A text or a number.")
        return _CHECKS[self.kind](self, str(value).strip())

    def worded(self, value: str) -> str:
        """What the prompt says for a kept value: of #rrggbb the nearest colour's word, which models understand."""
        if self.kind == "colour" and value.startswith("#"):
            return colours.words_for((value,))[0]
        return value


def _text(_variable: Variable, value: str) -> str:
    if not 1 <= len(value) <= MAX_VALUE_LENGTH:
        raise Unfit(f"1 to {MAX_VALUE_LENGTH} characters.")
    return value


def _choice(variable: Variable, value: str) -> str:
    if value not in variable.choices:
        raise Unfit(f"One of {', '.join(variable.choices)}.")
    return value


def _number(variable: Variable, value: str) -> str:
    number = _decimal(value)
    low, high = variable.lowest, variable.highest
    if (low is not None and number < low) or (high is not None and number > high):
        raise Unfit(f"{'any' if low is None else low} to {'any' if high is None else high}.")
    return f"{number.normalize():f}"


def _decimal(value: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise Unfit("Not a number.") from None
    # Before anything is calculated: 1e999999 is short to write and long to say.
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS or len(number.as_tuple().digits) > _MOST_DIGITS:
        raise Unfit(f"A number of at most {_MOST_DIGITS} digits.")
    return number


def _colour(_variable: Variable, value: str) -> str:
    colour = value.lower()
    is_hex = len(colour) == len("#rrggbb") and colour[0] == "#" and set(colour[1:]) <= set("0123456789abcdef")
    if not is_hex and colour not in COLOURS:
        raise Unfit("A colour: #rrggbb, or a word such as navy.")
    return colour


_CHECKS = {"text": _text, "choice": _choice, "number": _number, "colour": _colour}
