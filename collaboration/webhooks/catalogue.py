"""What endpoints may be told: a closed list. What is not in it, such as secrets and keys, is sent to nobody."""

from collections.abc import Iterable, Sequence

from brands.errors import InvalidInput
from brands.permissions import Actor

ALL = "*"
DISABLED = "webhook.disabled"
# By the first word of a type: what one must be allowed to see, and the words that may follow. A new type is sent once
# it has a place here; a test finds those that have none, here or in NEVER.
_TOLD = {
    "analytics": ("analytics.view", "settings_changed"),
    "anomaly": ("analytics.view", "found state_changed"),
    "brand": ("brand.view", "created updated"),
    "collection": ("asset.view", "changed created deleted item_moved item_removed items_added"),
    "comment": ("asset.view", "added deleted edited reacted"),
    "event_import": ("analytics.view", "begun cancelled done failed retried"),
    "funnel": ("analytics.view", "changed created deleted"),
    "generation": ("asset.view", "cancelled completed failed requested tagged"),
    "grant": ("member.view", "changed made revoked"),
    "group": ("member.view", "created deleted member_added member_removed renamed"),
    "member": ("member.view", "invited joined removed role_changed"),
    "metric": ("analytics.view", "changed created deleted"),
    "prompts": ("brand.view", "settings_changed"),
    "queue": ("generation.run", "paused resumed"),
    "report": ("analytics.view", "changed created deleted"),
    "resource": ("asset.view", "archived changed registered"),
    "restriction": ("member.view", "ended made"),
    "review": (
        "asset.view",
        "approved asked_again cancelled changed changes_requested decided due_soon overdue requested step_opened",
    ),
    "role": ("member.view", "changed created deleted"),
    "routing": ("brand.view", "settings_changed"),
    "segment": ("analytics.view", "changed created deleted"),
    "share": ("asset.share", "changed ended made"),
    "share_link": ("asset.share", "made opened revoked"),
    "template": ("asset.view", "archived changed created"),
    "thread": ("asset.view", "opened reopened resolved"),
    "webhook": ("webhook.manage", "disabled"),
}
NEEDS = {f"{first}.{word}": needs for first, (needs, words) in _TOLD.items() for word in words.split()}
TYPES = tuple(NEEDS)
_OF_RESOURCES = ("asset.view", "asset.share", "analytics.view")
# Never sent: what opens doors, what is done to webhooks, and who looks where at this moment.
NEVER = (
    "presence.changed",
    "secret.forgotten",
    "secret.kept",
    "webhook.changed",
    "webhook.created",
    "webhook.deleted",
    "webhook.rotated",
)


def matching(patterns: Iterable[str]) -> set[str]:
    """The types that `patterns` (a type, `first.*` or `*`) stand for."""
    wanted = set(patterns)
    return {name for name in TYPES if wanted & {name, f"{name.partition('.')[0]}.*", ALL}}


def check(patterns: Sequence[str], actor: Actor) -> None:
    """Raises InvalidInput for a pattern that stands for nothing, or for more than the actor may know of."""
    if unknown := sorted(pattern for pattern in patterns if not matching([pattern])):
        raise InvalidInput(fields={"event_types": [f"Unknown: {', '.join(unknown)}."]})
    if beyond := sorted(name for name in matching(patterns) if NEEDS[name] not in actor.capabilities):
        raise InvalidInput(fields={"event_types": [f"More than you may know of: {', '.join(beyond)}."]})
    if not actor.inherits_all and any(NEEDS[name] in _OF_RESOURCES for name in matching(patterns)):
        raise InvalidInput(fields={"event_types": ["The brand has restricted resources, which you may not know of."]})
