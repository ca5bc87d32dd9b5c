"""What apps offer the kernel, registered in AppConfig.ready(): types of resources that people share, comment and
review, and names of secrets that a brand may keep."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from brands import resources
from brands.errors import NotFound
from brands.permissions import Actor, require, visible


@dataclass(frozen=True)
class ResourceType:
    """`model` is an app label and a model name, `where` which of its rows are of this type; `view` the capability that
    lets one see one, `share` those that let one give rights on it."""

    code: str
    label: str
    model: str
    view: str = "asset.view"
    share: tuple[str, ...] = ("asset.share",)
    title_field: str = "id"
    where: Mapping[str, Any] = field(default_factory=dict)


_types: dict[str, ResourceType] = {}
_secrets: dict[str, str] = {}
_SECRET_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_SECRET_NAME_LENGTH = 80


def register(resource_type: ResourceType) -> None:
    known = _types.get(resource_type.code)
    if known is not None and known != resource_type:
        raise ValueError(f"Resource type {resource_type.code} is registered already.")
    _types[resource_type.code] = resource_type


def all_types() -> list[ResourceType]:
    return [_types[code] for code in sorted(_types)]


def known(code: str) -> ResourceType:
    """NotFound for a type that nobody registered."""
    if code not in _types:
        raise NotFound()
    return _types[code]


def model_of(code: str) -> type[Model]:
    """NotFound for a type that nobody registered."""
    return apps.get_model(known(code).model)


def resolve(*, actor: Actor, code: str, id: object) -> Model:  # noqa: A002
    """The row behind (type, id) if `actor` may see it; else NotFound, whoever's it is."""
    resource_type = known(code)
    row = seen(actor=actor, resource_type=resource_type).filter(pk=id).first()
    if row is None:
        raise NotFound()
    return row


def seen(*, actor: Actor, resource_type: ResourceType, capability: str = "") -> "QuerySet[Model]":
    """The resources of a type that `actor` may see, or do `capability` to."""
    rows = apps.get_model(resource_type.model)._default_manager.filter(**resource_type.where)
    return visible(actor, capability or resource_type.view, rows)


def require_may_share(*, actor: Actor, code: str, row: Model) -> None:
    """Forbidden unless `actor` may give others rights on this resource, by grants, shares and links, or restrict it."""
    for capability in known(code).share:
        require(actor, capability, row)


def meant(code: str, capabilities: frozenset[str]) -> frozenset[str]:
    """Those that mean something on a resource of this type. Only reports are exported, and only they, and what may
    hold one, are seen by analytics.view."""
    kind = _types.get(code)
    if kind is None or kind.view.startswith("analytics."):
        return capabilities
    holds_any = any(container.type == code and container.holds_field for container in resources.containers())
    kept = {"analytics.view"} if holds_any else set()
    return frozenset(each for each in capabilities if each in kept or not each.startswith("analytics."))


def register_secret(name: str, label: str) -> None:
    """Let brands keep a secret under `name`, such as provider.openai. Raises ValueError for an odd or taken name."""
    if not _SECRET_NAME.fullmatch(name) or len(name) > _SECRET_NAME_LENGTH:
        raise ValueError(f"Not a name for a secret: {name!r}.")
    if _secrets.setdefault(name, label) != label:
        raise ValueError(f"The secret {name} is registered already.")


def secret_names() -> dict[str, str]:
    """Label by name, in the order of the names."""
    return dict(sorted(_secrets.items()))
