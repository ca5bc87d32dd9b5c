"""What apps offer the kernel, registered in AppConfig.ready(): types of resources that people share, comment and
review, and names of secrets that a brand may keep."""

import re
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model, QuerySet

from brands.errors import NotFound
from brands.permissions import Actor, visible


@dataclass(frozen=True)
class ResourceType:
    """`model` is an app label and a model name; `view` the capability that lets one see it."""

    code: str
    label: str
    model: str
    view: str = "asset.view"
    title_field: str = "id"


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


def resolve(*, actor: Actor, code: str, id: object) -> Model:  # noqa: A002
    """The row behind (type, id) if `actor` may see it; else NotFound, whoever's it is."""
    resource_type = _types.get(code)
    if resource_type is None:
        raise NotFound()
    model = apps.get_model(resource_type.model)
    queryset: QuerySet[Model] = visible(actor, resource_type.view, model._default_manager.all())
    row = queryset.filter(pk=id).first()
    if row is None:
        raise NotFound()
    return row


def register_secret(name: str, label: str) -> None:
    """Let brands keep a secret under `name`, such as provider.openai. Raises ValueError for an odd or taken name."""
    if not _SECRET_NAME.fullmatch(name) or len(name) > _SECRET_NAME_LENGTH:
        raise ValueError(f"Not a name for a secret: {name!r}.")
    if _secrets.setdefault(name, label) != label:
        raise ValueError(f"The secret {name} is registered already.")


def secret_names() -> dict[str, str]:
    """Label by name, in the order of the names."""
    return dict(sorted(_secrets.items()))
