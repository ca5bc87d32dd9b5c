"""How a brand wants its prompts read and improved."""

from collections.abc import Sequence
from typing import Any

from ai_studio.models import StudioSettings
from brands import audit, events
from brands.models import Brand
from brands.permissions import Actor, require

FIELDS = ("moderation", "moderation_on_outage", "denied_words", "tone", "optimizer")


def settings_of(*, actor: Actor) -> StudioSettings:
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "brand.view", brand)
    found: StudioSettings | None = StudioSettings.objects.filter(pk=brand.pk).first()
    return found or StudioSettings(brand=brand)


def change(
    *, actor: Actor, changes: dict[str, Any], fields: Sequence[str] = FIELDS, what: str = "prompts"
) -> StudioSettings:
    """Set what `changes` names (of `fields`). Raises ValidationError naming the field that does not fit."""
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "brand.manage", brand)
    row, _ = StudioSettings.objects.select_for_update(of=("self",)).get_or_create(brand=brand)
    changed = sorted(name for name in fields if name in changes and getattr(row, name) != changes[name])
    for name in changed:
        setattr(row, name, changes[name])
    row.clean_fields(exclude=[field.name for field in row._meta.fields if field.name not in changed])
    if changed:
        row.save(update_fields=changed)
        # Which words a brand denies may be confidential: that they changed is told, not what they are.
        audit.record(actor=actor, action=f"{what}.settings_changed", obj=row, changed=changed)
        events.append(brand_id=brand.pk, type=f"{what}.settings_changed", payload={"changed": changed})
    return row
