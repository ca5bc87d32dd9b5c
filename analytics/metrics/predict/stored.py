"""Fitted models as JSON and back: no pickles, which run what is in them."""

import math
from dataclasses import fields
from typing import Any, Self

import numpy as np

from analytics.metrics.predict.refusals import CannotPredict, Why


class Stored:
    """Base of frozen dataclasses of floats, whole numbers, words, tuples of floats, and other Stored ones."""

    def as_dict(self) -> dict[str, Any]:
        """Finite numbers only. Raises CannotPredict where one is not: then the fit was none."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Self:
        """The inverse of `as_dict`. Raises KeyError where a field is missing: it was kept by another version."""
        return cls(**{each.name: _read(each.type, kept[each.name]) for each in fields(cls)})  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    if isinstance(value, Stored):
        return value.as_dict()
    if isinstance(value, tuple | list | np.ndarray):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise CannotPredict(Why.NOT_FINITE)
    return value


def _read(kind: Any, value: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Stored) and value is not None:
        return kind.from_dict(value)
    return _tuples(value)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value
