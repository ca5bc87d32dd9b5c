"""How a brand wants its providers chosen."""

from typing import Any

from ai_studio.models import StudioSettings
from ai_studio.services import prompt_settings
from brands.permissions import Actor

FIELDS = ("strategy", "provider_weights", "disabled_providers")


def change(*, actor: Actor, changes: dict[str, Any]) -> StudioSettings:
    """Set what `changes` names (of FIELDS). Raises ValidationError naming the field that does not fit."""
    return prompt_settings.change(actor=actor, changes=changes, fields=FIELDS, what="routing")
