"""Which rows belong to which resource, and which resources hold others; told by the apps in AppConfig.ready().

A resource is (type, id). A row that belongs to one is seen by whoever may see the resource; a row that belongs to none
is the brand's. `brands/permissions.py` asks here, and knows no app's tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model


@dataclass(frozen=True)
class Belonging:
    """The lookups that lead from a model's row to its resource: `id_path` to its id; `type_path` to its type, where
    rows of one model belong to resources of several, else `type`. `guests`: what a row must be for guests to see it."""

    id_path: str
    type: str = ""
    type_path: str = ""
    guests: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Container:
    """Resources of `type` hold others: rows of `model` ("app.Model") say which, by the names of their fields."""

    type: str
    model: str
    container_field: str
    id_field: str
    holds: str = ""  # one type …
    holds_field: str = ""  # … or the field that says it


@dataclass(frozen=True)
class Private:
    """Resources of `type` that their owner keeps to themselves: rows of `model` that are `where`. Rights in the brand
    reach them for the person in `owner_field` only, not even for its owners; grants on one count as everywhere."""

    type: str
    model: str
    where: Mapping[str, Any] = field(hash=False)
    owner_field: str


_privates: dict[str, Private] = {}
_belongings: dict[str, Belonging] = {}
_containers: dict[str, Container] = {}


def belongs(model: str, belonging: Belonging) -> None:
    """`model` is an app label and a model name."""
    if _belongings.setdefault(model.lower(), belonging) != belonging:
        raise ValueError(f"{model} belongs elsewhere already.")


def belonging_of(model: type[Model]) -> Belonging | None:
    return _belongings.get(model._meta.label_lower)


def contains(container: Container) -> None:
    if _containers.setdefault(container.model.lower(), container) != container:
        raise ValueError(f"{container.model} holds others already.")


def containers() -> list[Container]:
    return list(_containers.values())


def keeps_private(private: Private) -> None:
    if _privates.setdefault(private.type, private) != private:
        raise ValueError(f"{private.type} is kept private otherwise already.")


def privates() -> list[Private]:
    return list(_privates.values())
