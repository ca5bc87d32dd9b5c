"""Funnels that a brand keeps."""

from typing import Any
from uuid import UUID

from analytics.models import Funnel
from analytics.services import funnels
from brands import audit, events
from brands.errors import InvalidInput, NotFound
from brands.models import Brand
from brands.permissions import Actor, require
from brands.services.conflicts import refused_as

CAPABILITY = "analytics.edit"
ONCE = "funnel_name_once"


def create(*, actor: Actor, **definition: Any) -> Funnel:
    """Raises InvalidInput naming `name` when it is taken, or what does not fit together."""
    require(actor, CAPABILITY, Brand.objects.get(pk=actor.brand_id))
    made = Funnel(brand_id=actor.brand_id, created_by_id=actor.person_id, **definition)
    check(made)
    with refused_as(**{ONCE: _taken()}):
        made.save(force_insert=True)
    _record(actor, "funnel.created", made)
    return made


def change(*, actor: Actor, funnel: Funnel, **changes: Any) -> Funnel:
    """Set any of its definition. Raises as create does."""
    funnel = _held(actor, funnel.pk)
    changed = sorted(field for field, value in changes.items() if getattr(funnel, field) != value)
    for field in changed:
        setattr(funnel, field, changes[field])
    check(funnel)
    if changed:
        with refused_as(**{ONCE: _taken()}):
            funnel.save()
        _record(actor, "funnel.changed", funnel, changed=changed)
    return funnel


def delete(*, actor: Actor, funnel: Funnel) -> None:
    funnel = _held(actor, funnel.pk)
    _record(actor, "funnel.deleted", funnel)
    funnel.delete()


def check(funnel: Funnel) -> None:
    """What no field shows alone. Raises InvalidInput naming the field."""
    funnels.question_of(funnel.definition)
    if funnel.attribution_step >= len(funnel.steps):
        raise InvalidInput(fields={"attribution_step": ["Must be a step of the funnel."]})


def _held(actor: Actor, pk: UUID) -> Funnel:
    found: Funnel | None = Funnel.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound()
    require(actor, CAPABILITY, found)
    return found


def _taken() -> InvalidInput:
    return InvalidInput(fields={"name": ["Another funnel of the brand has this name."]})


def _record(actor: Actor, action: str, funnel: Funnel, **details: Any) -> None:
    audit.record(actor=actor, action=action, obj=funnel, **details)
    events.append(brand_id=funnel.brand_id, type=action, payload={"funnel": str(funnel.pk), **details})
