"""What a brand wants of its analytics."""

from typing import Any

from analytics.models import AnalyticsSettings
from brands import audit, events
from brands.models import Brand
from brands.permissions import Actor, require


def settings_of(*, actor: Actor) -> AnalyticsSettings:
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "brand.view", brand)
    found: AnalyticsSettings | None = AnalyticsSettings.objects.filter(pk=brand.pk).first()
    return found or AnalyticsSettings(brand=brand)


def change(*, actor: Actor, changes: dict[str, Any]) -> AnalyticsSettings:
    """Raises ValidationError naming the field that does not fit."""
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "brand.manage", brand)
    row, _ = AnalyticsSettings.objects.select_for_update(of=("self",)).get_or_create(brand=brand)
    changed = sorted(name for name in changes if getattr(row, name) != changes[name])
    for name in changed:
        setattr(row, name, changes[name])
    row.clean_fields()
    if changed:
        row.save(update_fields=changed)
        audit.record(actor=actor, action="analytics.settings_changed", obj=row, changed=changed)
        events.append(brand_id=brand.pk, type="analytics.settings_changed", payload={"changed": changed})
    return row
