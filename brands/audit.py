"""The audit trail: who did what to what, when and from where."""

from typing import Any

from django.db.models import Model
from django.utils import timezone

from brands import context
from brands.models import AuditEntry
from brands.permissions import Actor


def record(*, actor: Actor, action: str, obj: Model, **details: Any) -> None:
    """Write one entry, in the caller's transaction. Details must be JSON and hold no secret."""
    request = context.current.get()
    AuditEntry.objects.create(
        brand_id=actor.brand_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        object_type=obj._meta.label,
        object_id=str(obj.pk),
        details=details,
        ip=request.ip,
        request_id=request.request_id,
        at=timezone.now(),
    )
