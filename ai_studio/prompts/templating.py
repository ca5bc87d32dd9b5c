"""Prompts with {{variables}}.

No template engine: a placeholder is a name between double braces, replaced once by a text. Nothing is evaluated, and
what is put in is never read again, so no value can do more than be words of the prompt.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ai_studio.prompts.variables import Unfit, Variable
from brands.errors import InvalidInput

MAX_VARIABLES = 30
NAME = r"[a-z][a-z0-9_]{0,39}"
_PLACEHOLDER = re.compile(r"\{\{ *(" + NAME + r") *\}\}")
_BRACES = re.compile(r"\{\{|\}\}")

Problem = tuple[str, str]


def check(*, texts: Mapping[str, str], variables: Sequence[Variable]) -> None:
    """Raises InvalidInput: for a text (by its field) that asks for an unknown name or has braces without one, for a
    variable (as `variables.<n>.<field>`) that no text asks for, that another has the name of, or that contradicts
    itself."""
    names = [variable.name for variable in variables]
    asked = {name for text in texts.values() for name in _PLACEHOLDER.findall(text)}
    found = [problem for field, text in texts.items() for problem in _of_text(field, text, names)]
    for n, variable in enumerate(variables):
        if variable.name in names[:n]:
            found.append((f"variables.{n}.name", "Another variable has this name."))
        elif variable.name not in asked:
            found.append((f"variables.{n}.name", f"Nothing asks for it: write {{{{{variable.name}}}}} in the text."))
        found += [(f"variables.{n}.{field}", sentence) for field, sentence in _of_variable(variable)]
    raise_if_any(found)


def values(variables: Sequence[Variable], given: Mapping[str, Any]) -> dict[str, str]:
    """A value for each variable that has one, given or by default. Raises InvalidInput naming `variables.<name>`:
    what is unknown, missing or does not fit."""
    known = {variable.name: variable for variable in variables}
    found = [(f"variables.{name}", "The template has no such variable.") for name in given if name not in known]
    chosen = {}
    for name, variable in known.items():
        value = variable.default if given.get(name) is None else given[name]
        try:
            if value is not None:
                chosen[name] = variable.fitting(value)
            elif variable.required:
                found.append((f"variables.{name}", "Needs a value."))
        except Unfit as error:
            found.append((f"variables.{name}", str(error)))
    raise_if_any(found)
    return chosen


def filled(text: str, variables: Sequence[Variable], chosen: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; one without a value leaves no gap."""
    words = {each.name: each.worded(chosen[each.name]) for each in variables if each.name in chosen}
    done = _PLACEHOLDER.sub(lambda match: words.get(match[1], ""), text)
    if len(words) < len(variables):
        done = re.sub(r" +(?=[,.;:!?]|$)", "", re.sub(r" {2,}", " ", done), flags=re.MULTILINE)
    return done.strip()


def raise_if_any(problems: Sequence[Problem]) -> None:
    if problems:
        fields: dict[str, list[str]] = {}
        for field, sentence in problems:
            fields.setdefault(field, []).append(sentence)
        raise InvalidInput(fields=fields)


def _of_text(field: str, text: str, names: Sequence[str]) -> Iterator[Problem]:
    for unknown in dict.fromkeys(name for name in _PLACEHOLDER.findall(text) if name not in names):
        yield field, f"{{{{{unknown}}}}} is no variable of this template."
    if _BRACES.search(_PLACEHOLDER.sub("", text)):
        yield field, "Double braces hold the name of a variable: small letters, digits and _, from a letter on."


def _of_variable(variable: Variable) -> Iterator[Problem]:
    if (variable.kind == "choice") != bool(variable.choices):
        yield "choices", "For variables of kind choice, and only for them."
    if variable.kind != "number" and (variable.lowest, variable.highest) != (None, None):
        yield "min" if variable.lowest is not None else "max", "Only for variables of kind number."
    if variable.lowest is not None and variable.highest is not None and variable.lowest > variable.highest:
        yield "max", "Below the lowest."
    if variable.default is not None:
        try:
            variable.fitting(variable.default)
        except Unfit as error:
            yield "default", str(error)
