"""From what was asked for to a wish: a prompt of one's own, or a template that is filled in."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from ai_studio.models import PromptTemplate
from ai_studio.services import prompt_templates
from ai_studio.services.generations import naming
from ai_studio.services.inputs import Input
from ai_studio.services.wish import Source, Wish
from brands.errors import InvalidInput
from brands.permissions import Actor


def read(*, actor: Actor, asked: Mapping[str, Any]) -> Wish:
    """A wish from the fields of Wish, or with `template` (an id) and `variables` in place of `prompt`.

    What is asked for besides wins over what the template says. Raises InvalidInput naming the field.
    """
    return _read(_named(asked), prompt_templates.found(actor=actor, ids=_templates([asked])))


def read_many(*, actor: Actor, asked: Sequence[Mapping[str, Any]]) -> list[Wish]:
    """The same for several, with one look for their templates. Errors name `items.<n>.<field>`."""
    known = prompt_templates.found(actor=actor, ids=_templates(asked))
    wishes = []
    for n, each in enumerate(asked):
        with naming(f"items.{n}."):
            wishes.append(_read(_named(each), known))
    return wishes


def _named(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**asked, "inputs": tuple(Input(**each) for each in asked["inputs"])} if "inputs" in asked else asked


def _templates(asked: Sequence[Mapping[str, Any]]) -> list[UUID]:
    return [each["template"] for each in asked if "template" in each]


def _read(asked: Mapping[str, Any], known: Mapping[UUID, PromptTemplate]) -> Wish:
    if "template" not in asked:
        return Wish(**asked)
    if asked["template"] not in known:
        raise InvalidInput(fields={"template": ["Not found, or archived."]})
    filled = prompt_templates.fill(template=known[asked["template"]], variables=asked.get("variables", {}))
    own = {name: value for name, value in asked.items() if name not in ("template", "variables")}
    return Wish(**{
        **_parameters(filled.parameters),
        "negative_prompt": filled.negative_prompt,
        **own,
        "type": _type(filled.type, own.get("type", "")),
        "prompt": filled.prompt,
        "extras": {**filled.parameters.get("extras", {}), **own.get("extras", {})},
        "source": Source(filled.template_id, filled.version, filled.values),
    })  # fmt: skip


def _type(of_template: str, asked: str) -> str:
    if of_template and asked and of_template != asked:
        raise InvalidInput(fields={"type": [f"The template makes {of_template}."]})
    if not (of_template or asked):
        raise InvalidInput(fields={"type": ["The template leaves the type to you."]})
    return of_template or asked


def _parameters(kept: Mapping[str, Any]) -> dict[str, Any]:
    """As wishes have them: JSON keeps decimals as texts."""
    exact = ("guidance", "duration_seconds")
    return {name: Decimal(value) if name in exact else value for name, value in kept.items()}
