"""Types of resources that people share, comment and review. Apps register theirs in AppConfig.ready()."""

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
