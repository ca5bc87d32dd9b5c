from typing import Any

from django.db.models import Q, QuerySet

from ai_studio.choices import CollectionVisibility
from ai_studio.models import Collection
from brands.permissions import Actor, visible


def seen_by(actor: Actor) -> "QuerySet[Any]":
    """The brand's collections that `actor` may see: the shared ones and their own."""
    mine = Q(visibility=CollectionVisibility.BRAND) | Q(owner_id=actor.user_id)
    return visible(actor, "asset.view", Collection.objects.all()).filter(mine)
