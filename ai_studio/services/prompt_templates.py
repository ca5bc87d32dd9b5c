"""Prompt templates: kept, changed by versions, filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from ai_studio.errors import TemplateArchived
from ai_studio.models import PromptTemplate, PromptTemplateVersion
from ai_studio.models.generation import MAX_PROMPT_LENGTH
from ai_studio.models.prompt_template import CONTENT
from ai_studio.prompts import templating
from ai_studio.prompts.variables import Variable
from brands import audit, events
from brands.errors import InvalidInput, NotFound
from brands.models import Brand
from brands.permissions import Actor, require, visible
from brands.services.conflicts import refused_as

CAPABILITY = "asset.edit"
ONCE = "template_name_once_while_in_use"


@dataclass(frozen=True)
class Filled:
    """What a template says with these values, all of them kept as texts. An empty type: whoever asks chooses."""

    template_id: UUID
    version: int
    type: str
    prompt: str
    negative_prompt: str
    values: Mapping[str, str]
    parameters: Mapping[str, Any]


def in_use(actor: Actor) -> "QuerySet[Any]":
    return visible(actor, "asset.view", PromptTemplate.objects.filter(archived_at=None))


def create(*, actor: Actor, name: str, body: str, **content: Any) -> PromptTemplate:
    """A new template, version 1. Raises InvalidInput naming what does not fit together, or `name` when it is taken."""
    require(actor, CAPABILITY, Brand.objects.get(pk=actor.brand_id))
    made = PromptTemplate(
        brand_id=actor.brand_id, created_by_id=actor.person_id, name=name, **{"body": body, **content}
    )
    _check(made)
    with refused_as(**{ONCE: _taken()}):
        made.save(force_insert=True)
    _keep_version(actor, made)
    _record(actor, "template.created", made)
    return made


def change(*, actor: Actor, template: PromptTemplate, **changes: Any) -> PromptTemplate:
    """Set `name` or any of its content; new content is a new version. Raises as create does, and TemplateArchived."""
    template = _held(actor, template.pk)
    changed = sorted(field for field, value in changes.items() if getattr(template, field) != value)
    if not changed:
        return template
    for field in changed:
        setattr(template, field, changes[field])
    _check(template)
    is_new_version = bool(set(changed) & set(CONTENT))
    template.version += is_new_version
    with refused_as(**{ONCE: _taken()}):
        template.save(update_fields=[*changed, "version", "updated_at"])
    if is_new_version:
        _keep_version(actor, template)
    _record(actor, "template.changed", template, changed=changed)
    return template


def archive(*, actor: Actor, template: PromptTemplate) -> None:
    """Let it be used no more; what was made with it still names it. Twice is an error: TemplateArchived."""
    template = _held(actor, template.pk)
    template.archived_at = timezone.now()
    template.save(update_fields=["archived_at", "updated_at"])
    _record(actor, "template.archived", template)


def fill(*, template: PromptTemplate, variables: Mapping[str, Any]) -> Filled:
    """Raises InvalidInput naming `variables.<name>`, or `variables` when the words together are too many."""
    known: list[Variable] = template.typed_variables
    values = templating.values(known, variables)
    prompt, negative = (templating.filled(text, known, values) for text in (template.body, template.negative_prompt))
    if not 1 <= len(prompt) <= MAX_PROMPT_LENGTH or len(negative) > MAX_PROMPT_LENGTH:
        raise InvalidInput(fields={"variables": [f"With them the prompt has not 1 to {MAX_PROMPT_LENGTH} characters."]})
    return Filled(template.pk, template.version, template.type, prompt, negative, values, template.parameters)


def found(*, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, PromptTemplate]:
    """Those of `ids` that the actor may use now."""
    return {template.pk: template for template in in_use(actor).filter(pk__in=set(ids))} if ids else {}


def _held(actor: Actor, pk: UUID) -> PromptTemplate:
    """The template as it is now, until the commit, for whoever may change it."""
    known = visible(actor, "asset.view", PromptTemplate.objects.all())
    held: PromptTemplate | None = known.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if held is None:
        raise NotFound()
    require(actor, CAPABILITY, held)
    if held.archived_at is not None:
        raise TemplateArchived()
    return held


def _check(template: PromptTemplate) -> None:
    texts = {"body": template.body, "negative_prompt": template.negative_prompt}
    templating.check(texts=texts, variables=template.typed_variables)


def _keep_version(actor: Actor, template: PromptTemplate) -> None:
    PromptTemplateVersion.objects.create(
        brand_id=template.brand_id,
        template=template,
        number=template.version,
        created_by_id=actor.person_id,
        **template.content,
    )


def _taken() -> InvalidInput:
    return InvalidInput(fields={"name": ["Another template in use has this name."]})


def _record(actor: Actor, action: str, template: PromptTemplate, **details: Any) -> None:
    audit.record(actor=actor, action=action, obj=template, name=template.name, version=template.version, **details)
    payload = {"template": str(template.pk), "version": template.version, **details}
    events.append(brand_id=template.brand_id, type=action, payload=payload)
