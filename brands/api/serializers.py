"""Base classes of every request body."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from rest_framework import serializers

from brands.permissions import Actor, visible


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know or that cannot be set: a misspelt option must not be ignored."""

    @classmethod
    def read(cls, data: Any, *, partial: bool = False) -> dict[str, Any]:
        """The validated body. Raises ValidationError naming each field that is wrong."""
        body = cls(data=data, partial=partial)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            settable = {name for name, field in self.fields.items() if not field.read_only}
            if surplus := sorted(set(data) - settable):
                raise serializers.ValidationError({name: [self._why_not(name)] for name in surplus})
            if missing := self._missing(data):
                raise serializers.ValidationError({name: ["This field is required."] for name in missing})
        return super().to_internal_value(data)

    def _missing(self, data: dict[str, Any]) -> list[str]:
        """A change may leave out fields of its own; DRF would let it leave out those of what it brings, too."""
        if self.parent is None or not getattr(self.root, "partial", False):
            return []
        return sorted(name for name, field in self.fields.items() if field.required and name not in data)

    def _why_not(self, name: str) -> str:
        return "This field cannot be set." if name in self.fields else "This field is unknown."


class VisibleRelatedField(serializers.PrimaryKeyRelatedField):
    """An id in a body, resolved to a row that the view's actor may see with `capability`.

    Another brand's row and no row at all get the same message.
    """

    default_error_messages = {"does_not_exist": "Not found.", "incorrect_type": "Not an id."}

    def __init__(self, *, model: type[Model], capability: str = "asset.view", **kwargs: Any) -> None:
        self.model = model
        self.capability = capability
        super().__init__(queryset=model._default_manager, pk_field=serializers.UUIDField(), **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        actor: Actor = self.context["view"].actor
        return visible(actor, self.capability, self.model._default_manager.all())


def exactly_one(attrs: dict[str, Any], names: Sequence[str]) -> None:
    """Raises ValidationError naming what is too much, or the first of the names when there is none."""
    given = [name for name in names if name in attrs]
    if len(given) != 1:
        sentence = f"Exactly one of {', '.join(names[:-1])} and {names[-1]}."
        raise serializers.ValidationError({name: [sentence] for name in given or names[:1]})
